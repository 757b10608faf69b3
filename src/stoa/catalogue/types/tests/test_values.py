from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import AttributeValue, Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import OptionData, ProductChanges, VariantData
from stoa.catalogue.testing import make_product
from stoa.catalogue.types import queries
from stoa.catalogue.types.actions import ChoiceData, define_attribute, define_type, set_attributes, set_type
from stoa.catalogue.types.errors import AttributesInvalidError
from stoa.catalogue.types.models import ProductType
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.models import OutboxEvent
from stoa.kernel.pagecache.models import CachePurge

pytestmark = pytest.mark.django_db
ANNA = Actor.staff(1, "Anna")


@pytest.fixture
def mug() -> ProductType:
    define_attribute("material", name="Material", kind="choice", actor=SYSTEM, is_facet=True,
                     choices=[ChoiceData("Stoneware"), ChoiceData("Porcelain", swatch="#FFFFFF")])  # fmt: skip
    define_attribute("capacity", name="Capacity", kind="number", unit="ml", is_facet=True, actor=SYSTEM)
    define_attribute("diameter", name="Diameter", kind="number", unit="cm", decimals=1, actor=SYSTEM)
    define_attribute("handmade", name="Made by hand", kind="yes_no", is_facet=True, actor=SYSTEM)
    define_attribute("care", name="Care", kind="choice", is_multiple=True, is_facet=True, actor=SYSTEM,
                     choices=["Dishwasher", "Microwave"])  # fmt: skip
    define_attribute("maker", name="Maker's note", kind="text", actor=SYSTEM)
    return define_type(
        "mug", name="Mug", actor=SYSTEM, required=["capacity", "care"],
        attributes=["material", "capacity", "diameter", "care", "handmade", "maker"],
    )  # fmt: skip


def typed_product(kind: ProductType, **more: object) -> Product:
    product = make_product(**more)  # type: ignore[arg-type]
    set_type(product.pk, kind.pk, actor=SYSTEM)
    return product


VALUES = {
    "maker": "Fired  twice", "capacity": "0.35 l", "diameter": "8,5", "material": "stoneware", "handmade": "yes",
    "care": ["Microwave", "dishwasher"],
}  # fmt: skip


def test_values_are_shown_in_the_types_order_with_units(mug: ProductType) -> None:
    product = typed_product(mug)
    changed = set_attributes(product.pk, VALUES, actor=ANNA)

    assert sorted(changed) == sorted(VALUES)
    assert queries.specification(product.pk) == (
        ("Material", "Stoneware"), ("Capacity", "350\u00a0ml"), ("Diameter", "8.5\u00a0cm"),
        ("Care", "Dishwasher, Microwave"), ("Made by hand", "Yes"), ("Maker's note", "Fired twice"),
    )  # fmt: skip
    assert queries.facet_values([product.pk]) == {
        product.pk: [
            ("material", "stoneware", "Stoneware", "", None),
            ("capacity", "350", "350\u00a0ml", "ml", Decimal(350)),
            ("care", "dishwasher", "Dishwasher", "", None),
            ("care", "microwave", "Microwave", "", None),
            ("handmade", "yes", "Yes", "", None),
        ]
    }


def test_a_change_is_audited_announced_and_purged_once(mug: ProductType) -> None:
    product = typed_product(mug)
    set_attributes(product.pk, {"capacity": 350, "handmade": True}, actor=SYSTEM)
    for rows in (AuditEntry, OutboxEvent, CachePurge):
        rows.objects.all().delete()

    assert set_attributes(product.pk, {"capacity": "350 ml", "handmade": False}, actor=ANNA) == ["handmade"]

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_label, entry.subject_id) == ("product.attributes_changed", "Anna", str(product.pk))
    assert entry.facts == {"variant": None, "before": {"handmade": "yes"}, "after": {"handmade": "no"}}
    assert OutboxEvent.objects.get().payload == {"product_id": product.pk}
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"catalogue", f"product:{product.pk}"}

    assert set_attributes(product.pk, {"handmade": "no"}, actor=ANNA) == []
    assert AuditEntry.objects.count() == OutboxEvent.objects.count() == 1


