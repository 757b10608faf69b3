"""The public writes of payments. What asks a provider opens its own transactions, and may not be called inside one."""

from __future__ import annotations

from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.audit import actions as audit
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.operations.payments import rules
from stoa.operations.payments.applying import Applied, apply_state, capture_by_hand
from stoa.operations.payments.errors import BankDetailsError, PaymentClosedError, UnknownProviderError
from stoa.operations.payments.models import Payment, PaymentEvent, PaymentMethod
from stoa.operations.payments.providers import registry
from stoa.operations.payments.reconciling import reconcile, return_from_provider, settle_or_give_up
from stoa.operations.payments.refunds import carry_out, open_refunds, refund, refund_all
from stoa.operations.payments.starting import change_method, create_payment, retry_payment, start_payment
from stoa.operations.payments.webhooks import receive_webhook

__all__ = [
    "Applied", "apply_state", "carry_out", "change_method", "configure_method", "create_payment", "mark_event_checked",
    "mark_received", "open_refunds", "receive_webhook", "reconcile", "refund", "refund_all", "retry_payment",
    "return_from_provider", "settle_or_give_up", "start_payment",
]  # fmt: skip


def mark_received(order_id: int, amount_minor: int, *, actor: Actor) -> Applied:
    """Staff saw money arrive for an order that is paid by hand. Only the whole amount pays it.

    Any other amount is listed as a mismatch and changes nothing (the outcome says so). Saying it twice is harmless.
    Raises PaymentClosedError where nothing waits for money by hand.
    """
    by_hand = [code for code, provider in registry.installed().items() if not provider.is_redirect]
    payments = Payment.objects.filter(order_id=order_id, provider__in=by_hand).order_by("-id")
    payment = payments.filter(status=Payment.Status.PENDING).first() or payments.first()
    if payment is None or payment.status not in (Payment.Status.PENDING, Payment.Status.CAPTURED):
        raise PaymentClosedError
    return capture_by_hand(payment, amount_minor, actor=actor)


@transaction.atomic
def mark_event_checked(event_id: int, *, actor: Actor) -> PaymentEvent:
    """Somebody has looked into a report that did not match. Raises NotFoundError."""
    event = PaymentEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFoundError
    unchecked = PaymentEvent.objects.filter(pk=event_id, checked_at__isnull=True)
    if unchecked.update(checked_at=clock.now(), checked_by=str(actor)[:200]):
        audit.record(actor, "payment_event.checked", "payment_event", event_id)
    event.refresh_from_db()
    return event


@transaction.atomic
def configure_method(
    market_id: int,
    code: str,
    *,
    actor: Actor,
    is_active: bool = True,
    label: str = "",
    instructions: str = "",
    account_holder: str = "",
    iban: str = "",
    bic: str = "",
    position: int = 0,
) -> PaymentMethod:
    """How a market offers a method. Raises UnknownProviderError, BankDetailsError (an IBAN with wrong check digits)."""
    if code not in registry.installed():
        raise UnknownProviderError(provider=code)
    try:
        iban = rules.clean_iban(iban)
    except ValueError as error:
        raise BankDetailsError from error
    method, _ = PaymentMethod.objects.update_or_create(
        market_id=market_id,
        code=code,
        defaults={
            "is_active": is_active,
            "label": label.strip()[:80],
            "instructions": instructions.strip(),
            "account_holder": account_holder.strip()[:120],
            "iban": iban,
            "bic": "".join(bic.split()).upper()[:11],
            "position": position,
        },
    )
    audit.record(actor, "payment_method.configured", "payment_method", f"{market_id}:{code}", is_active=is_active)
    # Product pages name the ways to pay.
    purge("market")
    return method
