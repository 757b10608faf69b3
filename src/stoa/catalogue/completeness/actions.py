"""Keeps the scores: reckoned anew soon after a page changes, and all of them once a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from stoa.catalogue.completeness.facts import page_facts
from stoa.catalogue.completeness.models import ProductScore
from stoa.catalogue.completeness.rules import Score, score
from stoa.catalogue.completeness.sold import sold
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.products.models import Product
from stoa.kernel import clock
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.models import CachePurge

BATCH = 500
# A run takes what is new, and so much of what is old that everything has had its turn within a day.
STALE = timedelta(days=1)
MOST_A_RUN = 4000
# A change that was begun before its product was scored may be committed after.
GRACE = timedelta(minutes=1)


def rescore(product_ids: Iterable[int]) -> int:
    """Reckon the scores of these products and keep them; returns how many."""
    count = 0
    for batch in _batches(product_ids):
        now = clock.now()
        rows = [_row(pk, score(facts), now) for pk, facts in page_facts(batch).items()]
        with transaction.atomic():
            # Only of those that are still there: a product may go while its score is reckoned.
            there = set(
                Product.objects.select_for_update(of=("self",)).filter(pk__in=batch).values_list("pk", flat=True)
            )
            ProductScore.objects.bulk_create(
                [row for row in rows if row.product_id in there],
                update_conflicts=True,
                unique_fields=["product"],
                update_fields=["points", "missing", "scored_at"],
            )
        count += len(rows)
    return count


def keep_up() -> int:
    """Rescore what is new, what changed since it was scored, and the oldest of the rest. The clock runs this."""
    return rescore([*_new(), *_changed(), *_stale()][:MOST_A_RUN])


def note_sales() -> None:
    """Write beside the scores what each product sold in the last 90 days. The clock runs this."""
    try:
        figures = sold(default_market().currency)
    except NotFoundError:  # no shop yet
        return
    with transaction.atomic():
        ProductScore.objects.exclude(product_id__in=figures).exclude(units=0, revenue_minor=0).update(
            units=0, revenue_minor=0
        )
        rows = list(ProductScore.objects.filter(product_id__in=figures))
        changed = [row for row in rows if (row.units, row.revenue_minor) != figures[row.product_id]]
        for row in changed:
            row.units, row.revenue_minor = figures[row.product_id]
        ProductScore.objects.bulk_update(changed, ["units", "revenue_minor"], batch_size=BATCH)


def _new() -> Sequence[int]:
    return list(Product.objects.filter(score=None).order_by("-pk").values_list("pk", flat=True)[:MOST_A_RUN])


def _changed() -> list[int]:
    """Products whose pages were declared out of date after their scores were reckoned."""
    since = clock.now() - timedelta(minutes=10)
    tags = CachePurge.objects.filter(at__gte=since, tag__startswith="product:").values_list("tag", "at")
    latest: dict[int, datetime] = {}
    for tag, at in tags:
        key = tag.partition(":")[2]
        if key.isascii() and key.isdigit():
            latest[int(key)] = max(at, latest.get(int(key), at))
    scored = dict(ProductScore.objects.filter(product_id__in=latest).values_list("product_id", "scored_at"))
    return [pk for pk, at in latest.items() if pk in scored and scored[pk] <= at + GRACE]


def _stale() -> list[int]:
    drafted = Q(product__latest_revision__created_at__gt=F("scored_at"), product__live=False)
    rows = ProductScore.objects.filter(Q(scored_at__lt=clock.now() - STALE) | drafted).order_by("scored_at")
    return list(rows.values_list("product_id", flat=True)[:BATCH])


def _row(product_id: int, found: Score, now: datetime) -> ProductScore:
    missing = [[gap.code, gap.there, gap.wanted, gap.points] for gap in found.missing]
    return ProductScore(product_id=product_id, points=found.points, missing=missing, scored_at=now)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), BATCH):
        yield unique[start : start + BATCH]
