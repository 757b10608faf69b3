"""Writes counted searches into the table of their day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from stoa.catalogue.markets import queries as markets
from stoa.catalogue.products import queries as products
from stoa.kernel import clock
from stoa.marketing.buffering import Buffer
from stoa.marketing.searching.models import SearchClick, SearchDay

# Different queries of a market on one day. When it is full, those that were asked once make room.
MOST_A_DAY = 3_000
KEEP_DAYS = 400
KEEP_SINGLE_DAYS = 60

# market, day, folded query, and the product that was opened (0 for none).
Key = tuple[int, date, str, int]
Query = tuple[int, date, str]


@dataclass(slots=True)
class Counted:
    """``results`` is None where nobody knows. ``places`` is the sum of the places in the list that were opened."""

    shown: str
    times: int = 0
    results: int | None = None
    clicks: int = 0
    places: int = 0

    def join(self, later: Counted) -> None:
        self.times += later.times
        self.clicks += later.clicks
        self.places += later.places
        self.results = self.results if later.results is None else later.results


@transaction.atomic
def write(counted: dict[Key, Counted]) -> None:
    """Add what was counted to the rows of the day. What belongs to no market or product any more is left out."""
    known = {market.pk for market in markets.all_markets()}
    queries: dict[Query, Counted] = {}
    for (market_id, day, text, _), entry in counted.items():
        if market_id in known:
            sums = queries.setdefault((market_id, day, text), Counted(entry.shown))
            sums.join(entry)
    _make_rows(queries)
    # In one order, so that processes that write at once do not wait for each other in a circle.
    for (market_id, day, text), entry in sorted(queries.items()):
        changes: dict[str, object] = {"times": F("times") + entry.times, "clicks": F("clicks") + entry.clicks}
        if entry.results is not None:
            changes["results"] = entry.results
        SearchDay.objects.filter(market_id=market_id, day=day, text=text).update(**changes)
    _write_clicks({key: entry for key, entry in counted.items() if key[3] and key[:3] in queries})


def _make_rows(queries: dict[Query, Counted]) -> None:
    """Rows for queries that are new on their day, as many as there is room for."""
    by_day: dict[tuple[int, date], list[str]] = defaultdict(list)
    for market_id, day, text in sorted(queries):
        by_day[market_id, day].append(text)
    for (market_id, day), texts in by_day.items():
        rows = SearchDay.objects.filter(market_id=market_id, day=day)
        known = set(rows.filter(text__in=texts).values_list("text", flat=True))
        missing = [text for text in texts if text not in known]
        if not missing:
            continue
        SearchDay.objects.bulk_create(
            [
                SearchDay(market_id=market_id, day=day, text=text, shown=queries[market_id, day, text].shown)
                for text in missing[: _room(market_id, day, len(missing))]
            ],
            ignore_conflicts=True,
        )


def _room(market_id: int, day: date, wanted: int) -> int:
    rows = SearchDay.objects.filter(market_id=market_id, day=day)
    free = MOST_A_DAY - rows.count()
    if wanted > free:
        once = rows.filter(times__lte=1, clicks=0).order_by("pk").values_list("pk", flat=True)[: wanted - max(free, 0)]
        free += SearchDay.objects.filter(pk__in=list(once)).delete()[0]
    return max(0, free)


def _write_clicks(clicks: dict[Key, Counted]) -> None:
    if not clicks:
        return
    live = set(products.live_products().filter(pk__in={key[3] for key in clicks}).values_list("pk", flat=True))
    rows = SearchDay.objects.filter(
        market_id__in={key[0] for key in clicks},
        day__in={key[1] for key in clicks},
        text__in={key[2] for key in clicks},
    )
    counted = set(rows.values_list("market_id", "day", "text"))
    chosen = [(key, entry) for key, entry in sorted(clicks.items()) if key[3] in live and key[:3] in counted]
    SearchClick.objects.bulk_create(
        [SearchClick(market_id=key[0], day=key[1], text=key[2], product_id=key[3]) for key, _ in chosen],
        ignore_conflicts=True,
    )
    for (market_id, day, text, product_id), entry in chosen:
        SearchClick.objects.filter(market_id=market_id, day=day, text=text, product_id=product_id).update(
            clicks=F("clicks") + entry.clicks, places=F("places") + entry.places
        )


def sweep_out() -> None:
    """Let go of searches after 400 days, and after 60 of those that came once and led nowhere."""
    today = clock.now().date()
    SearchDay.objects.filter(day__lt=today - timedelta(days=KEEP_DAYS)).delete()
    SearchDay.objects.filter(day__lt=today - timedelta(days=KEEP_SINGLE_DAYS), times__lte=1, clicks=0).delete()
    SearchClick.objects.filter(day__lt=today - timedelta(days=KEEP_DAYS)).delete()


buffer: Buffer[Key, Counted] = Buffer("search-log", lambda entries: write(entries))  # noqa: PLW0108 - looked up when it is called
