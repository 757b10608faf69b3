"""How promotions went, and how they would have gone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from stoa.catalogue.promotions.queries import all_promotions, promotions
from stoa.kernel.errors import NotFoundError
from stoa.operations.promotions.floors import BelowFloor, below_floor, running_below_floor
from stoa.operations.promotions.models import PromotionTrial, PromotionUse

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.promotions.models import Promotion


__all__ = [
    "BelowFloor", "LosingOrder", "TrialView", "below_floor", "promotions_with_uses", "running_below_floor", "trial",
    "trials_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LosingOrder:
    order_id: int
    number: str
    given_minor: int
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class TrialView:
    """Minor units of the promotion's currency. Margins are net, of the ``known`` orders whose costs are all known;
    ``losing`` are those of them that would have lost money, ``losing_before`` of these did so without it too."""

    id: int
    promotion_id: int
    currency: str
    since: datetime
    until: datetime
    created_at: datetime
    is_done: bool
    orders: int
    done: int
    market_id: int | None = None
    country: str = ""
    touched: int = 0
    given_minor: int = 0
    given_net_minor: int = 0
    revenue_minor: int = 0
    known: int = 0
    margin_before_minor: int = 0
    margin_after_minor: int = 0
    losing: int = 0
    losing_before: int = 0
    below_floor: int = 0
    blocked: int = 0
    # The first of those that lose money.
    named: list[LosingOrder] = field(default_factory=list)

    @property
    def last_day(self) -> datetime:
        """A moment of the last day that was looked at."""
        return self.until - timedelta(seconds=1)

    @property
    def percent(self) -> int:
        return 100 if self.is_done else min(99, self.done * 100 // self.orders) if self.orders else 0


def promotions_with_uses(*, with_archived: bool = False) -> QuerySet[Promotion]:
    """Annotated with ``given_minor``: what orders that stand have off by it."""
    uses = PromotionUse.objects.filter(promotion=OuterRef("pk"), released_at__isnull=True).order_by()
    given = uses.values("promotion").annotate(total=Sum("amount_minor")).values("total")
    rows = all_promotions() if with_archived else promotions()
    return rows.annotate(given_minor=Coalesce(Subquery(given, output_field=BigIntegerField()), Value(0)))


def trial(trial_id: int) -> TrialView:
    """Raises NotFoundError."""
    row = PromotionTrial.objects.select_related("promotion").filter(pk=trial_id).first() if trial_id < 2**63 else None
    if row is None:
        raise NotFoundError
    return _view(row)


def trials_of(promotion_id: int) -> list[TrialView]:
    """The newest first."""
    rows = PromotionTrial.objects.select_related("promotion").filter(promotion_id=promotion_id).order_by("-pk")
    return [_view(row) for row in rows]


def _view(row: PromotionTrial) -> TrialView:
    found: dict[str, Any] = dict(row.result)
    wanted = found.pop("filter", {})
    named = [LosingOrder(*each) for each in found.pop("named", ())]
    if row.state != PromotionTrial.State.DONE:
        found = {}
    found |= {"orders": row.orders}
    return TrialView(
        id=row.pk, promotion_id=row.promotion_id, currency=row.promotion.currency, since=row.since, until=row.until,
        created_at=row.created_at, is_done=row.state == PromotionTrial.State.DONE, done=row.done,
        market_id=wanted.get("market"), country=wanted.get("country", ""), named=named, **found,
    )  # fmt: skip
