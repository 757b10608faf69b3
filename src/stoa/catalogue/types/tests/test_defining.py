from __future__ import annotations

import pytest

from stoa.catalogue.models import AttributeChoice, AttributeValue
from stoa.catalogue.testing import make_product
from stoa.catalogue.types import queries
from stoa.catalogue.types.actions import (
    ChoiceData,
    add_choice,
    define_attribute,
    define_type,
    delete_attribute,
    delete_choice,
    delete_type,
    merge_choices,
    set_attributes,
    set_type,
)
from stoa.catalogue.types.errors import DefinitionInvalidError, StillUsedError
from stoa.catalogue.types.models import Attribute, ProductType
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.pagecache.models import CachePurge

pytestmark = pytest.mark.django_db


def colour(*labels: str) -> Attribute:
    return define_attribute(
        "colour", name="Colour", kind="choice", choices=list(labels or ("Red", "Blue")), actor=SYSTEM
    )


def choices() -> list[tuple[str, str]]:
    return list(AttributeChoice.objects.values_list("code", "label"))


def test_defining_again_changes_only_what_is_said() -> None:
    first = define_attribute("width", name="Width", kind="number", unit="cm", decimals=1, is_facet=True, actor=SYSTEM)
    again = define_attribute("width", name="Breadth", actor=SYSTEM)
    assert first.pk == again.pk
    assert (again.name, again.kind, again.unit, again.decimals, again.is_facet) == ("Breadth", "number", "cm", 1, True)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "attribute.created", "attribute.changed"
    ]  # fmt: skip


def test_a_code_is_made_of_the_name_and_of_its_own() -> None:
    assert define_attribute("", name="Fit & cut", actor=SYSTEM).code == "fit-cut"
    assert define_attribute("", name="Fit, cut", actor=SYSTEM).code == "fit-cut-2"
    assert define_attribute("shelf_life", name="Shelf life", actor=SYSTEM).code == "shelf_life"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("name", {"name": " "}), ("name", {"name": "x" * 81}), ("kind", {"kind": "date"}),
        ("decimals", {"decimals": 9, "kind": "number"}),
        ("unit", {"unit": "x" * 17, "kind": "number"}), ("choices", {"choices": ["Red"]}),
        ("choices", {"choices": ["Red", "red"], "kind": "choice"}), ("choices", {"choices": [""], "kind": "choice"}),
        ("choices", {"choices": [ChoiceData("Red", swatch="red")], "kind": "choice"}),
    ],
)  # fmt: skip
def test_a_definition_that_makes_no_sense_is_refused(field: str, more: dict[str, object]) -> None:
    with pytest.raises(DefinitionInvalidError) as refusal:
        define_attribute("a", actor=SYSTEM, **{"name": "A", **more})  # type: ignore[arg-type]
    assert refusal.value.facts["field"] == field
    assert not Attribute.objects.exists()


def test_choices_are_reordered_renamed_and_taken_away() -> None:
    colour("Red", "Blue", "Green")
    wanted = [ChoiceData("Blue", "red"), ChoiceData("Red", "blue"), ChoiceData("Ochre", swatch="#CC7722")]
    define_attribute("colour", actor=SYSTEM, choices=wanted)
    assert choices() == [("red", "Blue"), ("blue", "Red"), ("ochre", "Ochre")]
    assert AttributeChoice.objects.get(code="ochre").swatch == "#cc7722"


def test_a_choice_that_products_have_does_not_go_but_may_be_merged() -> None:
    attribute = colour("Red", "Crimson")
    one, both = make_product(), make_product()
    define_attribute("colour", is_multiple=True, actor=SYSTEM)
    set_attributes(one.pk, {"colour": "Crimson"}, actor=SYSTEM)
    set_attributes(both.pk, {"colour": ["Red", "Crimson"]}, actor=SYSTEM)
    red, crimson = AttributeChoice.objects.filter(attribute=attribute)

    with pytest.raises(StillUsedError, match="2 products use it") as refusal:
        delete_choice(crimson.pk, actor=SYSTEM)
    assert refusal.value.facts == {"products": 2}
    with pytest.raises(StillUsedError):
        colour("Red")
    assert queries.usage_of_choices(attribute.pk) == {red.pk: 1, crimson.pk: 2}
    CachePurge.objects.all().delete()

    assert merge_choices(crimson.pk, red.pk, actor=SYSTEM) == 2
    assert choices() == [("red", "Red")]
    assert sorted(AttributeValue.objects.values_list("product_id", "choice_id")) == [
        (one.pk, red.pk),
        (both.pk, red.pk),
    ]
    assert {f"product:{one.pk}", f"product:{both.pk}"} <= set(CachePurge.objects.values_list("tag", flat=True))


