"""What must hold of prices, sales and their history, whatever happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.expressions import Window
from django.db.models.functions import Lag

from stoa.catalogue.prices import history
from stoa.catalogue.prices.models import GroupPriceList, Price, PricePoint, SalePrice
from stoa.catalogue.prices.rules import breaks_problem
from stoa.kernel.books import Finding

BATCH = 2_000
# So many rows name what is wrong.
SHOWN = 50


def check_history() -> Iterable[Finding]:
    """The last point of a variant's history on a list is its present price, and a price that left has a point that says so."""
    of_pair = PricePoint.objects.filter(variant_id=OuterRef("variant_id"), price_list_id=OuterRef("price_list_id"))
    last = of_pair.order_by("-at")
    announced = Price.objects.annotate(
        point=Subquery(last.values("amount_minor")[:1]), from_minor=Subquery(last.values("compare_at_minor")[:1])
    )
    wrong = announced.filter(
        Q(point__isnull=True)
        | ~Q(point=F("amount_minor"))
        | Q(compare_at_is_rrp=False, compare_at_minor__isnull=False, from_minor__isnull=True)
        | Q(compare_at_is_rrp=True, from_minor__isnull=False)
        | Q(compare_at_minor__isnull=True, from_minor__isnull=False)
        | Q(compare_at_is_rrp=False, from_minor__isnull=False) & ~Q(from_minor=F("compare_at_minor"))
    )
    rows = _shown(wrong.values("variant_id", "price_list_id", "amount_minor", "point"))
    if rows:
        yield Finding("prices.history", "the history does not end with the present price", rows)
    price = Price.objects.filter(variant_id=OuterRef("variant_id"), price_list_id=OuterRef("price_list_id"))
    gone = (
        PricePoint.objects.annotate(present=Subquery(price.values("pk")[:1]))
        .filter(present__isnull=True, amount_minor__isnull=False)
        .filter(at=Subquery(of_pair.values("variant_id").annotate(last=Max("at")).values("last")))
    )
    rows = _shown(gone.values("variant_id", "price_list_id", "amount_minor"))
    if rows:
        yield Finding("prices.history", "a price is gone, and its history goes on", rows)


def check_sales() -> Iterable[Finding]:
    """No two sales of a variant and list overlap, and a sale's prices have its list and its times."""
    before = Window(
        Lag("ends_at"), partition_by=[F("variant_id"), F("price_list_id")], order_by=[F("starts_at"), F("pk")]
    )
    rows = _shown(
        SalePrice.objects.annotate(ended=before)
        .filter(ended__gt=F("starts_at"))
        .values("variant_id", "price_list_id", "sale_id")
    )
    if rows:
        yield Finding("prices.sales", "two sales of a variant overlap", rows)
    own = Q(price_list_id=F("sale__price_list_id"), starts_at=F("sale__starts_at"), ends_at=F("sale__ends_at"))
    rows = _shown(SalePrice.objects.exclude(own).values("variant_id", "sale_id"))
    if rows:
        yield Finding("prices.sales", "a price of a sale does not have its list or its times", rows)
    rows = _shown(
        SalePrice.objects.filter(sale__cancelled_at__lte=F("sale__starts_at")).values("variant_id", "sale_id")
    )
    if rows:
        yield Finding("prices.sales", "a sale that was called off still has prices", rows)


def check_lowest() -> Iterable[Finding]:
    """The lowest price of the 30 days before a reduction is what the history says."""
    rows: list[dict[str, Any]] = []
    for some in _chunks(Price.objects.filter(compare_at_minor__isnull=False, compare_at_is_rrp=False)):
        since = _since(some)
        rows += _differing([(row, since[row.variant_id, row.price_list_id]) for row in some
                            if (row.variant_id, row.price_list_id) in since])  # fmt: skip
    for planned in _chunks(SalePrice.objects.all()):
        rows += _differing([(row, row.starts_at) for row in planned])
    if rows:
        yield Finding("prices.lowest_30", "the lowest price of the 30 days before a reduction is another", rows[:SHOWN])


def check_breaks() -> Iterable[Finding]:
    """Quantity breaks are well formed: quantities rise, prices fall. (Above the present price they just do nothing.)"""
    rows: list[dict[str, Any]] = [
        {"variant_id": variant_id, "price_list_id": price_list_id, "breaks": steps}
        for variant_id, price_list_id, steps in Price.objects.filter(breaks__isnull=False).values_list(
            "variant_id", "price_list_id", "breaks"
        )
        if breaks_problem(steps or ())
    ]
    if rows:
        yield Finding("prices.breaks", "quantity breaks are out of order", rows[:SHOWN])


def check_groups() -> Iterable[Finding]:
    """A group's list is in the currency of its market."""
    others = GroupPriceList.objects.exclude(price_list__currency=F("market__currency"))
    rows = _shown(others.values("group_id", "market_id", "price_list_id"))
    if rows:
        yield Finding("prices.groups", "a group's price list is in another currency than the market", rows)


def _shown(rows: Any) -> list[dict[str, Any]]:
    return list(rows[:SHOWN])


def _chunks(rows: Any) -> Iterable[list[Any]]:
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = some[-1].pk
        yield some


def _since(prices: list[Price]) -> dict[history.Pair, Any]:
    """When the present price of each came to be."""
    latest = (
        PricePoint.objects.filter(variant_id__in={row.variant_id for row in prices})
        .values("variant_id", "price_list_id")
        .annotate(last=Max("at"))
    )
    return {(row["variant_id"], row["price_list_id"]): row["last"] for row in latest}


def _differing(starts: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """Rows whose noted lowest price is not what the history says. Several windows of one variant are asked one by one."""
    wrong: list[dict[str, Any]] = []
    while starts:
        turn: dict[history.Pair, tuple[Any, Any]] = {}
        rest = []
        for row, start in starts:
            pair = row.variant_id, row.price_list_id
            if pair in turn:
                rest.append((row, start))
            else:
                turn[pair] = row, start
        lows = history.lowest_of({pair: start for pair, (_, start) in turn.items()})
        wrong += [
            {"variant_id": pair[0], "price_list_id": pair[1], "noted": row.lowest_30_minor, "history": lows[pair]}
            for pair, (row, _) in turn.items()
            if row.lowest_30_minor != lows[pair]
        ]
        starts = rest
    return wrong
