"""The price of a variant. Pages, carts, feeds and the API all ask here, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import DateTimeField, OuterRef, Q, Subquery

from stoa.catalogue.prices.models import GroupPriceList, Price, SalePrice, TaxClass
from stoa.catalogue.prices.planning import SaleRow, SaleTerms, sale_preview
from stoa.catalogue.prices.reading import (
    PriceListFacts,
    SaleFacts,
    group_lists,
    history_of,
    price_list_by_id,
    price_lists,
    sale_by_id,
    sale_rows,
    sales,
)
from stoa.catalogue.prices.rules import unit_for
from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.markets.models import Market

__all__ = [
    "PriceListFacts", "Quote", "SaleFacts", "SaleRow", "SaleTerms", "group_lists", "history_of", "price_list_by_id",
    "price_lists", "prices_of", "quote", "sale_by_id", "sale_preview", "sale_rows", "sales", "tax_classes",
]  # fmt: skip


def _running(column: str) -> Subquery:
    """Of the sale that runs at the slot ``at``: there is one at most."""
    moment = Slot("at", DateTimeField())
    return Subquery(
        SalePrice.objects.filter(
            variant_id=OuterRef("variant_id"), price_list_id=OuterRef("price_list_id"),
            starts_at__lte=moment, ends_at__gt=moment,
        ).values(column)[:1]
    )  # fmt: skip


_WRITTEN = (
    "variant_id",
    "price_list_id",
    "amount_minor",
    "compare_at_minor",
    "compare_at_is_rrp",
    "lowest_30_minor",
    "breaks",
)


def _for_sale(on: Q, count: int) -> QuerySet[Price, Any]:
    return Price.objects.filter(
        on, variant__pk__in=Slot.many("variant", count), variant__is_active=True, variant__product__live=True
    ).values_list(*_WRITTEN, _running("amount_minor"), _running("lowest_30_minor"), _running("ends_at"))


_FOR_ALL = Prepared(lambda count: _for_sale(Q(price_list_id=Slot("list")), count))
# The list of the customer's group beside the market's: still one query.
_FOR_CUSTOMER = Prepared(
    lambda count: _for_sale(
        Q(price_list_id=Slot("list"))
        | Q(
            price_list_id__in=GroupPriceList.objects.filter(
                market_id=Slot("market"), group__customers__pk=Slot("customer")
            ).values("price_list_id")
        ),
        count,
    )
)


@dataclass(frozen=True, slots=True)
class Quote:
    """What one unit costs, for the quantity that was asked for (1 where none was).

    ``compare_at``, where there is one, is above ``unit``: what it cost before, shown struck through, or, with
    ``compare_at_is_rrp``, what the maker recommends, shown as that. ``lowest_30`` is the lowest price of the 30 days before
    a reduction, where one is announced and the time before is known. ``breaks``: (from how many, what one costs then),
    each below ``unit`` of a single one. ``ends_at``: the end of the sale, while one holds.
    """

    unit: Money
    compare_at: Money | None = None
    lowest_30: Money | None = None
    breaks: tuple[tuple[int, Money], ...] = ()
    ends_at: datetime | None = None
    compare_at_is_rrp: bool = False

    @property
    def is_reduced(self) -> bool:
        return self.compare_at is not None and not self.compare_at_is_rrp


def quote(
    variant_ids: Iterable[int],
    market: Market,
    *,
    quantities: Mapping[int, int] | None = None,
    customer_id: int | None = None,
    at: datetime | None = None,
) -> dict[int, Quote]:
    """THE price function: variant id -> Quote, in one query. A variant that is missing is not for sale here.

    ``quantities``, ``customer_id`` and ``at`` (now, by default) say for how many, for whom and when. Sales hold to the
    second. A customer whose group has a list in this market pays that list's price, and what the list lacks as everybody
    does; but never more than a running sale asks of everybody. ``at`` moves sales, not what is written on the lists.
    """
    wanted = set(variant_ids)
    if not wanted:
        return {}
    moment = at if at is not None else clock.now()
    if customer_id is None:
        rows = _FOR_ALL.of("variant", wanted, list=market.price_list_id, at=moment)
    else:
        rows = _FOR_CUSTOMER.of(
            "variant", wanted, list=market.price_list_id, market=market.pk, customer=customer_id, at=moment
        )
    currency, many = market.currency, quantities or {}
    found: dict[int, Quote] = {}
    own: set[int] = set()
    for row in rows:
        variant_id, is_own = row[0], row[1] != market.price_list_id
        made = _quote(row, many.get(variant_id, 1), currency)
        if variant_id in found:
            made = _better(*((found[variant_id], made) if variant_id in own else (made, found[variant_id])))
        elif is_own:
            own.add(variant_id)
        found[variant_id] = made
    return found


def _better(own: Quote, general: Quote) -> Quote:
    """A group's price, unless a sale for everybody is below it."""
    return general if general.ends_at is not None and general.unit < own.unit else own


def _quote(row: tuple[Any, ...], quantity: int, currency: str) -> Quote:
    _, _, amount, compare_at, is_rrp, lowest, steps, sale_amount, sale_lowest, ends_at = row
    if sale_amount is not None and sale_amount < amount:
        amount, compare_at, is_rrp, lowest = sale_amount, amount, False, sale_lowest
    else:
        ends_at = None
    unit, breaks = unit_for(amount, steps, quantity) if steps else (amount, ())
    return Quote(
        Money(unit, currency),
        Money(compare_at, currency) if compare_at is not None else None,
        Money(lowest, currency) if lowest is not None else None,
        tuple((minimum, Money(each, currency)) for minimum, each in breaks),
        ends_at,
        is_rrp,
    )


def prices_of(variant_ids: Iterable[int], price_list_id: int) -> dict[int, Quote]:
    """What is written on a list, also for variants that are not for sale. For the back office, never for a sale."""
    rows = Price.objects.filter(price_list_id=price_list_id, variant_id__in=set(variant_ids)).values_list(
        *_WRITTEN, "price_list__currency"
    )
    return {row[0]: _quote((*row[:-1], None, None, None), 1, row[-1]) for row in rows}


def tax_classes() -> QuerySet[TaxClass]:
    return TaxClass.objects.order_by("pk")