def test_choices_of_two_attributes_are_not_merged() -> None:
    red = AttributeChoice.objects.get(attribute=colour("Red"))
    other = AttributeChoice.objects.get(
        attribute=define_attribute("fit", name="Fit", kind="choice", choices=["Slim"], actor=SYSTEM)
    )
    for pair in ((red.pk, other.pk), (red.pk, red.pk)):
        with pytest.raises(DefinitionInvalidError):
            merge_choices(*pair, actor=SYSTEM)


def test_a_choice_is_not_there_twice() -> None:
    attribute = colour("Red")
    with pytest.raises(DefinitionInvalidError, match="already"):
        add_choice(attribute.pk, ChoiceData("RED"), actor=SYSTEM)
    assert add_choice(attribute.pk, ChoiceData("Blue"), actor=SYSTEM).position == 1


def test_kind_and_unit_stay_while_values_would_change_their_meaning() -> None:
    width = define_attribute("width", name="Width", kind="number", unit="cm", actor=SYSTEM)
    product = make_product()
    set_attributes(product.pk, {"width": "12"}, actor=SYSTEM)
    for change in ({"kind": "text"}, {"unit": "kg"}, {"unit": "lm"}):
        with pytest.raises(StillUsedError, match="1 product uses it"):
            define_attribute("width", actor=SYSTEM, **change)  # type: ignore[arg-type]
    define_attribute("width", unit="mm", actor=SYSTEM)
    assert queries.specification(product.pk) == (("Width", "120\u00a0mm"),)
    with pytest.raises(StillUsedError):
        delete_attribute(width.pk, actor=SYSTEM)
    set_attributes(product.pk, {"width": ""}, actor=SYSTEM)
    define_attribute("width", kind="text", actor=SYSTEM)
    delete_attribute(width.pk, actor=SYSTEM)
    assert not Attribute.objects.exists()


def test_a_type_has_its_attributes_in_order_and_keeps_what_is_not_said() -> None:
    for code in ("a", "b", "c"):
        define_attribute(code, name=code.upper(), actor=SYSTEM)
    kind = define_type("bag", name="Bag", attributes=["c", "a"], required=["a"], sku_pattern="{slug}", actor=SYSTEM)
    define_type("bag", attributes=["b", "a"], actor=SYSTEM)
    views = queries.attributes_of_type(kind.pk)
    assert [(view.code, view.is_required) for view in views] == [("b", False), ("a", True)]
    assert ProductType.objects.get().sku_pattern == "{slug}"
    with pytest.raises(DefinitionInvalidError, match="no attribute d"):
        define_type("bag", attributes=["d"], actor=SYSTEM)


def test_a_type_that_products_have_stays() -> None:
    kind = define_type("bag", name="Bag", actor=SYSTEM)
    product = make_product()
    set_type(product.pk, kind.pk, actor=SYSTEM)
    assert queries.product_counts() == {kind.pk: 1}
    with pytest.raises(StillUsedError, match="1 product uses it"):
        delete_type(kind.pk, actor=SYSTEM)
    set_type(product.pk, None, actor=SYSTEM)
    delete_type(kind.pk, actor=SYSTEM)
    assert not ProductType.objects.exists()


def test_filters_stand_as_in_their_types() -> None:
    for code, is_facet in (("a", True), ("b", False), ("c", True), ("z", True)):
        define_attribute(code, name=code, is_facet=is_facet, actor=SYSTEM)
    define_type("bag", name="Bag", attributes=["c", "b", "a"], actor=SYSTEM)
    assert [view.code for view in queries.facet_order()] == ["c", "a", "z"]
