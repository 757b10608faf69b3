"""The invariants of stock, asked of the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, When

from stoa.inventory.stock.models import Reservation, StockLevel, StockMove
from stoa.kernel import clock
from stoa.kernel.books import Finding

Place = tuple[int, int]

# The job that expires holds runs every minute; one that is this late has been forgotten.
HOLD_TOLERANCE = timedelta(minutes=15)


def check() -> list[Finding]:
    """All checks of this package."""
    return [finding for one in CHECKS.values() for finding in one()]


def on_hand_is_the_sum_of_moves() -> Iterator[Finding]:
    moved = _sums(StockMove.objects.all())
    yield from _compare("stock.on_hand", "On hand is not the sum of the moves.", "on_hand", moved)


def reserved_is_the_sum_of_holds() -> Iterator[Finding]:
    held = _sums(Reservation.objects.filter(state=Reservation.State.OPEN))
    yield from _compare("stock.reserved", "Reserved is not the sum of the open reservations.", "reserved", held)


def nothing_is_oversold() -> Iterator[Finding]:
    """The database holds this too; a database restored or repaired by hand may not."""
    rows = StockLevel.objects.filter(on_hand__lt=F("reserved") - F("backorder_limit"))
    rows = rows | StockLevel.objects.filter(reserved__lt=0)
    yield from _finding("stock.oversold", "More is promised than there is and may be back-ordered.", _levels(rows))


def no_hold_outlives_its_time() -> Iterator[Finding]:
    late = Reservation.objects.filter(state=Reservation.State.OPEN, expires_at__lt=clock.now() - HOLD_TOLERANCE)
    rows = [
        {"document": document, "variant": variant, "quantity": quantity, "expires_at": expires_at.isoformat()}
        for document, variant, quantity, expires_at in late.order_by("expires_at").values_list(
            "document", "variant_id", "quantity", "expires_at"
        )
    ]
    yield from _finding("stock.holds", "Units are held beyond their time: does the worker run?", rows)


def nothing_comes_back_that_was_not_sold() -> Iterator[Finding]:
    """For each document and place, what came back is at most what left."""
    reasons = (StockMove.Reason.SOLD, StockMove.Reason.RETURNED, StockMove.Reason.CANCELLED)
    rows = (
        StockMove.objects.filter(reason__in=reasons)
        .exclude(document="")
        .values("document", "variant_id", "location_id")
        .annotate(net=Sum("quantity"))
        .filter(net__gt=0)
        .order_by("document", "variant_id", "location_id")
    )
    yield from _finding("stock.returned", "More came back than was sold for the document.", [dict(row) for row in rows])


def claims_became_sales() -> Iterator[Finding]:
    """Every claimed unit has left as a sale of the same document from the same place."""
    claimed = Reservation.objects.filter(state=Reservation.State.CLAIMED)
    expected = {
        (document, variant, location): total
        for document, variant, location, total in claimed.values_list("document", "variant_id", "location_id")
        .annotate(total=Sum("quantity"))
        .order_by()
    }
    sold = StockMove.objects.filter(reason=StockMove.Reason.SOLD).exclude(document="")
    actual = {
        (document, variant, location): -total
        for document, variant, location, total in sold.values_list("document", "variant_id", "location_id")
        .annotate(total=Sum("quantity"))
        .order_by()
    }
    rows = [
        {"document": key[0], "variant": key[1], "location": key[2], "claimed": total, "sold": actual.get(key, 0)}
        for key, total in sorted(expected.items())
        if actual.get(key, 0) != total
    ]
    yield from _finding("stock.claims", "What was claimed is not what was sold.", rows)


def moves_have_the_sign_of_their_reason() -> Iterator[Finding]:
    incoming = [
        StockMove.Reason.OPENING, StockMove.Reason.RECEIVED, StockMove.Reason.RETURNED, StockMove.Reason.CANCELLED,
    ]  # fmt: skip
    signed = StockMove.objects.annotate(
        gain=Case(When(reason=StockMove.Reason.SOLD, then=-F("quantity")), default=F("quantity"))
    )
    wrong = signed.filter(reason__in=[*incoming, StockMove.Reason.SOLD], gain__lt=0)
    rows = [dict(row) for row in wrong.order_by("id").values("id", "variant_id", "reason", "quantity")]
    yield from _finding("stock.signs", "A move goes the wrong way for its reason.", rows)


def bundles_have_no_stock() -> Iterator[Finding]:
    """What is sold by its parts is not counted itself as well."""
    rows = StockLevel.objects.filter(variant__components__isnull=False).distinct()
    yield from _finding("stock.bundles", "A bundle has stock of its own, which nobody can buy.", _levels(rows))


CHECKS: dict[str, Callable[[], Iterable[Finding]]] = {
    "stock.on_hand": on_hand_is_the_sum_of_moves,
    "stock.reserved": reserved_is_the_sum_of_holds,
    "stock.oversold": nothing_is_oversold,
    "stock.holds": no_hold_outlives_its_time,
    "stock.returned": nothing_comes_back_that_was_not_sold,
    "stock.claims": claims_became_sales,
    "stock.bundles": bundles_have_no_stock,
    "stock.signs": moves_have_the_sign_of_their_reason,
}


def _sums(rows: QuerySet[Any, Any]) -> dict[Place, int]:
    sums = rows.values_list("variant_id", "location_id").annotate(total=Sum("quantity")).order_by()
    return {(variant, location): total for variant, location, total in sums}


def _compare(name: str, message: str, counter: str, expected: dict[Place, int]) -> Iterator[Finding]:
    """The counter of every level against the sum of its rows; rows without a level count against 0."""
    levels = StockLevel.objects.values_list("variant_id", "location_id", counter)
    actual = {(variant, location): value for variant, location, value in levels}
    rows = [
        {"variant": place[0], "location": place[1], counter: actual.get(place), "sum": expected.get(place, 0)}
        for place in sorted(actual.keys() | expected.keys())
        if actual.get(place, 0) != expected.get(place, 0)
    ]
    yield from _finding(name, message, rows)


def _levels(rows: QuerySet[StockLevel]) -> list[dict[str, Any]]:
    columns = ("variant_id", "location_id", "on_hand", "reserved", "policy", "backorder_limit")
    return list(rows.order_by("variant_id", "location_id").values(*columns))


def _finding(name: str, message: str, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    if rows:
        yield Finding(name, message, rows)
