"""Opening payments: the first one of an order, another try, another method."""

from __future__ import annotations

from django.db import transaction

from stoa.kernel import clock, ids
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.audit import actions as audit
from stoa.kernel.prepared import Prepared, Slot, change, insert
from stoa.operations.orders import actions as orders
from stoa.operations.orders.models import Order
from stoa.operations.payments import addresses, limits, queries
from stoa.operations.payments.applying import apply_state
from stoa.operations.payments.errors import (
    NotAwaitingPaymentError,
    ProviderRefusedError,
    ProviderUnreachableError,
    UnknownProviderError,
)
from stoa.operations.payments.models import Payment
from stoa.operations.payments.providers import registry
from stoa.operations.payments.providers.base import PaymentFacts, PaymentProvider, ProviderState

_WITH_ORDER = Prepared(lambda: Payment.objects.select_related("order").filter(pk=Slot("id")))


def create_payment(order: Order, method: str) -> Payment:
    """A pending payment over what gift cards leave of the order, in the caller's transaction. Raises UnknownProviderError."""
    provider = registry.provider(method)
    uuid = ids.new_uuid()
    payment = Payment(
        uuid=uuid,
        order=order,
        provider=method,
        # Nobody else will ever give an offline payment a name.
        provider_ref=None if provider.is_redirect else f"{method}:{uuid}",
        currency=order.currency,
        amount_minor=order.due_minor,
        created_at=clock.now(),
    )
    insert(payment)
    return payment


def start_payment(payment_id: int, *, client: str = "") -> str:
    """Where to send the buyer: the provider's page, or the order's own page where there is nothing to do there.

    Asking twice gives the same provider session. ``client`` is the buyer's network address. Needs to be outside any
    transaction. Raises TooManyAttemptsError. A provider that does not answer is no error here: the order stands, and
    its page offers to try again.
    """
    payment = _WITH_ORDER.one(id=payment_id)
    try:
        return _open(payment, client)
    except (ProviderUnreachableError, ProviderRefusedError):
        return addresses.order_path(payment.order)


def retry_payment(order_id: int, *, actor: Actor, client: str = "") -> str:
    """Where to pay an order that still waits for its money: the open session, or a new one after a refusal.

    Raises NotAwaitingPaymentError, TooManyAttemptsError, ProviderUnreachableError.
    """
    order = Order.objects.get(pk=order_id)
    _must_await(order)
    for payment in order.payments.filter(status=Payment.Status.PENDING).order_by("-id"):
        state = _state_at_provider(payment)
        if state is None or state.status == "open":
            return _open(payment, client)
        apply_state(payment.provider, payment.provider_ref or "", state, channel="return", actor=SYSTEM)
    return _replace(order_id, order.payment_method, actor=actor, client=client)


def change_method(order_id: int, method: str, *, actor: Actor, client: str = "") -> str:
    """Pay an order that still waits for its money in another way; where to go on.

    An open session elsewhere is closed first; where its provider does not answer, reconciliation closes it later, and
    money that still comes through it is taken or sent back, once.
    Raises NotAwaitingPaymentError, UnknownProviderError, TooManyAttemptsError, ProviderUnreachableError.
    """
    order = Order.objects.select_related("market").get(pk=order_id)
    _must_await(order)
    offered = queries.payment_methods(order.market, order.country, is_pickup=order.delivery_is_pickup)
    if method not in {option.code for option in offered}:
        raise UnknownProviderError(provider=method)
    for payment in order.payments.filter(status=Payment.Status.PENDING):
        close_at_provider(payment)
    return _replace(order_id, method, actor=actor, client=client)


def close_at_provider(payment: Payment) -> None:
    """Close a pending session where it was opened, and believe what comes back (it may have been paid just now)."""
    provider = registry.provider(payment.provider)
    if not provider.is_redirect:
        return
    try:
        ensure_session(payment)
        state = provider.cancel(payment.provider_ref or "")
    except (ProviderUnreachableError, ProviderRefusedError):
        return
    apply_state(payment.provider, payment.provider_ref or "", state, channel="poll", actor=SYSTEM)


def ensure_session(payment: Payment) -> None:
    """Learn the reference of a session whose opening got no reply. Raises like the provider."""
    if payment.provider_ref is None:
        _start(payment, registry.provider(payment.provider))


def _replace(order_id: int, method: str, *, actor: Actor, client: str) -> str:
    provider = registry.provider(method)
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.status != Order.Status.AWAITING_PAYMENT:
            # Paid meanwhile: by the session that was just asked for, or by a message that overtook us.
            return addresses.order_path(order)
        payment = create_payment(order, method)
        Order.objects.filter(pk=order_id).update(payment_method=method)
        audit.record(actor, "payment.opened", "order", order.number, method=method, payment=payment.pk)
        if not provider.is_redirect:
            orders.confirm_on_account(order_id, actor=actor)
    payment = Payment.objects.select_related("order").get(pk=payment.pk)
    return _open(payment, client)


def _open(payment: Payment, client: str) -> str:
    provider = registry.provider(payment.provider)
    if payment.status != Payment.Status.PENDING or not provider.is_redirect:
        return addresses.order_path(payment.order)
    if payment.redirect_url:
        return addresses.onward_path(payment)
    limits.guard_start(payment, client)
    with transaction.atomic(durable=True):
        # Refuses to go on inside a caller's transaction: no lock may be held while a provider thinks.
        if payment.client_key != (key := limits.client_key(client)):
            change(Payment, {"pk": payment.pk}, client_key=key)
    _start(payment, provider)
    return addresses.onward_path(payment)


def _start(payment: Payment, provider: PaymentProvider) -> None:
    """Open the session, or learn of the one that an earlier call opened. Raises like the provider."""
    started = provider.start(_facts(payment), addresses.return_url(payment), addresses.notify_url(provider.code))
    payment.provider_ref, payment.redirect_url = started.provider_ref, started.redirect_url or ""
    change(
        Payment,
        {"pk": payment.pk, "provider_ref": None},
        provider_ref=payment.provider_ref,
        redirect_url=payment.redirect_url,
    )


def _state_at_provider(payment: Payment) -> ProviderState | None:
    """None where there is no session yet."""
    provider = registry.provider(payment.provider)
    if payment.provider_ref is None or not provider.is_redirect:
        return None
    return provider.fetch(payment.provider_ref)


def _facts(payment: Payment) -> PaymentFacts:
    order = payment.order
    return PaymentFacts(
        uuid=payment.uuid,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        order_number=order.number,
        email=order.email,
        language=order.language,
    )


def _must_await(order: Order) -> None:
    if order.status != Order.Status.AWAITING_PAYMENT:
        raise NotAwaitingPaymentError
