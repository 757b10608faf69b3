from __future__ import annotations

from django_tasks import task

from stoa.catalogue.markets import queries as markets
from stoa.marketing.audit.walking import walk


@task()
def audit_market(market_id: int) -> int:
    market = markets.market_by_id(market_id)
    return walk(market).pages if market is not None else 0
