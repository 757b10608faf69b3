from __future__ import annotations

from django_tasks import task

from stoa.catalogue.markets import queries as markets
from stoa.marketing.feeds.following import rebuild


@task()
def rebuild_feed(market_id: int) -> int:
    market = markets.market_by_id(market_id)
    return rebuild(market) if market is not None else 0
