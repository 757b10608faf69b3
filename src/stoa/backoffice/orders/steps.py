"""What staff do to an order. Each is a resource, a POST and one action."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from stoa.backoffice.guard import actor_of, cleaned, require, step
from stoa.backoffice.orders.forms import CancelForm, NoteForm, RefundForm
from stoa.kernel.errors import DomainError
from stoa.operations.models import Order, Payment, Refund
from stoa.operations.orders import actions as orders
from stoa.operations.orders.tax_review import resolve_tax_review
from stoa.operations.payments import actions as payments

DETAIL = "backoffice:order"


@step("operations.ship_order", DETAIL)
def ship(request: HttpRequest, order_id: int) -> str:
    orders.mark_shipped(order_id, actor=actor_of(request))
    return _("Marked as shipped. The customer gets a mail.")


@step("operations.ship_order", DETAIL)
def complete(request: HttpRequest, order_id: int) -> str:
    orders.mark_completed(order_id, actor=actor_of(request))
    return _("Marked as completed.")


@step("operations.cancel_order", DETAIL)
def cancel(request: HttpRequest, order_id: int) -> str:
    values = cleaned(CancelForm(request.POST))
    if values["refund"]:
        require(request, "operations.refund_order")
    orders.cancel_order(order_id, values["reason"], actor=actor_of(request), refund=values["refund"])
    return _("Cancelled. The goods are back in stock.")


@step("operations.receive_payment", DETAIL)
def receive(request: HttpRequest, order_id: int) -> str:
    order = get_object_or_404(Order, pk=order_id)
    payments.mark_received(order.pk, order.due_minor, actor=actor_of(request))
    return _("Payment marked as received.")


@step("operations.refund_order", DETAIL)
def refund(request: HttpRequest, order_id: int, payment_id: int) -> str:
    payment = get_object_or_404(Payment, pk=payment_id, order_id=order_id)
    values = cleaned(RefundForm(request.POST, currency=payment.currency))
    given = payments.refund(payment.pk, values["amount"], values["reason"], values["key"], actor=actor_of(request))
    if given.status == Refund.Status.FAILED:
        raise DomainError(_("The payment provider refused the refund: %(why)s") % {"why": given.error})
    return (
        _("Refund done.")
        if given.status == Refund.Status.DONE
        else _("Refund begun; the payment provider has not confirmed it yet.")
    )


@step("operations.refund_order", DETAIL)
def tax_review(request: HttpRequest, order_id: int) -> str:
    resolve_tax_review(order_id, actor=actor_of(request))
    return _("Noted: the tax of this order was looked at.")


@step("operations.annotate_order", DETAIL)
def note(request: HttpRequest, order_id: int) -> str:
    orders.add_note(order_id, cleaned(NoteForm(request.POST))["text"], actor=actor_of(request))
    return _("Note kept.")


@step("operations.annotate_order", DETAIL)
def renew_link(request: HttpRequest, order_id: int) -> str:
    orders.renew_access(order_id, actor=actor_of(request))
    return _("The order page has a new link; the old one is dead.")


@step("operations.check_paymentevent", "backoffice:payment_events")
def check_event(request: HttpRequest, event_id: int) -> str:
    payments.mark_event_checked(event_id, actor=actor_of(request))
    return _("Ticked off.")
