"""Which orders have which promotion: taken in the order's own transaction, given back when it is off."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from stoa.catalogue.promotions import actions as promotions
from stoa.kernel import clock
from stoa.kernel.prepared import Prepared, Slot, insert_all
from stoa.operations.promotions.models import PromotionUse

if TYPE_CHECKING:
    from stoa.catalogue.promotions.rules import Outcome
    from stoa.operations.orders.models import Order

_OPEN = Prepared(
    lambda: PromotionUse.objects.filter(order_id=Slot("order"), released_at__isnull=True).order_by("promotion_id")
)


def take_for(order: Order, outcome: Outcome) -> None:
    """Raises UsedUpError; then nothing of the order may stay."""
    amounts: dict[int, int] = defaultdict(int)
    codes: dict[int, int | None] = {}
    for each in outcome.adjustments:
        amounts[each.promotion_id] += each.amount_minor
        codes[each.promotion_id] = each.code_id
    now = clock.now()
    for promotion_id in sorted(amounts):
        promotions.take(promotion_id, codes[promotion_id], order.customer_id)
    insert_all(
        PromotionUse(
            order_id=order.pk, promotion_id=promotion_id, code_id=codes[promotion_id], customer_id=order.customer_id,
            amount_minor=amounts[promotion_id], used_at=now,
        )
        for promotion_id in sorted(amounts)
    )  # fmt: skip


def give_back_of(order_id: int) -> None:
    """The order must be locked. Once, however often it is called."""
    for use in _OPEN.all(order=order_id):
        PromotionUse.objects.filter(pk=use.pk).update(released_at=clock.now())
        promotions.give_back(use.promotion_id, use.code_id, use.customer_id)


def take_again_of(order_id: int) -> None:
    """An order that was given up is taken up again, at its price: what it was promised is counted again."""
    for use in PromotionUse.objects.filter(order_id=order_id, released_at__isnull=False).order_by("promotion_id"):
        has_code = promotions.take_again(use.promotion_id, use.code_id, use.customer_id)
        PromotionUse.objects.filter(pk=use.pk).update(released_at=None, code_id=use.code_id if has_code else None)
