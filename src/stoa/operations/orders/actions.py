"""What people do to orders. Money is in ``settlement``, placing in ``checkout.actions``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from stoa.inventory.stock import actions as stock
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import InvalidTransitionError
from stoa.kernel.outbox.actions import announce
from stoa.operations.credit.returning import return_credit
from stoa.operations.credit.spending import hold_of
from stoa.operations.downloads import actions as downloads
from stoa.operations.events import OrderCancelled, OrderShipped
from stoa.operations.marks.errors import OrderHeldError
from stoa.operations.marks.queries import open_hold
from stoa.operations.orders import rules, states
from stoa.operations.orders.errors import NoteEmptyError
from stoa.operations.orders.locking import locked_order, move_on
from stoa.operations.orders.models import Order, OrderNote
from stoa.operations.orders.settlement import Settlement, confirm_on_account, confirm_paid, record_refund
from stoa.operations.promotions.uses import give_back_of

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

log = structlog.get_logger(__name__)

__all__ = [
    "Settlement",
    "add_note",
    "cancel_order",
    "confirm_on_account",
    "confirm_paid",
    "expire_unpaid",
    "mark_completed",
    "mark_shipped",
    "record_refund",
    "renew_access",
]  # fmt: skip


def cancel_order(order_id: int, reason: str, *, actor: Actor, refund: bool = True) -> Order:
    """Call an order off: its goods go back to stock once, its buyer is told, with ``refund`` the money is sent back.

    Without ``refund``, captured money stays. The refund is decided in the same transaction and then carried out; where
    the provider does not answer, it waits and is repeated. With ``refund``, needs to be outside any transaction.
    Raises NotFoundError, and InvalidTransitionError once it is shipped or cancelled (of two at once, for the second).
    """
    from stoa.operations.payments import actions as payments  # payments call back into this package

    with transaction.atomic():
        order = locked_order(order_id)
        _cancel(order, reason, actor, keeps_money=not refund)
        opened = payments.open_refunds(order.pk, reason=reason, actor=actor) if refund else []
    for refund_id in opened:
        payments.carry_out(refund_id)
    return order


def _cancel(order: Order, reason: str, actor: Actor, *, keeps_money: bool = False) -> None:
    reason = reason.strip()[:200]
    # Cards are locked before stock, here as in placing.
    hold_of(order)
    if not keeps_money or order.payment_status == Order.PaymentStatus.UNPAID:
        return_credit(order, actor, reason)
    before = order.status
    move_on(
        order, "cancel", actor, verb="order.cancelled", facts={"reason": reason},
        cancelled_at=clock.now(), cancel_reason=reason, payment_due_at=None,
    )  # fmt: skip
    document = rules.document(order.number)
    if before == states.AWAITING_PAYMENT:
        stock.release(document, actor=actor)
    else:
        stock.restock(document, reason="cancelled", actor=actor)
        downloads.revoke_all(order.pk, reason="cancelled", actor=actor)
    give_back_of(order.pk)
    announce(OrderCancelled(order.pk))


@transaction.atomic
def mark_shipped(order_id: int, *, actor: Actor) -> Order:
    """The goods have left, or were handed over. Raises InvalidTransitionError unless the order is open, and OrderHeldError
    while it is held."""
    order = locked_order(order_id)
    hold = open_hold(order.pk)
    if hold is not None:
        raise OrderHeldError(hold.reason)
    move_on(order, "ship", actor, verb="order.shipped", shipped_at=clock.now())
    announce(OrderShipped(order.pk))
    return order


@transaction.atomic
def mark_completed(order_id: int, *, actor: Actor) -> Order:
    """Nothing is left to be done. Raises InvalidTransitionError unless the order is shipped."""
    order = locked_order(order_id)
    move_on(order, "complete", actor, verb="order.completed", completed_at=clock.now())
    return order


@transaction.atomic
def add_note(order_id: int, text: str, *, actor: Actor) -> OrderNote:
    """A note that only staff see. Raises NoteEmptyError or NotFoundError."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise NoteEmptyError
    order = locked_order(order_id)
    note = OrderNote.objects.create(order=order, text=text[:4000], author=str(actor)[:200], at=clock.now())
    record(actor, "order.noted", "order", order.number, note=note.pk)
    return note


@transaction.atomic
def renew_access(order_id: int, *, actor: Actor) -> Order:
    """Give the order's page a new link; the old one (sent to the wrong person, say) opens nothing any more."""
    order = locked_order(order_id)
    order.access_nonce = rules.new_nonce()
    order.save(update_fields=["access_nonce"])
    record(actor, "order.access_renewed", "order", order.number)
    return order


def expire_unpaid(limit: int = 1000) -> int:
    """Give up orders whose time to pay is over, after asking the provider one last time. Returns how many ended.

    Each in a transaction of its own. Where money turns up at the last moment, the order is confirmed instead; where the
    provider does not answer, it is left for the next round, and so is one that fails.
    """
    from stoa.operations.payments import actions as payments  # payments call back into this package

    due = Order.objects.filter(status=states.AWAITING_PAYMENT, payment_due_at__lte=clock.now())
    ended = 0
    for order in due.order_by("payment_due_at")[:limit]:
        try:
            if payments.settle_or_give_up(order):
                ended += _expire(order.pk)
        except Exception:
            # One order must not hold up the others; it comes again in a minute.
            log.exception("unpaid order could not be given up", order=order.number)
    return ended


@transaction.atomic
def _expire(order_id: int) -> bool:
    order = locked_order(order_id)
    if order.status != states.AWAITING_PAYMENT:
        return False
    try:
        _cancel(order, rules.UNPAID_REASON, SYSTEM)
    except InvalidTransitionError:
        return False
    return True
