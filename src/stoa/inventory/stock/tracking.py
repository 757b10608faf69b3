"""Which variants are not counted at all (services, files, made to order)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from stoa.inventory.stock.models import StockLevel

# A variant without a level can only be asked itself; its table is known here by the foreign key alone.
_variants: Any = StockLevel._meta.get_field("variant").related_model


def always_or_in(variant_ids: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Variants that nobody counts, and those of the given ids."""
    rows: QuerySet[Any, Any] = _variants._default_manager.filter(Q(is_stock_tracked=False) | Q(pk__in=variant_ids))
    return rows


def untracked_among(variant_ids: Iterable[int]) -> set[int]:
    """Those of the given variants that are not counted. No query for none."""
    chosen = list(variant_ids)
    if not chosen:
        return set()
    rows = _variants._default_manager.filter(pk__in=chosen, is_stock_tracked=False)
    return set(rows.values_list("pk", flat=True))
