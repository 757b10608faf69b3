"""What people search for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from stoa.catalogue.search.rules import fold
from stoa.kernel.pagecache.local import process_cached
from stoa.marketing.searching.models import LONGEST, SearchClick, SearchDay, SearchRedirect, SourcingNote
from stoa.marketing.searching.rules import share

TAG = "search-redirects"
PERIODS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class SearchTotals:
    """Of a period: how many searches, how many of them found nothing, how many results were opened."""

    searches: int
    queries: int
    without_results: int
    clicks: int

    @property
    def click_rate(self) -> int:
        """Opened results in a hundred searches, at most 100."""
        return min(100, share(self.clicks, self.searches))

    @property
    def empty_rate(self) -> int:
        return share(self.without_results, self.searches)


def totals(market_id: int, first: date, last: date) -> SearchTotals:
    found = _days(market_id, first, last).aggregate(
        searches=Sum("times"), queries=Count("text", distinct=True), clicks=Sum("clicks"),
        empty=Sum("times", filter=Q(results=0)),
    )  # fmt: skip
    return SearchTotals(found["searches"] or 0, found["queries"], found["empty"] or 0, found["clicks"] or 0)


def searches(market_id: int, first: date, last: date) -> QuerySet[Any, Any]:
    """One row a query of the days from ``first`` to ``last``: text, typed, searched, opened, found, before.

    ``found`` is how many products it found when it was last asked; ``before`` how often it was asked in as many days
    before.
    """
    length = (last - first).days + 1
    within = Q(day__gte=first)
    latest = SearchDay.objects.filter(market_id=market_id, text=OuterRef("text"), day__lte=last).order_by("-day")
    return (
        _days(market_id, first - timedelta(days=length), last)
        .values("text")
        .annotate(
            searched=Coalesce(Sum("times", filter=within), Value(0)),
            opened=Coalesce(Sum("clicks", filter=within), Value(0)),
            before=Coalesce(Sum("times", filter=Q(day__lt=first)), Value(0)),
            found=Subquery(latest.values("results")[:1], output_field=IntegerField()),
            typed=Subquery(latest.values("shown")[:1]),
        )
        .filter(searched__gt=0)
    )


def clicked_products(market_id: int, text: str, first: date, last: date) -> list[dict[str, Any]]:
    """Which products were opened from a query: product_id, title, clicks, place (the mean, from 1). Most opened first."""
    rows = (
        SearchClick.objects.filter(market_id=market_id, text=text, day__gte=first, day__lte=last)
        .values("product_id", title=F("product__title"))
        .annotate(total=Sum("clicks"), sum_of_places=Sum("places"))
        .order_by("-total", "product_id")[:20]
    )
    return [
        {**row, "clicks": row["total"], "place": round(row["sum_of_places"] / row["total"], 1)}
        for row in rows
        if row["total"]
    ]


def by_day(market_id: int, text: str, first: date, last: date) -> list[tuple[date, int]]:
    """(day, searches) of one query, only days with any."""
    rows = _days(market_id, first, last).filter(text=text)
    return list(rows.order_by("day").values_list("day", "times"))


def redirect_for(market_id: int, text: str) -> str | None:
    """Where a query leads instead of a list; None for a list. No query to the database but the first."""
    redirects = _read_redirects(market_id) if connection.in_atomic_block else _kept_redirects(market_id)
    return redirects.get(fold(text[: LONGEST * 2])[:LONGEST].strip()) if redirects and text else None


def _read_redirects(market_id: int) -> dict[str, str]:
    return dict(SearchRedirect.objects.filter(market_id=market_id).values_list("text", "target"))


_kept_redirects = process_cached(TAG)(_read_redirects)


def open_sourcing_notes(market_id: int | None = None) -> QuerySet[SourcingNote]:
    """Those that somebody should look into or is at, the newest first."""
    rows = SourcingNote.objects.filter(state__in=[SourcingNote.State.OPEN, SourcingNote.State.SOURCING])
    return (rows if market_id is None else rows.filter(market_id=market_id)).order_by("-created_at", "-pk")


def _days(market_id: int, first: date, last: date) -> QuerySet[SearchDay]:
    return SearchDay.objects.filter(market_id=market_id, day__gte=first, day__lte=last)
