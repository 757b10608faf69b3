from __future__ import annotations

import pytest

from stoa.catalogue.events import VariantChanged
from stoa.catalogue.models import Variant
from stoa.catalogue.prices.errors import CompareAtTooLowError
from stoa.catalogue.products.actions import add_variant, remove_variant, set_options, update_variant
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.errors import OptionMismatchError, ProductInvalidError, SkuTakenError, VariantTwiceError
from stoa.catalogue.products.queries import listing, product_page
from stoa.catalogue.testing import make_market, make_product, make_variant
from stoa.customers.testing import make_customer
from stoa.kernel import books
from stoa.kernel.actors import SYSTEM
from stoa.kernel.events import event_name
from stoa.kernel.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db
COLOURS = [OptionData("Colour", ("Red", "Blue"))]


@pytest.fixture
def market():
    return make_market()


@pytest.fixture
def mug(market):
    return make_product("Mug", options=COLOURS, variants=[VariantData("RED", ("Red",), price_minor=1000)])


def test_a_variant_is_added_with_its_price(market, mug):
    blue = add_variant(mug.pk, VariantData("BLUE", ("Blue",), price_minor=900), actor=SYSTEM, market=market)
    page = product_page("mug", market)
    assert [(variant.title, variant.quote.unit.minor) for variant in page.variants] == [("Red", 1000), ("Blue", 900)]
    assert listing(market, text="blue").total == 1
    assert OutboxEvent.objects.filter(name=event_name(VariantChanged)).get().payload == {
        "variant_id": blue.pk, "product_id": mug.pk,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (VariantData("RED", ("Blue",)), SkuTakenError),
        (VariantData("NEW", ("Red",)), VariantTwiceError),
        (VariantData("NEW", ("Green",)), OptionMismatchError),
        (VariantData("NEW", ()), OptionMismatchError),
        (VariantData("NEW", ("Blue",), cost_minor=-1), ProductInvalidError),
        (VariantData("x" * 81, ("Blue",)), ProductInvalidError),
        (VariantData("NEW", ("Blue",), price_minor=100, compare_at_minor=100), CompareAtTooLowError),
    ],
)
def test_a_variant_that_cannot_be_is_refused_whole(market, mug, data, error):
    with pytest.raises(error):
        add_variant(mug.pk, data, actor=SYSTEM, market=market)
    assert list(Variant.objects.values_list("sku", flat=True)) == ["RED"]


def test_a_variant_without_a_sku_gets_one(market):
    one, two = (
        make_variant("Blue mug", variants=[VariantData(price_minor=1)]),
        make_variant("Blue mug", variants=[VariantData(price_minor=1)]),
    )
    assert (one.sku, two.sku) == ("BLUE-MUG", "BLUE-MUG-2")


def test_updating_keeps_the_price_that_is_not_given(market, mug):
    red = mug.variants.get()
    update_variant(red.pk, VariantData("ROT", ("Red",), weight_grams=300), SYSTEM, market=market)
    red.refresh_from_db()
    assert (red.sku, red.weight_grams) == ("ROT", 300)
    assert product_page("mug", market).price.minor == 1000
    assert listing(market, text="rot").total == 1


def test_removing_deletes_what_nobody_knows(market, mug):
    assert remove_variant(mug.variants.get().pk, actor=SYSTEM) is True
    assert Variant.objects.count() == 0
    assert listing(market).total == 0


def test_removing_switches_off_what_has_history(market, mug):
    red = mug.variants.get()
    from django.apps import apps

    location = apps.get_model("inventory", "Location").objects.create(code="main", name="Main")
    apps.get_model("inventory", "StockLevel").objects.create(variant=red, location=location, on_hand=3)
    assert remove_variant(red.pk, actor=SYSTEM) is False
    red.refresh_from_db()
    assert not red.is_active
    assert listing(market).total == 0


def test_options_can_grow_but_not_lose_what_is_sold(market, mug):
    red = mug.variants.get()
    with pytest.raises(OptionMismatchError):
        set_options(mug.pk, [OptionData("Colour", ("Blue",))], actor=SYSTEM)
    sizes = [*COLOURS, OptionData("Size", ("S", "L"))]
    with pytest.raises(OptionMismatchError):
        set_options(mug.pk, sizes, actor=SYSTEM)
    set_options(mug.pk, sizes, actor=SYSTEM, values={red.pk: ("Red", "L")})
    red.refresh_from_db()
    assert (red.option_values, red.title) == (["Red", "L"], "Red / L")
    assert [option.name for option in product_page("mug", market).options] == ["Colour", "Size"]


def test_the_books_of_the_catalogue(market, mug):
    def findings() -> list[str]:
        return [finding.check for finding in books.verify().findings if finding.check.startswith("catalogue.")]

    make_customer()
    assert findings() == []
    Variant.objects.update(option_values=["Green"])
    assert findings() == ["catalogue.variants"]
    Variant.objects.update(option_values=["Red"])
    mug.live_revision = None
    mug.save()
    assert findings() == ["catalogue.live_revisions"]
