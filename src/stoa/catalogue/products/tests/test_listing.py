from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import Price, PriceList, Variant
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.queries import (
    Chosen,
    cards,
    listing,
    product_page,
    sellable_variant,
    variant_by_sku,
    variants_by_id,
)
from stoa.catalogue.testing import make_category, make_market, make_picture, make_product, make_variant, with_picture
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return make_market()


def titles(found) -> list[str]:
    return [card.title for card in found.items]


def queries_of(call) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_a_card_shows_the_lowest_price_and_the_first_two_pictures(market):
    one, two, three = make_picture(), make_picture(), make_picture()
    product = make_product(
        "Mug", options=[OptionData("Size", ("S", "L"))], pictures=[with_picture(one), with_picture(two), with_picture(three)],
        variants=[VariantData("L", ("L",), price_minor=2500),
                  VariantData("S", ("S",), price_minor=1900, compare_at_minor=2100)],
    )  # fmt: skip
    (card,) = listing(market).items
    assert (card.price, card.compare_at, card.price_varies) == (Money(1900, "EUR"), Money(2100, "EUR"), True)
    assert (card.picture.id, card.second_picture.id) == (one.pk, two.pk)
    assert card.variant_ids == list(product.variants.order_by("position").values_list("pk", flat=True))
    assert card.url == "/p/mug/"
    assert card.picture.alt == "Mug"


def test_what_has_no_price_or_no_active_variant_is_not_for_sale(market):
    make_product("No price", None)
    off = make_variant("Off")
    Variant.objects.filter(pk=off.pk).update(is_active=False)
    elsewhere = make_variant("Elsewhere", None)
    other = PriceList.objects.create(code="other", name="Other", currency="EUR")
    Price.objects.create(variant=elsewhere, price_list=other, amount_minor=5)
    draft = make_variant("Draft", publish=False)
    make_product("For sale")
    found = listing(market)
    assert (titles(found), found.total) == (["For sale"], 1)
    for variant in (off, elsewhere, draft):
        assert quote([variant.pk], market) == {}
        with pytest.raises(NotFoundError):
            sellable_variant(variant.pk, market)
    page = product_page("off", market)
    assert (page.variants, page.price) == ((), None)


def test_an_inactive_variant_does_not_set_the_price(market):
    product = make_product(
        "Mug", options=[OptionData("Size", ("S", "L"))],
        variants=[VariantData("S", ("S",), price_minor=100, is_active=False), VariantData("L", ("L",), price_minor=900)],
    )  # fmt: skip
    make_product("Cup", 500)
    assert [card.price.minor for card in listing(market, sort="price").items] == [500, 900]
    assert listing(market, chosen=Chosen(max_price=499)).total == 0
    page = product_page(product.slug, market)
    assert [(option.name, option.values) for option in page.options] == [("Size", ("L",))]


def test_a_category_lists_its_subtree_once(market):
    home = make_category("Home")
    kitchen = make_category("Kitchen", home)
    cups = make_category("Cups", kitchen)
    make_product("Cup", categories=[cups.id, kitchen.id])
    make_product("Lamp", categories=[home.id])
    make_product("Shirt", categories=[make_category("Clothes").id])
    from stoa.catalogue.categories.queries import category_by_slug

    home, kitchen = category_by_slug("home"), category_by_slug("kitchen")
    found = listing(market, category=home, sort="title")
    assert (titles(found), found.total) == (["Cup", "Lamp"], 2)
    assert titles(listing(market, category=kitchen)) == ["Cup"]


def test_sorting(market):
    make_product("beta", 300, position=2)
    make_product("Alpha", 100, position=3)
    make_product("gamma", 200, position=1)
    assert titles(listing(market)) == ["gamma", "beta", "Alpha"]
    assert titles(listing(market, sort="nonsense")) == ["gamma", "beta", "Alpha"]
    assert titles(listing(market, sort="price")) == ["Alpha", "gamma", "beta"]
    assert titles(listing(market, sort="-price")) == ["beta", "gamma", "Alpha"]
    assert titles(listing(market, sort="title")) == ["Alpha", "beta", "gamma"]
    assert titles(listing(market, sort="newest")) == ["gamma", "Alpha", "beta"]


def test_filters_and_facets(market):
    make_product("One", 100, brand="Kiln")
    make_product("Two", 200, brand="Kiln")
    make_product("Three", 300, brand="Loom")
    make_product("Four", 400)
    everything = listing(market)
    assert everything.facets.brands == [("Kiln", 2), ("Loom", 1)]
    assert (everything.facets.lowest.minor, everything.facets.highest.minor) == (100, 400)
    found = listing(market, chosen=Chosen(("Kiln",), min_price=150))
    assert (titles(found), found.total) == (["Two"], 1)
    assert found.facets.brands == [("Kiln", 1), ("Loom", 1)]
    assert (found.facets.lowest.minor, found.facets.highest.minor) == (100, 200)
    assert listing(market, chosen=Chosen(("Kiln", "Loom"))).total == 3
    assert listing(market, chosen=Chosen(("No\x00such\ud800",))).total == 0
    assert listing(market, chosen=Chosen(min_price=-5, max_price=10**30)).total == 4


