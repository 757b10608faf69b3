"""Trying promotions on past orders."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.promotions.queries import promotion_by_id
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.operations.promotions import trials
from stoa.operations.promotions.errors import TrialInvalidError
from stoa.operations.promotions.models import PromotionTrial
from stoa.operations.promotions.tasks import run_trial as run_later

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

# Of the same promotion; older ones are let go.
KEPT = 10


@transaction.atomic
def begin_trial(
    promotion_id: int,
    since: datetime,
    until: datetime,
    *,
    actor: Actor,
    market_id: int | None = None,
    country: str = "",
) -> PromotionTrial:
    """Have a promotion tried on the orders placed from ``since`` up to ``until``. A worker does it; ``run_trial`` does so at
    once. Raises TrialInvalidError, NotFoundError."""
    row = promotion_by_id(promotion_id)
    if until <= since:
        raise TrialInvalidError(fields={"until": "invalid"})
    wanted = {"market": market_id, "country": country}
    trial = PromotionTrial.objects.create(
        promotion=row, since=since, until=until, result={"filter": wanted}, created_at=clock.now()
    )
    old = PromotionTrial.objects.filter(promotion=row).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    PromotionTrial.objects.filter(pk__in=list(old)).delete()
    record(actor, "promotion.tried", "promotion", row.pk, trial=trial.pk)
    run_later.enqueue(trial.pk)
    return trial


def run_trial(trial_id: int) -> int:
    """Returns how many orders were looked at."""
    return trials.run(trial_id)
