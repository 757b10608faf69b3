"""A market's feed settings, with what holds where nobody has chosen."""

from __future__ import annotations

from stoa.marketing.feeds.models import FeedSettings


def settings_of(market_id: int) -> FeedSettings:
    """Not saved where there are none yet."""
    return FeedSettings.objects.filter(market_id=market_id).first() or FeedSettings(market_id=market_id)
