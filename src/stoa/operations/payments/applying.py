"""Believing a provider's report: compared, applied once, never backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.audit import actions as audit
from stoa.kernel.prepared import Prepared, Slot, change, insert
from stoa.operations.orders import actions as orders
from stoa.operations.orders.locking import locked_order
from stoa.operations.orders.models import Order
from stoa.operations.payments import rules, states
from stoa.operations.payments.models import Payment, PaymentEvent
from stoa.operations.payments.providers import registry
from stoa.operations.payments.providers.base import ProviderState
from stoa.operations.payments.refunds import send_back

Outcome = PaymentEvent.Outcome
_BY_REFERENCE = Prepared(
    lambda: Payment.objects.filter(provider=Slot("provider"), provider_ref=Slot("reference")).order_by("id")
)
_LOCKED = Prepared(lambda: Payment.objects.select_for_update().filter(pk=Slot("id")))


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a report. ``outcome`` is one of PaymentEvent.Outcome."""

    outcome: str
    payment_id: int | None = None
    message: str = ""


def apply_state(
    provider: str,
    provider_ref: str,
    state: ProviderState,
    *,
    channel: str,
    actor: Actor,
    event_id: str | None = None,
    kind: str = "",
    payload: dict[str, Any] | None = None,
) -> Applied:
    """Take in how a payment stands at its provider, whoever brought the news: webhook, return, poll or staff.

    Order, amount and currency are compared first; a report that differs changes nothing and is listed for the merchant.
    The first report of a capture takes it, settles the order and announces that; every other one finds nothing to do.
    Money that the order cannot take any more is sent back. With ``event_id`` the report is written down, once.
    """
    told = _Told(provider, channel, kind or f"payment.{state.status}", event_id, payload or {})
    with transaction.atomic():
        if event_id is not None and _was_seen(provider, event_id):
            return Applied(Outcome.NO_CHANGE, message="seen before")
        payment = _find(provider, provider_ref, state.merchant_reference)
        applied = _judge(payment, provider_ref, state, actor)
        _write_down(told, payment, applied)
    return applied


def named_payment(provider: str, provider_ref: str, merchant_reference: str) -> Payment | None:
    """The payment that a message speaks of, by the provider's name for it or by ours. Nothing is believed yet."""
    if provider_ref:
        return _find(provider, provider_ref, merchant_reference)
    try:
        return Payment.objects.filter(provider=provider, uuid=UUID(merchant_reference)).first()
    except ValueError:
        return None


def keep_message(
    provider: str, outcome: str, message: str, *, channel: str, event_id: str, kind: str, payload: dict[str, Any]
) -> None:
    """Write down a message that moves no payment, once."""
    with transaction.atomic():
        if not _was_seen(provider, event_id):
            told = _Told(provider, channel, kind, event_id, payload)
            _write_down(told, None, Applied(outcome, message=message[:300]))


def capture_by_hand(payment: Payment, amount_minor: int, *, actor: Actor) -> Applied:
    """Staff saw ``amount_minor`` arrive for an offline payment. Any amount but the order's is listed, not taken."""
    state = ProviderState(
        status="captured",
        amount_minor=amount_minor,
        currency=payment.currency,
        merchant_reference=str(payment.uuid),
        captured_minor=amount_minor,
    )
    return apply_state(payment.provider, payment.provider_ref or "", state, channel="staff", actor=actor)


@dataclass(frozen=True, slots=True)
class _Told:
    provider: str
    channel: str
    kind: str
    event_id: str | None
    payload: dict[str, Any]


def _was_seen(provider: str, event_id: str) -> bool:
    return bool(PaymentEvent.objects.filter(provider=provider, event_id=event_id).update(times=F("times") + 1))


def _find(provider: str, provider_ref: str, merchant_reference: str) -> Payment | None:
    """By the provider's reference; or, where the reply that told us of it got lost, by our own."""
    if not provider_ref:
        return None
    payment: Payment | None = _BY_REFERENCE.first(provider=provider, reference=provider_ref)
    if payment is not None:
        return payment
    try:
        ours = UUID(merchant_reference)
    except ValueError:
        return None
    return Payment.objects.filter(provider=provider, uuid=ours, provider_ref=None).first()


