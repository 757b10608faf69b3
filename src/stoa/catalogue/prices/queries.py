"""The price of a variant. Pages, carts, feeds and the API all ask here, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from stoa.catalogue.prices.models import Price, TaxClass
from stoa.kernel.money import Money
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.markets.models import Market

_FOR_SALE = Prepared(
    lambda count: Price.objects.filter(
        price_list_id=Slot("list"), variant__pk__in=Slot.many("variant", count),
        variant__is_active=True, variant__product__live=True,
    ).values_list("variant_id", "amount_minor", "compare_at_minor")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quote:
    """What one unit costs. ``compare_at``, where there is one, is above ``unit`` and shown struck through."""

    unit: Money
    compare_at: Money | None = None


def quote(
    variant_ids: Iterable[int],
    market: Market,
    *,
    quantities: Mapping[int, int] | None = None,
    customer_id: int | None = None,
    at: datetime | None = None,
) -> dict[int, Quote]:
    """THE price function: variant id -> Quote, in one query. A variant that is missing is not for sale here.

    ``quantities``, ``customer_id`` and ``at`` say for how many, for whom and when; a market's list has one price for all.
    """
    wanted = set(variant_ids)
    if not wanted:
        return {}
    currency = market.currency
    rows = _FOR_SALE.of("variant", wanted, list=market.price_list_id)
    return {
        variant_id: Quote(Money(amount, currency), Money(compare_at, currency) if compare_at is not None else None)
        for variant_id, amount, compare_at in rows
    }


def prices_of(variant_ids: Iterable[int], price_list_id: int) -> dict[int, Quote]:
    """What is written on a list, also for variants that are not for sale. For the back office, never for a sale."""
    rows = Price.objects.filter(price_list_id=price_list_id, variant_id__in=set(variant_ids)).values_list(
        "variant_id", "amount_minor", "compare_at_minor", "price_list__currency"
    )
    return {
        variant_id: Quote(Money(amount, currency), Money(compare_at, currency) if compare_at is not None else None)
        for variant_id, amount, compare_at, currency in rows
    }


def tax_classes() -> QuerySet[TaxClass]:
    return TaxClass.objects.order_by("pk")
