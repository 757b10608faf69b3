from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.products import queries as products
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.web.text import clean_text
from stoa.marketing.feeds.errors import FeedSettingsInvalidError
from stoa.marketing.feeds.following import follow, rebuild
from stoa.marketing.feeds.models import FeedCategory, FeedExclusion, FeedSettings, FeedState
from stoa.marketing.feeds.settings import settings_of

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

TAG = "feeds"
CHANGEABLE = frozenset(
    {"is_offered", "margin_low", "margin_high", "google_category", "return_days", "return_fees"}
)  # fmt: skip

__all__ = ["change_settings", "follow", "follow_all", "map_category", "rebuild", "rebuild_later", "set_excluded"]


@transaction.atomic
def change_settings(market_id: int, *, actor: Actor, **changes: Any) -> FeedSettings:
    """Raises FeedSettingsInvalidError with the fields."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"these do not change: {', '.join(sorted(unknown))}")
    row = settings_of(market_id)
    for name, value in changes.items():
        setattr(row, name, clean_text(value, 250) if name == "google_category" else value)
    problems = {name: "invalid" for name in ("margin_low", "margin_high") if not 0 <= (getattr(row, name) or 0) <= 99}
    if not problems and row.margin_low > row.margin_high:
        problems = {"margin_high": "invalid"}
    if row.return_days is not None and not 0 < row.return_days <= 3650:
        problems["return_days"] = "invalid"
    if row.return_fees not in FeedSettings.Fees.values:
        problems["return_fees"] = "unknown"
    if problems:
        raise FeedSettingsInvalidError(fields=problems)
    row.save()
    record(actor, "feed.changed", "market", market_id, fields=sorted(changes))
    # Returns stand in the data of every product page.
    purge(TAG, "market", "catalogue")
    return row


@transaction.atomic
def map_category(category_id: int, google_category: str, *, actor: Actor) -> None:
    """Say what Google calls a category; blank takes the name away. Raises NotFoundError."""
    if categories.category_by_id(category_id) is None:
        raise NotFoundError
    name = clean_text(google_category, 250)
    known = FeedCategory.objects.filter(pk=category_id).values_list("google_category", flat=True).first() or ""
    if name == known:
        return
    if name:
        FeedCategory.objects.update_or_create(pk=category_id, defaults={"google_category": name})
    else:
        FeedCategory.objects.filter(pk=category_id).delete()
    record(actor, "feed.category_mapped", "category", category_id, before=known, after=name)
    purge(TAG)


@transaction.atomic
def set_excluded(product_id: int, is_excluded: bool, *, actor: Actor) -> bool:
    """Keep a product out of all feeds, or let it in again. Returns whether that changed anything. Raises NotFoundError."""
    products.product_by_id(product_id)
    rows = FeedExclusion.objects.filter(pk=product_id)
    if is_excluded == rows.exists():
        return False
    if is_excluded:
        FeedExclusion.objects.create(pk=product_id, at=clock.now(), by=str(actor)[:200])
    else:
        rows.delete()
    record(actor, "feed.excluded" if is_excluded else "feed.included", "product", product_id)
    purge(f"product:{product_id}")
    return True


def rebuild_later(market_id: int) -> None:
    """Have the worker make a market's feed anew."""
    from stoa.marketing.feeds.tasks import rebuild_feed

    FeedState.objects.get_or_create(pk=market_id)
    FeedState.objects.filter(pk=market_id).update(is_stale=True, rebuilt_to=None)
    rebuild_feed.enqueue(market_id)


def follow_all() -> None:
    """Every market's feed takes in what has changed; what is stale is made anew."""
    for market in markets.all_markets():
        if not settings_of(market.pk).is_offered:
            continue
        state = follow(market, most=5_000)
        if state.is_stale or state.rebuilt_at is None:
            rebuild(market)


def renew_all() -> None:
    """Make every feed anew, in case something changed without a word."""
    for market in markets.all_markets():
        if settings_of(market.pk).is_offered:
            FeedState.objects.get_or_create(pk=market.pk)
            FeedState.objects.filter(pk=market.pk).update(is_stale=True, rebuilt_to=None)
            rebuild(market)
