from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from stoa.marketing.audit.models import AuditFinding, AuditRun

if TYPE_CHECKING:
    from django.db.models import QuerySet


def open_findings(market_id: int) -> QuerySet[AuditFinding]:
    """What is there now."""
    return AuditFinding.objects.filter(market_id=market_id, fixed_at=None)


def counts(market_id: int) -> dict[int, int]:
    """How many open findings by priority (1 is high)."""
    return dict(open_findings(market_id).values_list("priority").annotate(n=Count("pk")).order_by())


def last_run(market_id: int) -> AuditRun | None:
    """The newest, finished or not."""
    return AuditRun.objects.filter(market_id=market_id).order_by("-pk").first()
