"""Feeds as the storefront serves them, and what stands in their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, QuerySet, Sum

from stoa.catalogue.products import queries as products
from stoa.marketing.feeds.files import FORMATS, FeedFile, feed_file
from stoa.marketing.feeds.following import MOST_AT_ONCE, follow, rebuild
from stoa.marketing.feeds.gtins import gtin, gtin_problem
from stoa.marketing.feeds.items import availability_of, shipping_of
from stoa.marketing.feeds.models import FeedCategory, FeedExclusion, FeedProblem, FeedProduct, FeedSettings, FeedState
from stoa.marketing.feeds.settings import settings_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

__all__ = [
    "FORMATS", "FeedCounts", "FeedFile", "availability_of", "categories", "counts", "current", "excluded_ids", "gtin",
    "gtin_problem", "is_excluded", "problem_counts", "problems", "returns_of", "settings_of", "shipping_of", "state_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """``left_out``: variants for sale that have an error. ``excluded``: products that the merchant keeps out."""

    products: int
    items: int
    left_out: int
    excluded: int


def current(market: Market, name: str, *, is_gzip: bool) -> tuple[FeedFile, FeedState] | None:
    """The feed as of this moment. None while it is made for the first time, or where it is not offered.

    While a change that concerns all products is being taken in, it is the feed as of before, with the products that are
    done.
    """
    if name not in FORMATS or not settings_of(market.pk).is_offered:
        return None
    state = follow(market)
    if state.rebuilt_at is None:
        if products.live_products().count() > MOST_AT_ONCE:
            return None  # half a feed would take the other half out of the network: the worker makes it
        rebuild(market)
        state = state_of(market.pk)
    return feed_file(market, state, name, is_gzip=is_gzip), state


def state_of(market_id: int) -> FeedState:
    return FeedState.objects.filter(pk=market_id).first() or FeedState(pk=market_id)


def counts(market_id: int) -> FeedCounts:
    rows = FeedProduct.objects.filter(market_id=market_id)
    found = rows.aggregate(items=Sum("items"), left_out=Sum("left_out"))
    with_items = rows.filter(items__gt=0).count()
    return FeedCounts(with_items, found["items"] or 0, found["left_out"] or 0, FeedExclusion.objects.count())


def problems(market_id: int) -> QuerySet[FeedProblem]:
    """Annotated: product_title, sku (blank where it is of the whole product). Errors first."""
    rows = FeedProblem.objects.filter(market_id=market_id)
    return rows.annotate(product_title=F("product__title"), sku=F("variant__sku"))


def problem_counts(market_id: int) -> list[tuple[str, str, int]]:
    """(severity, code, how many products), errors first, the most frequent first."""
    rows = FeedProblem.objects.filter(market_id=market_id).values_list("severity", "code")
    found = rows.annotate(count=Count("product_id", distinct=True)).order_by("severity", "-count", "code")
    return [(severity, code, count) for severity, code, count in found]


def categories() -> dict[int, str]:
    """Google's name by category id, for those that have one of their own."""
    return dict(FeedCategory.objects.values_list("category_id", "google_category"))


def is_excluded(product_id: int) -> bool:
    return FeedExclusion.objects.filter(pk=product_id).exists()


def excluded_ids() -> QuerySet[FeedExclusion, int]:
    return FeedExclusion.objects.values_list("product_id", flat=True)


def returns_of(market_id: int) -> FeedSettings | None:
    """The settings where they say how long goods may be returned."""
    found = settings_of(market_id)
    return found if found.return_days else None