def test_blank_takes_a_value_away_and_other_codes_stay(mug: ProductType) -> None:
    product = typed_product(mug)
    set_attributes(product.pk, VALUES, actor=SYSTEM)
    set_attributes(product.pk, {"care": [], "capacity": "", "maker": None}, actor=SYSTEM)
    assert queries.typed_values([product.pk]) == {
        product.pk: {"material": "stoneware", "diameter": "8.5", "handmade": "yes"}
    }


def test_what_is_typed_wrong_is_refused_all_at_once_and_nothing_is_written(mug: ProductType) -> None:
    product = typed_product(mug)
    define_attribute("sole", name="Sole", actor=SYSTEM)
    with pytest.raises(AttributesInvalidError) as refusal:
        set_attributes(
            product.pk,
            {
                "capacity": "much", "diameter": "8.55", "material": "Glass", "handmade": "perhaps", "sole": "rubber",
                "colour": "red", "maker": "fine", "care": "Microwave",
            },
            actor=SYSTEM,
        )  # fmt: skip
    assert refusal.value.facts["errors"] == {
        "capacity": "Write a number such as 12 ml.",
        "diameter": "At most 1 decimal places.",
        "material": "“Glass” is not one of the choices.",
        "handmade": "Write yes or no.",
        "sole": "The product's type does not have this attribute.",
        "colour": "There is no such attribute.",
    }
    assert not AttributeValue.objects.exists()


@pytest.mark.parametrize("value", [1.5, True, object(), "12 kg", "1,200"])
def test_numbers_are_never_floats_nor_guessed(mug: ProductType, value: object) -> None:
    product = typed_product(mug)
    with pytest.raises(AttributesInvalidError):
        set_attributes(product.pk, {"capacity": value}, actor=SYSTEM)


def test_what_was_typed_in_another_unit_is_kept_whole(mug: ProductType) -> None:
    product = typed_product(mug)
    set_attributes(product.pk, {"diameter": "3 in"}, actor=SYSTEM)
    assert AttributeValue.objects.get().number == 76_200_000_000
    assert queries.specification(product.pk) == (("Diameter", "7.6\u00a0cm"),)
    define_attribute("diameter", unit="mm", actor=SYSTEM)
    assert queries.specification(product.pk) == (("Diameter", "76.2\u00a0mm"),)


def test_new_choices_are_made_only_where_asked(mug: ProductType) -> None:
    product = typed_product(mug)
    set_attributes(product.pk, {"material": "Glass", "care": "Microwave; Freezer"}, actor=SYSTEM, add_choices=True)
    assert queries.typed_values([product.pk])[product.pk] == {"material": "glass", "care": ["microwave", "freezer"]}


def test_one_choice_where_one_is_meant(mug: ProductType) -> None:
    product = typed_product(mug)
    with pytest.raises(AttributesInvalidError, match="Choose one"):
        set_attributes(product.pk, {"material": ["stoneware", "porcelain"]}, actor=SYSTEM)


def test_another_type_hides_values_says_so_and_brings_them_back(mug: ProductType) -> None:
    product = typed_product(mug)
    set_attributes(product.pk, {"capacity": "350", "material": "Stoneware"}, actor=SYSTEM)
    bowl = define_type("bowl", name="Bowl", attributes=["material", "diameter"], actor=SYSTEM)

    assert queries.type_change(product.pk, bowl.pk).hidden == ("Capacity",)
    assert set_type(product.pk, bowl.pk, actor=ANNA).hidden == ("Capacity",)
    assert queries.specification(product.pk) == (("Material", "Stoneware"),)
    assert [fact.code for fact in queries.facet_values([product.pk])[product.pk]] == ["material"]
    # Hidden, not lost; and a hidden value can be taken away but not written.
    assert queries.typed_values([product.pk])[product.pk] == {"capacity": "350", "material": "stoneware"}
    with pytest.raises(AttributesInvalidError):
        set_attributes(product.pk, {"capacity": "400"}, actor=SYSTEM)

    change = set_type(product.pk, mug.pk, actor=ANNA)
    assert change.hidden == ()
    assert change.gained == ("Capacity", "Care", "Made by hand", "Maker's note")
    assert dict(queries.specification(product.pk))["Capacity"] == "350\u00a0ml"
    entry = AuditEntry.objects.filter(verb="product.type_changed", actor_label="Anna").order_by("pk").first()
    assert entry is not None
    assert entry.facts == {"before": "mug", "after": "bowl", "hidden": ["Capacity"]}


