"""Keeps the rows of a feed in step with the shop.

Whatever changes what a product shows purges ``product:<id>``; these rows of the purge table are read here, by the request
that asks for the feed and by the worker every minute, and the products named are made anew. What concerns all products
(the market's own settings, its categories, taxes, delivery) asks for all to be made anew, in pieces, by a job.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from stoa.catalogue.products import queries as products
from stoa.kernel import clock
from stoa.kernel.pagecache.models import CachePurge
from stoa.marketing.feeds import writing
from stoa.marketing.feeds.items import ProductItems, Terms, items_of, terms_of
from stoa.marketing.feeds.models import FeedProblem, FeedProduct, FeedState

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

PIECE = 200
# As many changed products are made anew while somebody waits; more are left to the worker.
MOST_AT_ONCE = 400
# Numbers of purges may appear out of order: so far back is looked again for those not seen yet.
LOOK_BACK = 500
# Purges are swept out after two hours. A feed that nobody has followed for so long starts over.
LONGEST_SILENCE = timedelta(minutes=100)
ALL_CHANGE = frozenset({"market", "categories", "tax", "feeds"})


@dataclass(frozen=True, slots=True)
class _News:
    product_ids: set[int]
    concerns_all: bool
    position: int
    seen: list[int]


def follow(market: Market, *, most: int = MOST_AT_ONCE) -> FeedState:
    """Take in what has changed. Afterwards the rows say what the shop says, unless the state is stale: then a rebuilding
    is due, because something concerns all products, or more than ``most`` of them have changed at once."""
    state = _state(market.pk)
    if state.rebuilt_at is None or _news(state) is None:
        return state
    with transaction.atomic():
        state = FeedState.objects.select_for_update().get(pk=market.pk)
        news = _news(state)
        if news is None:
            return state
        if news.concerns_all or len(news.product_ids) > most:
            # A rebuilding that is under way begins again.
            state.is_stale, state.rebuilt_to = True, None
        elif news.product_ids and _write(market, terms_of(market), sorted(news.product_ids)):
            state.version += 1
            state.changed_at = clock.now()
        state.position, state.seen = news.position, _stamped(news.seen)
        state.save()
    return state


def rebuild(market: Market) -> int:
    """Make every product anew, in pieces of 200, each in a transaction of its own. Goes on where it was interrupted, and
    where another process is at it they share the work. Returns how many products are in the feed."""
    _state(market.pk)
    while _rebuild_piece(market):
        pass
    follow(market)
    return FeedProduct.objects.filter(market_id=market.pk, items__gt=0).count()


@transaction.atomic
def _rebuild_piece(market: Market) -> bool:
    """False once all is done. The state is locked meanwhile: nobody writes a row from what they read before another did."""
    state = FeedState.objects.select_for_update().get(pk=market.pk)
    if state.rebuilt_to is None:
        if state.rebuilt_at is not None and not state.is_stale:
            return False
        # What changes from here on is taken in afterwards; taken in twice does no harm.
        newest = CachePurge.objects.aggregate(newest=Max("pk"))["newest"] or 0
        state.position, state.seen, state.rebuilt_to, state.is_stale = newest, _stamped([newest]), 0, True
    after = state.rebuilt_to
    piece = list(products.live_products().filter(pk__gt=after).values_list("pk", flat=True)[:PIECE])
    if piece:
        changed = _write(market, terms_of(market), piece, after=after)
        state.rebuilt_to = piece[-1]
    else:
        changed = _drop(market.pk, FeedProduct.objects.filter(product_id__gt=after))
        state.rebuilt_to, state.rebuilt_at, state.is_stale = None, clock.now(), False
    if changed or (not piece and not state.version):
        # From the clock on: files of an older database in the same folder are never taken for these.
        state.version = state.version + 1 if state.version else int(clock.now().timestamp())
        state.changed_at = clock.now()
    state.save()
    return bool(piece)


def _state(market_id: int) -> FeedState:
    return FeedState.objects.get_or_create(pk=market_id)[0]


def _news(state: FeedState) -> _News | None:
    """What was purged since the feed last looked; None for nothing."""
    known = state.seen if isinstance(state.seen, dict) else {"ids": [], "at": None}
    last = datetime.fromisoformat(known["at"]) if known["at"] else None
    now = clock.now()
    if last is None or now - last > LONGEST_SILENCE:
        newest = CachePurge.objects.aggregate(newest=Max("pk"))["newest"] or 0
        return _News(set(), True, newest, [newest])
    seen = set(known["ids"])
    rows = [
        (pk, tag)
        for pk, tag in CachePurge.objects.filter(pk__gt=state.position - LOOK_BACK).values_list("pk", "tag")
        if pk > state.position or (pk not in seen and pk >= min(seen, default=state.position))
    ]
    if not rows and now - last < LONGEST_SILENCE / 10:
        return None
    tags = {tag for _, tag in rows}
    product_ids = {int(tag[8:]) for tag in tags if tag.startswith("product:") and tag[8:].isdigit()}
    position = max([state.position, *(pk for pk, _ in rows)])
    recent = sorted(pk for pk in seen | {pk for pk, _ in rows} if pk > position - LOOK_BACK)
    return _News(product_ids, not tags.isdisjoint(ALL_CHANGE), position, recent)


def _stamped(ids: list[int]) -> dict[str, object]:
    return {"ids": ids, "at": clock.now().isoformat()}


def _write(market: Market, terms: Terms, product_ids: Collection[int], *, after: int | None = None) -> bool:
    """Make the rows of these products anew; True where one differs. With ``after``, rows between it and the last of
    ``product_ids`` that are not among them are dropped."""
    made = {each.product_id: each for each in items_of(product_ids, terms)}
    rows = FeedProduct.objects.filter(market_id=market.pk)
    gone = [pk for pk in product_ids if pk not in made]
    changed = _drop(market.pk, rows.filter(product_id__in=gone)) if gone else False
    if after is not None and product_ids:
        between = rows.filter(product_id__gt=after, product_id__lte=max(product_ids))
        changed = _drop(market.pk, between.exclude(product_id__in=product_ids)) or changed
    before = {row.product_id: row for row in rows.filter(product_id__in=made)}
    now = clock.now()
    news = []
    for product_id, each in made.items():
        row = FeedProduct(
            market_id=market.pk, product_id=product_id, items=len(each.items), left_out=each.left_out, changed_at=now,
            google="".join(map(writing.google_item, each.items)), meta="".join(map(writing.meta_item, each.items)),
        )  # fmt: skip
        old = before.get(product_id)
        if old is None or (old.google, old.meta, old.left_out) != (row.google, row.meta, row.left_out):
            news.append(row)
    if news:
        FeedProduct.objects.bulk_create(
            news, update_conflicts=True, unique_fields=["market", "product"],
            update_fields=["google", "meta", "items", "left_out", "changed_at"],
        )  # fmt: skip
    _write_problems(market.pk, list(made.values()))
    return changed or bool(news)


def _write_problems(market_id: int, made: list[ProductItems]) -> None:
    wanted = {
        (each.product_id, variant_id, problem.code, problem.is_error, problem.detail)
        for each in made
        for variant_id, problem in each.problems
    }
    rows = FeedProblem.objects.filter(market_id=market_id, product_id__in=[each.product_id for each in made])
    known = {
        (row.product_id, row.variant_id, row.code, row.severity == FeedProblem.Severity.ERROR, row.detail): row.pk
        for row in rows
    }
    if gone := [pk for key, pk in known.items() if key not in wanted]:
        FeedProblem.objects.filter(pk__in=gone).delete()
    FeedProblem.objects.bulk_create(
        FeedProblem(
            market_id=market_id, product_id=product_id, variant_id=variant_id, code=code, detail=detail,
            severity=FeedProblem.Severity.ERROR if is_error else FeedProblem.Severity.WARNING,
        )
        for product_id, variant_id, code, is_error, detail in sorted(wanted - known.keys(), key=str)
    )  # fmt: skip


def _drop(market_id: int, rows) -> bool:  # type: ignore[no-untyped-def]
    gone = list(rows.filter(market_id=market_id).values_list("product_id", flat=True))
    if gone:
        FeedProduct.objects.filter(market_id=market_id, product_id__in=gone).delete()
        FeedProblem.objects.filter(market_id=market_id, product_id__in=gone).delete()
    return bool(gone)
