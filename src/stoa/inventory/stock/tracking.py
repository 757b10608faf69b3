"""Which variants are not counted at all (services, files, made to order), and which are bundles of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from stoa.inventory.stock.models import StockLevel

# A variant without a level can only be asked itself; its table is known here by the foreign key alone.
_variants: Any = StockLevel._meta.get_field("variant").related_model
BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Of variants without a level: those that nobody counts, and the bundles with their parts (variant, quantity)."""

    untracked: set[int] = field(default_factory=set)
    recipes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def always_or_in(variant_ids: QuerySet[Any, Any], short: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Variants that nobody counts, those of the given ids, and bundles none of whose ``parts`` is in ``short``
    (a query of parts, to be narrowed to a bundle)."""
    has_parts = Exists(parts().filter(bundle_id=OuterRef("pk")))
    is_short = Exists(short.filter(bundle_id=OuterRef("pk")))
    single = Q(is_stock_tracked=False) & ~Q(product__kind=BUNDLE) | Q(pk__in=variant_ids)
    rows: QuerySet[Any, Any] = _variants._default_manager.filter(~has_parts & single | has_parts & ~is_short)
    return rows


def parts() -> QuerySet[Any, Any]:
    """The rows that say what is in which bundle."""
    rows: QuerySet[Any, Any] = _variants._meta.get_field("components").related_model._default_manager.all()
    return rows


def without_level(variant_ids: Iterable[int]) -> Uncounted:
    """What is known of variants that have no level. One query; no query for none."""
    chosen, found = list(variant_ids), Uncounted()
    if not chosen:
        return found
    rows = _variants._default_manager.filter(pk__in=chosen).order_by("pk", "components__position", "components__pk")
    columns = ("pk", "is_stock_tracked", "product__kind", "components__component_id", "components__quantity")
    for pk, is_tracked, kind, part_id, quantity in rows.values_list(*columns):
        if part_id is not None:
            found.recipes.setdefault(pk, []).append((part_id, quantity))
        elif not is_tracked and kind != BUNDLE:
            found.untracked.add(pk)
    return found


def untracked_among(variant_ids: Iterable[int]) -> set[int]:
    """Those of the given variants that are not counted. No query for none."""
    return without_level(variant_ids).untracked
