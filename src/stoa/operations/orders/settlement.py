"""What money does to an order. Called by payments, inside the transaction that writes the payment down."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from stoa.inventory.stock import actions as stock
from stoa.inventory.stock.errors import OutOfStockError, ReservationExpiredError
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.outbox.actions import announce
from stoa.operations.credit.errors import CardBalanceError
from stoa.operations.credit.spending import give_back, hold_of, spend_again
from stoa.operations.downloads import actions as downloads
from stoa.operations.events import OrderCancelled, OrderPaid, OrderPlaced, OrderRefunded
from stoa.operations.orders import rules, states
from stoa.operations.orders.handing_over import hand_over_files
from stoa.operations.orders.locking import locked_order, move_on, stock_lines
from stoa.operations.orders.models import Order, OrderLine
from stoa.operations.promotions.uses import give_back_of, take_again_of

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


class Settlement(StrEnum):
    """What became of money that arrived."""

    CONFIRMED = "confirmed"
    # The order had been paid before: this money is too much and must go back.
    PAID_BEFORE = "paid_before"
    # The order is cancelled, or its goods are gone: the money must go back.
    CANNOT_SUPPLY = "cannot_supply"


@transaction.atomic
def confirm_paid(order_id: int, *, payment_id: int, actor: Actor) -> Settlement:
    """The whole total was received. Claims the held stock, opens the order, hands over what was bought as a file,
    announces OrderPlaced and OrderPaid.

    An order that was given up unpaid is taken up again where the goods are still there. Where CANNOT_SUPPLY or
    PAID_BEFORE is returned, the order counts this money as not received, and the caller sends it back.
    """
    order = locked_order(order_id)
    if order.payment_status != Order.PaymentStatus.UNPAID:
        return Settlement.PAID_BEFORE
    hold_of(order)
    if order.status == states.AWAITING_PAYMENT:
        if not _secure_stock(order, actor):
            _cancel_sold_out(order, actor)
            return Settlement.CANNOT_SUPPLY
        move_on(order, "confirm", actor, verb="order.paid", **_paid_fields())
        announce(OrderPlaced(order.pk))
    elif order.status == states.CANCELLED:
        if order.cancel_reason != rules.UNPAID_REASON or not _taken_up(order, actor):
            return Settlement.CANNOT_SUPPLY
        take_again_of(order.pk)
        move_on(order, "reopen", actor, verb="order.reopened", cancelled_at=None, cancel_reason="", **_paid_fields())
        announce(OrderPlaced(order.pk))
    else:
        Order.objects.filter(pk=order.pk).update(**_paid_fields())
        record(actor, "order.paid", "order", order.number)
    hand_over_files(order, actor)
    announce(OrderPaid(order.pk, payment_id))
    return Settlement.CONFIRMED


@transaction.atomic
def confirm_on_account(order_id: int, *, actor: Actor) -> None:
    """The buyer pays later after all (bank transfer, on delivery): the order opens without money.

    Raises InvalidTransitionError where it no longer waits, and the stock errors where the goods are gone.
    """
    order = locked_order(order_id)
    states.next_status(order.status, "confirm")
    _claim_or_sell(order, actor)
    move_on(
        order, "confirm", actor, verb="order.confirmed", facts={"method": order.payment_method}, payment_due_at=None
    )
    announce(OrderPlaced(order.pk))


@transaction.atomic
def record_refund(order_id: int, *, refund_id: int, amount_minor: int, payment_status: str, actor: Actor) -> None:
    """Money went back: note how the order now stands (``partially_refunded`` or ``refunded``), and announce it."""
    order = locked_order(order_id)
    Order.objects.filter(pk=order.pk).update(payment_status=Order.PaymentStatus(payment_status))
    record(actor, "order.refunded", "order", order.number, refund=refund_id, amount_minor=amount_minor)
    if payment_status == Order.PaymentStatus.REFUNDED:
        downloads.revoke_all(order.pk, reason="refunded", actor=actor)
    announce(OrderRefunded(order.pk, refund_id, amount_minor))


def _paid_fields() -> dict[str, Any]:
    return {"payment_status": Order.PaymentStatus.PAID, "paid_at": clock.now(), "payment_due_at": None}


def _secure_stock(order: Order, actor: Actor) -> bool:
    try:
        _claim_or_sell(order, actor)
    except OutOfStockError:
        # Raised by ``stock.sell``, which has taken back its own doings; nothing else was done by then.
        return False
    return True


def _taken_up(order: Order, actor: Actor) -> bool:
    """Whether cards pay again what they paid, and the goods are there: both or neither."""
    try:
        with transaction.atomic():
            spend_again(order, actor)
            _claim_or_sell(order, actor)
    except (CardBalanceError, OutOfStockError):
        return False
    return True


def _claim_or_sell(order: Order, actor: Actor) -> None:
    """Turn what is held into a sale; where the hold has run out, sell from what is there. Raises OutOfStockError."""
    taken = stock_lines(order.pk)
    if not taken.lines:
        return
    document = rules.document(order.number)
    try:
        sold = stock.claim(document, actor=actor)
    except ReservationExpiredError:
        sold = []
    if sold:
        return
    for part in stock.sell(
        taken.lines, market_id=order.market_id, document=document, actor=actor, recipes=taken.recipes
    ):
        if part.backorder_date is not None:
            is_part = Q(variant_id=part.variant_id) | Q(components__variant_id=part.variant_id)
            late = OrderLine.objects.filter(is_part, order_id=order.pk)
            earlier = Q(backorder_date__isnull=True) | Q(backorder_date__lt=part.backorder_date)
            late.filter(earlier).update(backorder_date=part.backorder_date)


def _cancel_sold_out(order: Order, actor: Actor) -> None:
    give_back(order, actor, rules.SOLD_OUT_REASON)
    stock.release(rules.document(order.number), actor=actor)
    give_back_of(order.pk)
    move_on(
        order, "cancel", actor, verb="order.cancelled", facts={"reason": rules.SOLD_OUT_REASON},
        cancelled_at=clock.now(), cancel_reason=rules.SOLD_OUT_REASON, payment_due_at=None,
    )  # fmt: skip
    announce(OrderCancelled(order.pk))
