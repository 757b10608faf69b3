"""Giving back what gift cards paid, and saying so in the payment status of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from stoa.operations.credit.spending import give_back
from stoa.operations.orders.models import Order
from stoa.operations.payments.models import Refund
from stoa.operations.payments.rules import refund_status

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


def return_credit(order: Order, actor: Actor, reason: str = "") -> int:
    """What came back, in minor units; nothing where it has before. The order must be locked."""
    amount = give_back(order, actor, reason)
    if amount and order.payment_status != Order.PaymentStatus.UNPAID:
        done = Refund.objects.filter(
            payment__order_id=order.pk, payment__status="captured", status=Refund.Status.DONE
        ).aggregate(sum=Sum("amount_minor"))["sum"]
        status = refund_status(order.total_minor, (done or 0) + order.credit_returned_minor)
        order.payment_status = Order.PaymentStatus(status)
        Order.objects.filter(pk=order.pk).update(payment_status=order.payment_status)
    return amount
