"""Closing what neither the buyer's return nor a webhook reported: ask the provider."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models import Exists, F, OuterRef, Q

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.errors import NotFoundError
from stoa.kernel.prepared import Prepared, Slot
from stoa.operations.orders.models import Order
from stoa.operations.payments import rules
from stoa.operations.payments.applying import apply_state, give_up_offline
from stoa.operations.payments.errors import ProviderRefusedError, ProviderUnreachableError
from stoa.operations.payments.models import Payment, Refund
from stoa.operations.payments.providers import registry
from stoa.operations.payments.refunds import carry_out
from stoa.operations.payments.starting import close_at_provider, ensure_session

log = structlog.get_logger(__name__)

QUIET = timedelta(minutes=2)
# An order that waits for a provider which does not answer is given up in the end all the same.
PATIENCE = timedelta(hours=24)
_BY_UUID = Prepared(
    lambda: Payment.objects.select_related("order").filter(uuid=Slot("uuid", Payment._meta.get_field("uuid")))
)


def reconcile(limit: int = 100) -> int:
    """Ask about payments that are open for two minutes or more, and repeat refunds without an answer.

    Returns how many were asked about. One that fails is logged and does not hold up the rest.
    """
    now = clock.now()
    asked = 0
    for payment in _due(limit):
        if payment.checked_at and now - payment.checked_at < rules.check_interval(now - payment.created_at):
            continue
        asked += 1
        _check(payment)
    unanswered = Refund.objects.filter(status=Refund.Status.PENDING, created_at__lte=now - timedelta(minutes=1))
    for refund in unanswered.order_by("id")[:limit]:
        asked += 1
        carry_out(refund.pk)
    return asked


def return_from_provider(payment_uuid: UUID) -> Order:
    """The buyer is back. That proves nothing, so the provider is asked. Raises NotFoundError for a strange uuid."""
    payment: Payment | None = _BY_UUID.first(uuid=payment_uuid)
    if payment is None:
        raise NotFoundError
    if payment.status not in (Payment.Status.CAPTURED, Payment.Status.RETURNED):
        _ask(payment)
    return Order.objects.get(pk=payment.order_id)


def settle_or_give_up(order: Order) -> bool:
    """Before an unpaid order ends: close its open sessions, taking money that came at the last moment.

    False where a provider did not answer and the order should wait; after a day it may end anyway.
    """
    for payment in order.payments.filter(status=Payment.Status.PENDING):
        close_at_provider(payment)
    give_up_offline(order.pk)
    still_open = order.payments.filter(status=Payment.Status.PENDING).exists()
    return not still_open or order.placed_at < clock.now() - PATIENCE


def _due(limit: int) -> list[Payment]:
    """Pending payments at providers that can be asked, those not asked for longest first."""
    redirecting = [code for code, provider in registry.installed().items() if provider.is_redirect]
    newer = Payment.objects.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
    unwanted = ~Q(order__status=Order.Status.AWAITING_PAYMENT) | Q(is_replaced=True)
    return list(
        Payment.objects.filter(status=Payment.Status.PENDING, provider__in=redirecting)
        .annotate(is_replaced=Exists(newer))
        .filter(Q(created_at__lte=clock.now() - QUIET) | unwanted)
        .select_related("order")
        .order_by(F("checked_at").asc(nulls_first=True), "created_at")[:limit]
    )


def _check(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(checked_at=clock.now())
    is_wanted = payment.order.status == Order.Status.AWAITING_PAYMENT and not getattr(payment, "is_replaced", False)
    try:
        if is_wanted:
            _ask(payment)
        else:
            close_at_provider(payment)
    except Exception:
        log.exception("payment could not be checked", payment=payment.pk)


def _ask(payment: Payment) -> None:
    provider = registry.provider(payment.provider)
    if not provider.is_redirect:
        return
    try:
        ensure_session(payment)
        state = provider.fetch(payment.provider_ref or "")
    except (ProviderUnreachableError, ProviderRefusedError) as error:
        log.warning("provider gave no state", payment=payment.pk, provider=provider.code, error=error.message)
        return
    apply_state(payment.provider, payment.provider_ref or "", state, channel="poll", actor=SYSTEM)