def _judge(payment: Payment | None, provider_ref: str, state: ProviderState, actor: Actor) -> Applied:
    if payment is None:
        return Applied(Outcome.MISMATCH, None, f"no payment of ours is {provider_ref[:80]!r}")
    order = locked_order(payment.order_id)
    payment = _LOCKED.one(id=payment.pk)
    wrong = rules.mismatches(
        rules.Expected(str(payment.uuid), payment.amount_minor, payment.currency),
        state.merchant_reference, state.amount_minor, state.currency,
    )  # fmt: skip
    if (payment.amount_minor, payment.currency) != (order.due_minor, order.currency):
        wrong.append(f"the order is over {order.due_minor} {order.currency}")
    if state.status == "captured" and state.captured_minor != state.amount_minor:
        wrong.append(f"captured {state.captured_minor} of {state.amount_minor}")
    if state.refunded_minor > payment.refunded_minor:
        # Given back at the provider's own desk: nobody here knows of it, so a person has to look.
        wrong.append(f"refunded {state.refunded_minor} there, {payment.refunded_minor} here")
    if wrong:
        return Applied(Outcome.MISMATCH, payment.pk, "; ".join(wrong)[:300])
    change(Payment, {"pk": payment.pk}, checked_at=clock.now(), provider_ref=provider_ref)
    if state.status == "captured":
        return _capture(payment, order, actor)
    return _close(payment, order, state.status, actor)


def _capture(payment: Payment, order: Order, actor: Actor) -> Applied:
    if payment.status in states.FINAL:
        return Applied(Outcome.NO_CHANGE, payment.pk)
    settlement = orders.confirm_paid(order.pk, payment_id=payment.pk, actor=actor)
    is_taken = settlement == orders.Settlement.CONFIRMED
    report = "captured" if is_taken else "return"
    moved = Payment.objects.filter(pk=payment.pk, status__in=states.sources(report)).update(
        status=states.target(report), captured_minor=F("amount_minor"), captured_at=clock.now()
    )
    if not moved:  # pragma: no cover - the row is locked since its status was read
        raise IntegrityError(f"payment {payment.pk} moved while it was locked")
    audit.record(
        actor, f"payment.{states.target(report)}", "order", order.number,
        payment=payment.pk, amount_minor=payment.amount_minor, currency=payment.currency, settlement=str(settlement),
    )  # fmt: skip
    if is_taken:
        give_up_offline(order.pk)
        return Applied(Outcome.APPLIED, payment.pk)
    send_back(payment, reason=str(settlement), actor=actor)
    message = f"money came that the order cannot take ({settlement}); it is sent back"
    return Applied(Outcome.MISMATCH, payment.pk, message)


def _close(payment: Payment, order: Order, report: str, actor: Actor) -> Applied:
    if report not in ("declined", "cancelled"):
        return Applied(Outcome.NO_CHANGE, payment.pk)
    movable = Payment.objects.filter(pk=payment.pk, status__in=states.sources(report))
    moved = movable.update(status=states.target(report))
    if not moved:
        return Applied(Outcome.NO_CHANGE, payment.pk)
    audit.record(actor, f"payment.{report}", "order", order.number, payment=payment.pk)
    return Applied(Outcome.APPLIED, payment.pk)


def give_up_offline(order_id: int) -> int:
    """Close what still waits for money by hand: the order is paid in another way, or cancelled."""
    offline = [code for code, provider in registry.installed().items() if not provider.is_redirect]
    waiting = Payment.objects.filter(order_id=order_id, status=Payment.Status.PENDING, provider__in=offline)
    return waiting.update(status=Payment.Status.CANCELLED)


def _write_down(told: _Told, payment: Payment | None, applied: Applied) -> None:
    event_id = told.event_id
    if event_id is None:
        if applied.outcome == Outcome.NO_CHANGE:
            return
        if applied.outcome == Outcome.MISMATCH:
            # A poll finds the same difference every few minutes: one row, counted.
            event_id = f"{told.channel}:{applied.payment_id}:{applied.message}"[:160]
            if _was_seen(told.provider, event_id):
                return
    event = PaymentEvent(
        provider=told.provider,
        event_id=event_id,
        channel=told.channel,
        kind=told.kind[:60],
        payment=payment,
        outcome=applied.outcome,
        message=applied.message,
        payload=told.payload,
        received_at=clock.now(),
    )
    insert(event)
