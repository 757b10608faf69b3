"""Attributes and types as they are defined."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from stoa.catalogue.types.models import Attribute, AttributeChoice, TypeAttribute
from stoa.kernel.prepared import Prepared


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """``swatch`` is ``#rrggbb`` or empty."""

    id: int
    code: str
    label: str
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class AttributeView:
    """``kind`` is text, choice, number or yes_no. ``choices`` are in the merchant's order."""

    id: int
    code: str
    name: str
    kind: str
    unit: str = ""
    decimals: int = 0
    is_multiple: bool = False
    is_facet: bool = False
    is_in_specification: bool = True
    is_comparable: bool = True
    help_text: str = ""
    is_required: bool = False
    choices: tuple[ChoiceView, ...] = field(default=())


_COLUMNS = (
    "id", "code", "name", "kind", "unit", "decimals", "is_multiple", "is_facet", "is_in_specification", "is_comparable",
    "help_text",
)  # fmt: skip
_ATTRIBUTES = Prepared(lambda: Attribute.objects.order_by("name", "id").values_list(*_COLUMNS))
_CHOICES = Prepared(
    lambda: AttributeChoice.objects.order_by("position", "id").values_list(
        "attribute_id", "id", "code", "label", "swatch"
    )
)


def attribute_views() -> dict[int, AttributeView]:
    """Every attribute by its id, in the order of their names. Two queries."""
    choices: dict[int, list[ChoiceView]] = {}
    for attribute_id, pk, code, label, swatch in _CHOICES.all():
        choices.setdefault(attribute_id, []).append(ChoiceView(pk, code, label, swatch))
    return {
        row[0]: AttributeView(*row, choices=tuple(choices.get(row[0], ())))  # type: ignore[misc]
        for row in _ATTRIBUTES.all()
    }


def attributes_of_type(type_id: int | None) -> list[AttributeView]:
    """Those of a type, in its order, with ``is_required``. Three queries."""
    if type_id is None:
        return []
    known = attribute_views()
    places = TypeAttribute.objects.filter(type_id=type_id).order_by("position", "id")
    return [_expected(known[pk], is_required) for pk, is_required in places.values_list("attribute_id", "is_required")]


def places() -> tuple[set[tuple[int, int]], dict[tuple[int, int], int]]:
    """Which (type, attribute) pairs there are, and at which place each stands. One query."""
    rows = TypeAttribute.objects.order_by("position", "id").values_list("type_id", "attribute_id")
    order = {(type_id, attribute_id): place for place, (type_id, attribute_id) in enumerate(rows)}
    return set(order), order


def facet_order() -> list[AttributeView]:
    """The attributes that are filters, by where they stand in their types on the average. Three queries."""
    known = attribute_views()
    stand: dict[int, list[int]] = {}
    for pk, place in TypeAttribute.objects.values_list("attribute_id", "position"):
        stand.setdefault(pk, []).append(place)
    facets = [view for view in known.values() if view.is_facet]
    last = [10**6]
    return sorted(
        facets, key=lambda view: (Fraction(sum(stand.get(view.id, last)), len(stand.get(view.id, last))), view.name)
    )


def _expected(view: AttributeView, is_required: bool) -> AttributeView:
    return replace(view, is_required=is_required) if is_required else view
