"""The one place that moves a balance: guarded in the UPDATE itself, and written down beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from stoa.kernel import clock
from stoa.operations.credit.errors import CardBalanceError
from stoa.operations.credit.models import GiftCard, GiftCardEntry

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

Kind = GiftCardEntry.Kind


def move(
    card_id: int, kind: str, amount_minor: int, *, actor: Actor, order_id: int | None = None, reason: str = ""
) -> None:
    """In the caller's transaction. Raises CardBalanceError where less is on the card than would leave it."""
    rows = GiftCard.objects.filter(pk=card_id, balance_minor__gte=-amount_minor)
    if not rows.update(balance_minor=F("balance_minor") + amount_minor):
        raise CardBalanceError
    GiftCardEntry.objects.create(
        card_id=card_id, kind=kind, amount_minor=amount_minor, order_id=order_id, reason=reason.strip()[:200],
        actor=str(actor)[:200], at=clock.now(),
    )  # fmt: skip
