"""Giving money back: never above what was taken, once per key, and certain of it in the end.

The counter on the payment is raised first, guarded in the UPDATE itself; then the provider is asked, outside the
transaction; then the refund is done, or has failed and the counter goes down again. A lost answer leaves it waiting,
and reconciliation repeats the call with the same key.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from stoa.kernel import clock, ids
from stoa.kernel.actors import Actor
from stoa.kernel.audit import actions as audit
from stoa.kernel.errors import NotFoundError
from stoa.operations.credit.returning import return_credit
from stoa.operations.orders import actions as orders
from stoa.operations.orders.models import Order
from stoa.operations.payments import rules
from stoa.operations.payments.errors import (
    ProviderRefusedError,
    ProviderUnreachableError,
    RefundAmountError,
    RefundKeyReusedError,
    RefundTooLargeError,
)
from stoa.operations.payments.models import Payment, Refund
from stoa.operations.payments.providers import registry


def refund(payment_id: int, amount_minor: int, reason: str, key: str, *, actor: Actor) -> Refund:
    """Give back ``amount_minor`` of a captured payment. The same ``key`` again is the same refund.

    The refund may come back ``pending`` where the provider did not answer. Needs to be outside any transaction. Raises
    RefundAmountError, RefundTooLargeError, RefundKeyReusedError, NotFoundError.
    """
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int) or amount_minor <= 0:
        raise RefundAmountError
    known = Refund.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic(durable=True):
                known = _open(payment_id, amount_minor, reason, key, actor)
        except IntegrityError:
            # Somebody with the same key was quicker; our counter change was rolled back with the row.
            known = Refund.objects.get(key=key)
    if (known.payment_id, known.amount_minor) != (payment_id, amount_minor):
        raise RefundKeyReusedError
    return carry_out(known.pk)


def refund_all(order_id: int, *, reason: str, actor: Actor) -> list[Refund]:
    """Give back all that is left of what an order's buyer paid. Nothing paid: nothing done."""
    with transaction.atomic(durable=True):
        opened = open_refunds(order_id, reason=reason, actor=actor)
    return [carry_out(refund_id) for refund_id in opened]


def open_refunds(order_id: int, *, reason: str, actor: Actor) -> list[int]:
    """In the caller's transaction: open the refund of all that is left of an order's money. The ids, to ``carry_out``.

    What is open is carried out in the end, whatever becomes of the caller: reconciliation sees to it. Two at once wait
    for each other at the order, and the second finds nothing left.
    """
    from stoa.operations.orders.locking import locked_order

    return_credit(locked_order(order_id), actor, reason)
    opened = []
    for payment in Payment.objects.filter(order_id=order_id, status=Payment.Status.CAPTURED):
        left = payment.captured_minor - payment.refunded_minor
        if left > 0:
            # After a failed refund the next try has a new key.
            key = f"all:{payment.uuid}:{payment.refunded_minor}:{payment.refunds.count()}"
            opened.append(_open(payment.pk, left, reason, key, actor).pk)
    return opened


def send_back(payment: Payment, *, reason: str, actor: Actor) -> Refund:
    """In the transaction that finds that a payment cannot be kept: open the refund of all of it, and a job to do it."""
    from stoa.operations.payments.tasks import carry_out_refund  # tasks call this module

    opened = _open(payment.pk, payment.amount_minor, reason, f"return:{payment.uuid}", actor)
    carry_out_refund.enqueue(opened.pk)
    return opened


def carry_out(refund_id: int) -> Refund:
    """Ask the provider for a waiting refund, and write down what it says. Repeating it is harmless."""
    pending = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if pending.status != Refund.Status.PENDING:
        return pending
    payment = pending.payment
    try:
        result = registry.provider(payment.provider).refund(
            payment.provider_ref or "", pending.amount_minor, str(pending.uuid)
        )
    except ProviderUnreachableError as error:
        Refund.objects.filter(pk=refund_id, status=Refund.Status.PENDING).update(error=error.message[:300])
    except ProviderRefusedError as error:
        _fail(pending, error.message)
    else:
        _finish(pending, result.provider_ref)
    return Refund.objects.select_related("payment").get(pk=refund_id)


def _open(payment_id: int, amount_minor: int, reason: str, key: str, actor: Actor) -> Refund:
    payment = Payment.objects.select_related("order").filter(pk=payment_id).first()
    if payment is None:
        raise NotFoundError
    if not Payment.objects.filter(pk=payment_id, captured_minor__gte=F("refunded_minor") + amount_minor).update(
        refunded_minor=F("refunded_minor") + amount_minor
    ):
        raise RefundTooLargeError
    opened = Refund.objects.create(
        uuid=ids.new_uuid(),
        payment=payment,
        key=key,
        amount_minor=amount_minor,
        reason=reason.strip()[:200],
        actor=str(actor)[:200],
        created_at=clock.now(),
    )
    audit.record(
        actor, "refund.opened", "order", payment.order.number,
        refund=opened.pk, amount_minor=amount_minor, reason=opened.reason,
    )  # fmt: skip
    return opened


@transaction.atomic
def _finish(pending: Refund, provider_ref: str) -> None:
    from stoa.operations.notifications.actions import queue_payment_returned  # mails call into this package

    payment = _locked(pending)
    waiting = Refund.objects.filter(pk=pending.pk, status=Refund.Status.PENDING)
    if not waiting.update(status=Refund.Status.DONE, done_at=clock.now(), provider_ref=provider_ref[:120], error=""):
        return
    if payment.status == Payment.Status.RETURNED:
        # The order never counted this money, so it stays as it is; its buyer is told all the same.
        queue_payment_returned(pending.pk)
        return
    order = Order.objects.get(pk=payment.order_id)
    given_back = payment.refunds.filter(status=Refund.Status.DONE).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    orders.record_refund(
        payment.order_id,
        refund_id=pending.pk,
        amount_minor=pending.amount_minor,
        payment_status=rules.refund_status(order.total_minor, given_back + order.credit_returned_minor),
        actor=Actor("system", "", pending.actor),
    )


@transaction.atomic
def _fail(pending: Refund, why: str) -> None:
    payment = _locked(pending)
    waiting = Refund.objects.filter(pk=pending.pk, status=Refund.Status.PENDING)
    if not waiting.update(status=Refund.Status.FAILED, done_at=clock.now(), error=why[:300]):
        return
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=F("refunded_minor") - pending.amount_minor)
    audit.record(
        Actor("system", "", pending.actor), "refund.failed", "order", payment.order.number,
        refund=pending.pk, amount_minor=pending.amount_minor, error=why[:300],
    )  # fmt: skip


def _locked(pending: Refund) -> Payment:
    """Order first, then payment: the order in which every writer of this room takes them."""
    from stoa.operations.orders.locking import locked_order

    locked_order(pending.payment.order_id)
    return Payment.objects.select_for_update().get(pk=pending.payment_id)
