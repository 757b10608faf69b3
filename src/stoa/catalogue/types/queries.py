"""Public reads of types, attributes and values. Each part is in the file that its name says."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from stoa.catalogue.products.models import Product
from stoa.catalogue.types.data import TypeChange
from stoa.catalogue.types.definitions import AttributeView, ChoiceView, attribute_views, attributes_of_type, facet_order
from stoa.catalogue.types.models import Attribute, AttributeChoice, AttributeValue, ProductType, TypeAttribute
from stoa.catalogue.types.shown import (
    Comparison,
    FacetFact,
    comparison,
    facet_values,
    specification,
    specifications,
    typed_values,
)
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AttributeView", "ChoiceView", "Comparison", "FacetFact", "attribute_views", "attributes_by_type",
    "attributes_of_type", "comparison",
    "facet_order", "facet_values", "missing_attributes", "product_counts", "specification", "specifications",
    "type_by_code", "type_change", "typed_values", "types", "types_by_attribute", "usage_of_attribute",
    "usage_of_attributes", "usage_of_choices",
]  # fmt: skip


def types() -> QuerySet[ProductType]:
    return ProductType.objects.order_by("name", "id")


def type_by_code(code: str) -> ProductType:
    """Raises NotFoundError."""
    found = ProductType.objects.filter(code=code).first()
    if found is None:
        raise NotFoundError
    return found


def product_counts() -> dict[int, int]:
    """How many products each type has, by its id."""
    rows = Product.objects.exclude(type=None).values_list("type").annotate(n=Count("pk")).order_by()
    return {type_id: count for type_id, count in rows if type_id is not None}


def usage_of_attribute(attribute_id: int) -> int:
    """How many products have a value of it, shown or not."""
    return AttributeValue.objects.filter(attribute_id=attribute_id).values("product_id").distinct().count()


def usage_of_attributes() -> dict[int, int]:
    """How many products have a value, by attribute; those of none are left out."""
    rows = AttributeValue.objects.order_by().values_list("attribute_id")
    return dict(rows.annotate(n=Count("product_id", distinct=True)))


def attributes_by_type() -> dict[int, list[str]]:
    """The names of the attributes of every type, in its order."""
    found: dict[int, list[str]] = {}
    places = TypeAttribute.objects.order_by("type_id", "position", "id")
    for type_id, name in places.values_list("type_id", "attribute__name"):
        found.setdefault(type_id, []).append(name)
    return found


def types_by_attribute() -> dict[int, list[str]]:
    """The names of the types that have it, by attribute."""
    found: dict[int, list[str]] = {}
    for attribute_id, name in TypeAttribute.objects.order_by("type__name").values_list("attribute_id", "type__name"):
        found.setdefault(attribute_id, []).append(name)
    return found


def usage_of_choices(attribute_id: int) -> dict[int, int]:
    """By choice, how many products have it."""
    rows = AttributeChoice.objects.filter(attribute_id=attribute_id).values_list("pk")
    return dict(rows.annotate(n=Count("values__product_id", distinct=True)).order_by("pk"))


def type_change(product_id: int, type_id: int | None) -> TypeChange:
    """What it would mean to give a product another type. Nothing is lost: what is hidden comes back with its type."""
    held = set(AttributeValue.objects.filter(product_id=product_id).values_list("attribute_id", flat=True))
    names = dict(Attribute.objects.values_list("pk", "name"))
    present = Product.objects.filter(pk=product_id).values_list("type_id", flat=True).first()
    before, after = _attribute_ids(present), _attribute_ids(type_id)
    shown_before = held if present is None else held & set(before)
    shown_after = held if type_id is None else held & set(after)
    return TypeChange(
        hidden=tuple(sorted(names[pk] for pk in shown_before - shown_after)),
        gained=tuple(names[pk] for pk in after if pk not in before),
    )


def missing_attributes(product_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of expected attributes that have no value, by product; those that lack none are left out. Three queries."""
    wanted = set(product_ids)
    expected: dict[int, list[tuple[int, str]]] = {}
    places = TypeAttribute.objects.filter(is_required=True).order_by("type_id", "position", "id")
    for type_id, attribute_id, name in places.values_list("type_id", "attribute_id", "attribute__name"):
        expected.setdefault(type_id, []).append((attribute_id, name))
    typed = dict(_among(Product.objects.filter(type_id__in=expected), "pk", wanted).values_list("pk", "type_id"))
    values = AttributeValue.objects.filter(attribute__places__is_required=True).distinct()
    held = set(_among(values, "product_id", wanted).values_list("product_id", "attribute_id"))
    found = {
        product_id: [name for attribute_id, name in expected[type_id] if (product_id, attribute_id) not in held]
        for product_id, type_id in typed.items()
        if type_id is not None and product_id in wanted
    }
    return {product_id: names for product_id, names in found.items() if names}


def _attribute_ids(type_id: int | None) -> list[int]:
    if type_id is None:
        return []
    places = TypeAttribute.objects.filter(type_id=type_id).order_by("position", "id")
    return list(places.values_list("attribute_id", flat=True))


def _among(rows: QuerySet, field: str, ids: Iterable[int]) -> QuerySet:
    """Those of ``ids``, or all where that is cheaper to ask than thousands of numbers; the caller looks again."""
    wanted = list(ids)
    return rows.filter(**{f"{field}__in": wanted}) if len(wanted) <= 2000 else rows
