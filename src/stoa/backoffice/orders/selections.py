"""Which orders wait for somebody. Today and the order list speak of the same ones."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from stoa.operations.downloads.queries import asked
from stoa.operations.marks.queries import is_held
from stoa.operations.models import Order, Payment
from stoa.operations.orders.tax_review import to_review

_MONEY_IS_IN = Q(payment_status__in=[Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIALLY_REFUNDED])
ON_DELIVERY, BY_TRANSFER = "cash_on_delivery", "bank_transfer"

# Of an imported order nobody knows whether its parcel went; imports are history.
_LIVE = ~Q(source=Order.Source.IMPORT)

TODO = {
    "ship": _("to ship"),
    "transfer": _("bank transfer awaited"),
    "give_back": _("money to give back"),
    "tax": _("tax to review"),
    "downloads": _("download links asked for"),
    "held": _("held"),
}


def to_ship() -> QuerySet[Order]:
    """Agreed and paid, or to be paid at the door, and not held."""
    return Order.objects.filter(_LIVE, ~is_held(), status=Order.Status.OPEN).filter(
        _MONEY_IS_IN | Q(payment_method=ON_DELIVERY)
    )


def transfers_awaited() -> QuerySet[Order]:
    return Order.objects.filter(
        _LIVE, status=Order.Status.OPEN, payment_method=BY_TRANSFER, payment_status=Order.PaymentStatus.UNPAID
    )


def to_give_back() -> QuerySet[Order]:
    """Cancelled while we hold the buyer's money."""
    held = Payment.objects.filter(captured_minor__gt=F("refunded_minor"))
    return Order.objects.filter(_LIVE, status=Order.Status.CANCELLED, pk__in=held.values("order_id"))


def links_asked_for() -> QuerySet[Order]:
    return Order.objects.filter(pk__in=asked().values("line__order_id"))


def held() -> QuerySet[Order]:
    """Kept back by staff, and not called off since."""
    return Order.objects.filter(is_held(), status__in=[Order.Status.AWAITING_PAYMENT, Order.Status.OPEN])


def todo(name: str) -> QuerySet[Order]:
    """The orders of one kind of ``TODO``."""
    kinds = {
        "ship": to_ship, "transfer": transfers_awaited, "give_back": to_give_back, "tax": to_review,
        "downloads": links_asked_for, "held": held,
    }  # fmt: skip
    return kinds[name]()
