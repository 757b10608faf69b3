from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.catalogue.markets import queries as markets
from stoa.kernel.audit.actions import record
from stoa.marketing.audit.walking import begin, walk

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

__all__ = ["audit_all", "start", "walk"]


def start(market_id: int, *, actor: Actor) -> None:
    """Have the worker look at every page now. One that is under way is not begun twice."""
    from django.db import transaction

    from stoa.marketing.audit.tasks import audit_market

    with transaction.atomic():
        market = markets.market_by_id(market_id) or markets.default_market()
        run = begin(market)
        record(actor, "page_audit.started", "page_audit", run.pk)
        audit_market.enqueue(market.pk)


def audit_all() -> None:
    """Every market, every night."""
    for market in markets.all_markets():
        walk(market)