def test_a_product_without_a_type_shows_all_that_it_has(mug: ProductType) -> None:
    product = make_product()
    set_attributes(product.pk, {"handmade": "no", "capacity": "200"}, actor=SYSTEM)
    assert dict(queries.specification(product.pk)) == {"Capacity": "200\u00a0ml", "Made by hand": "No"}


def test_a_type_is_a_live_fact_that_no_revision_takes_back(mug: ProductType) -> None:
    product = make_product()
    revision = product.get_latest_revision()
    set_type(product.pk, mug.pk, actor=SYSTEM)
    update_product(product.pk, ProductChanges(title="Another"), actor=SYSTEM)
    assert Product.objects.get(pk=product.pk).type_id == mug.pk
    revision.publish()
    assert Product.objects.get(pk=product.pk).type_id == mug.pk
    assert "type" not in revision.content


def test_variants_say_more_of_themselves(mug: ProductType) -> None:
    product = typed_product(
        mug, options=[OptionData("Size", ("S", "L"))],
        variants=[VariantData("M-S", ("S",), 900), VariantData("M-L", ("L",), 1200, is_active=False)],
    )  # fmt: skip
    small, large = product.variants.order_by("position")
    set_attributes(product.pk, {"capacity": "250", "material": "Stoneware"}, actor=SYSTEM)
    set_attributes(product.pk, {"capacity": "200"}, variant_id=small.pk, actor=SYSTEM)
    set_attributes(product.pk, {"capacity": "400"}, variant_id=large.pk, actor=SYSTEM)

    assert dict(queries.specification(product.pk))["Capacity"] == "250\u00a0ml"
    assert dict(queries.specification(product.pk, variant_id=large.pk))["Capacity"] == "400\u00a0ml"
    assert dict(queries.specification(product.pk, variant_id=large.pk))["Material"] == "Stoneware"
    # The large one is not for sale, so nobody finds the product by it.
    facts = queries.facet_values([product.pk])[product.pk]
    assert [fact.value for fact in facts if fact.code == "capacity"] == ["250", "200"]
    assert queries.typed_values([product.pk], variant_ids=[large.pk]) == {large.pk: {"capacity": "400"}}
    with pytest.raises(NotFoundError):
        set_attributes(make_product().pk, {"capacity": "1"}, variant_id=small.pk, actor=SYSTEM)


def test_what_a_complete_product_lacks(mug: ProductType) -> None:
    full, half, plain = typed_product(mug), typed_product(mug), make_product()
    set_attributes(full.pk, {"capacity": "1", "care": "Microwave"}, actor=SYSTEM)
    set_attributes(half.pk, {"capacity": "1"}, actor=SYSTEM)
    assert queries.missing_attributes([full.pk, half.pk, plain.pk]) == {half.pk: ["Care"]}


def test_comparison_has_a_line_for_what_at_least_one_says(mug: ProductType) -> None:
    one, other = typed_product(mug), typed_product(mug)
    set_attributes(one.pk, {"capacity": "300", "care": ["Microwave", "Dishwasher"]}, actor=SYSTEM)
    set_attributes(other.pk, {"capacity": "400"}, actor=SYSTEM)
    lines = {line.name: line.values for line in queries.comparison([one.pk, other.pk])}
    assert lines == {
        "Capacity": {one.pk: "300\u00a0ml", other.pk: "400\u00a0ml"},
        "Care": {one.pk: "Dishwasher, Microwave", other.pk: ""},
    }


def test_many_products_cost_no_more_queries_than_two(mug: ProductType) -> None:
    products = [typed_product(mug) for _ in range(8)]
    for product in products:
        set_attributes(product.pk, VALUES, actor=SYSTEM)
    for read in (
        queries.facet_values,
        queries.specifications,
        queries.comparison,
        queries.typed_values,
        queries.missing_attributes,
    ):
        counts = []
        for some in (products[:2], products):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                read([product.pk for product in some])
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 4, read
