"""The record of regular prices, and what follows from it: the lowest price of the 30 days before a reduction.

Whoever writes a price or a sale does it under the lock of the price rows, and calls here before the end of the transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db.models import Max, OuterRef, Q, Subquery

from stoa.catalogue.prices.models import Price, PricePoint, SalePrice
from stoa.catalogue.prices.rules import LOOK_BACK, Point, Window, lowest_before
from stoa.kernel import clock
from stoa.kernel.prepared import insert_all

# A variant on a list.
Pair = tuple[int, int]
BATCH = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What a list says of a variant from now on; ``reduced_from_minor`` where a former price announces a reduction."""

    variant_id: int
    price_list_id: int
    amount_minor: int | None
    reduced_from_minor: int | None


def keep(news: Collection[Written], *, are_new: bool = False) -> None:
    """Add prices that were just written to the history, and bring what depends on it up to date.

    ``are_new``: nothing was known of these variants before.
    """
    now = clock.now()
    points = [
        PricePoint(
            variant_id=new.variant_id, price_list_id=new.price_list_id, at=now,
            amount_minor=new.amount_minor, compare_at_minor=new.reduced_from_minor,
        )
        for new in news
    ]  # fmt: skip
    if are_new:
        insert_all(points)
    else:
        PricePoint.objects.bulk_create(
            points,
            update_conflicts=True,
            unique_fields=["variant", "price_list", "at"],
            update_fields=["amount_minor", "compare_at_minor"],
            batch_size=BATCH,
        )
    reduced = {
        (new.variant_id, new.price_list_id): now
        for new in news
        if new.amount_minor is not None and new.reduced_from_minor is not None
    }
    for pair, lowest in lowest_of(reduced).items():
        if lowest is not None:
            Price.objects.filter(variant_id=pair[0], price_list_id=pair[1]).update(lowest_30_minor=lowest)
    if not are_new:
        look_again({(new.variant_id, new.price_list_id) for new in news})


def look_again(pairs: Collection[Pair]) -> None:
    """Sales that are still to come: what was the lowest price before them may be another now."""
    wanted = set(pairs)
    for some in _batches(sorted(wanted)):
        planned = [
            row
            for row in SalePrice.objects.filter(starts_at__gt=clock.now(), variant_id__in={pair[0] for pair in some})
            if (row.variant_id, row.price_list_id) in wanted
        ]
        for row in planned:
            pair = row.variant_id, row.price_list_id
            row.lowest_30_minor = lowest_of({pair: row.starts_at})[pair]
        SalePrice.objects.bulk_update(planned, ["lowest_30_minor"], batch_size=BATCH)


def lowest_of(starts: Mapping[Pair, datetime]) -> dict[Pair, int | None]:
    """For reductions that start then: the lowest price (minor units) of the 30 days before, None where none is known."""
    found: dict[Pair, int | None] = {}
    for some in _batches(sorted(starts)):
        variant_ids = {pair[0] for pair in some}
        since = min(starts[pair] for pair in some).astimezone(UTC) - LOOK_BACK
        points, windows = _points(variant_ids, since), _windows(variant_ids, since)
        found |= {pair: lowest_before(starts[pair], points[pair], windows[pair]) for pair in some}
    return found


def _points(variant_ids: Collection[int], since: datetime) -> dict[Pair, list[Point]]:
    """Those that held since then: the later ones, and of the earlier ones the last."""
    last = (
        PricePoint.objects.filter(
            variant_id=OuterRef("variant_id"), price_list_id=OuterRef("price_list_id"), at__lte=since
        )
        .values("variant_id")
        .annotate(last=Max("at"))
        .values("last")
    )
    rows = PricePoint.objects.filter(Q(at__gt=since) | Q(at=Subquery(last)), variant_id__in=variant_ids)
    found: dict[Pair, list[Point]] = defaultdict(list)
    columns = rows.values_list("variant_id", "price_list_id", "at", "amount_minor", "compare_at_minor")
    for variant_id, price_list_id, at, amount, compare_at in columns:
        found[variant_id, price_list_id].append(Point(at, amount, compare_at))
    return found


def _windows(variant_ids: Collection[int], since: datetime) -> dict[Pair, list[Window]]:
    rows = SalePrice.objects.filter(variant_id__in=variant_ids, ends_at__gt=since)
    found: dict[Pair, list[Window]] = defaultdict(list)
    columns = rows.values_list("variant_id", "price_list_id", "starts_at", "ends_at", "amount_minor")
    for variant_id, price_list_id, starts_at, ends_at, amount in columns:
        found[variant_id, price_list_id].append(Window(starts_at, ends_at, amount))
    return found


def _batches(pairs: Iterable[Pair]) -> Iterable[list[Pair]]:
    rest = iter(pairs)
    while some := list(islice(rest, BATCH)):
        yield some