def test_pages(market):
    for number in range(5):
        make_product(f"P{number}", position=number)
    first, last = listing(market, size=2), listing(market, size=2, page=3)
    assert (titles(first), first.pages, first.total, first.has_next, first.has_previous) == (
        ["P0", "P1"],
        3,
        5,
        True,
        False,
    )
    assert (titles(last), last.has_next, last.has_previous) == (["P4"], False, True)
    assert listing(market, size=2, page=10**9).items == []
    assert titles(listing(market, size=2, page=-3)) == ["P0", "P1"]
    assert listing(market, text="nothing").pages == 1


def test_search_finds_words_in_any_order_and_form(market):
    make_product("Crème brûlée dish", subtitle="For six", tags=["Dessert"])
    make_product("Six forks")
    assert titles(listing(market, text="BRULEE dish")) == ["Crème brûlée dish"]
    assert titles(listing(market, text="dish crème")) == ["Crème brûlée dish"]
    assert titles(listing(market, text="dessert")) == ["Crème brûlée dish"]
    assert titles(listing(market, text="six")) == ["Six forks", "Crème brûlée dish"]
    # No product has both words: those that have one of them, and it is said.
    some = listing(market, text="dish fork")
    assert (sorted(titles(some)), some.found.is_partial) == (["Crème brûlée dish", "Six forks"], True)
    for nothing in ("", "  ", "%", "_", "'", "\x00", "\ud800", "🙂" * 3, "x" * 10_000):
        assert listing(market, text=nothing).total == 0


def test_a_sku_or_barcode_comes_first(market):
    make_product("AB 12 holder", position=-1)
    make_product("Thing", variants=[VariantData("ab-12", price_minor=100, barcode="4006381333931")])
    assert titles(listing(market, text="AB-12"))[0] in {"AB 12 holder", "Thing"}
    assert titles(listing(market, text="ab-12")) == ["Thing", "AB 12 holder"]
    assert titles(listing(market, text="4006381333931")) == ["Thing"]


def test_facts_of_variants(market):
    product = make_product("Mug", 1990, 2, pictures=[with_picture(make_picture())])
    first, second = product.variants.all()
    facts = variants_by_id([first.pk, second.pk, 10**9])
    assert list(facts) == [first.pk, second.pk]
    fact = facts[first.pk]
    assert (fact.display_title, fact.sku, fact.cost, fact.tax_class_code) == (
        "Mug, 1",
        first.sku,
        Money(500, "EUR"),
        "standard",
    )
    assert fact.picture.alt == "Mug"
    assert sellable_variant(first.pk, market) == fact
    assert variant_by_sku(first.sku).id == first.pk
    for unknown in ("nope", "\x00", "\ud800"):
        with pytest.raises(NotFoundError):
            variant_by_sku(unknown)
    for unknown in (0, -1, 2**70):
        with pytest.raises(NotFoundError):
            sellable_variant(unknown, market)


def test_cards_keep_the_order_asked_for(market):
    one, two, draft = make_product("One"), make_product("Two"), make_product("Draft", publish=False)
    assert [card.title for card in cards([two.pk, draft.pk, one.pk], market)] == ["Two", "One"]
    assert cards([], market) == []


def test_query_counts_do_not_grow(market):
    category = make_category("All")

    def fill(count: int) -> None:
        for _ in range(count):
            make_product(
                variants=2, categories=[category.id], brand="Kiln", pictures=[with_picture(make_picture())] * 1
            )

    def counts() -> dict[str, int]:
        ids = list(Variant.objects.values_list("pk", flat=True))
        return {
            "listing": queries_of(lambda: listing(market, category=category, size=100, sort="price")),
            "search": queries_of(lambda: listing(market, text="product", size=100)),
            "facts": queries_of(lambda: variants_by_id(ids)),
            "quote": queries_of(lambda: quote(ids, market)),
        }

    fill(10)
    at_ten = counts()
    fill(30)
    # In a transaction a listing reads all goods, in as many queries as it takes for one; outside of it, see the search.
    assert counts() == at_ten
    assert (at_ten["facts"], at_ten["quote"]) == (2, 1)


def test_the_queries_of_a_product_page_do_not_grow(market):
    small = make_product("Small", variants=10, pictures=[with_picture(make_picture())])
    large = make_product("Large", variants=40, pictures=[with_picture(make_picture()) for _ in range(12)])
    at_small = queries_of(lambda: product_page(small.slug, market))
    # Six: one of them reads the category tree, which outside a transaction the process remembers.
    assert queries_of(lambda: product_page(large.slug, market)) == at_small == 6
