"""Reading orders. What a buyer may see is reached only through functions that ask for the token or the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from stoa.kernel import ids
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError
from stoa.operations.marks.queries import is_held
from stoa.operations.orders import rules, states
from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent, OrderNote, OrderTaxLine

if TYPE_CHECKING:
    from stoa.customers.identity.models import Customer
    from stoa.kernel.audit.models import AuditEntry
    from stoa.operations.notifications.models import MailMessage
    from stoa.operations.payments.models import Payment, Refund

MAX_NUMBER_LENGTH = 40


def access_token(order: Order) -> str:
    """The key in the link to an order's page."""
    return rules.access_token(order.number, order.access_nonce, settings.SECRET_KEY)


def order_path(order: Order) -> str:
    """The order's own page, with its key: whoever has it sees the order."""
    return f"/order/{order.number}/{access_token(order)}/"


def order_by_token(number: str, token: str) -> Order:
    """The order that a link opens. Raises NotFoundError for a wrong token exactly as for a number that does not exist.

    Tokens of a former secret key open as long as STOA_SECRET_KEY_FALLBACKS names it.
    """
    order = _by_number(number)
    number, nonce = (order.number, order.access_nonce) if order is not None else ("-", "-")
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    # All of them are computed, found or not: the time that an answer takes tells nothing.
    matches = [ids.same(rules.access_token(number, nonce, secret), token) for secret in secrets]
    if order is None or not order.access_nonce or not any(matches):
        raise NotFoundError
    return order


def orders_of(customer: Customer) -> QuerySet[Order]:
    """A customer's orders, the newest first, annotated with ``line_count``."""
    return (
        Order.objects.filter(customer_id=customer.pk).annotate(line_count=Count("lines")).order_by("-placed_at", "-id")
    )


def order_of(customer: Customer, number: str) -> Order:
    """Raises NotFoundError for other people's orders."""
    order = _by_number(number)
    if order is None or order.customer_id != customer.pk:
        raise NotFoundError
    return order


def order_by_number(number: str) -> Order:
    """For staff. Raises NotFoundError."""
    order = _by_number(number)
    if order is None:
        raise NotFoundError
    return order


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What the list of orders is narrowed down to; empty values narrow nothing. ``text``: number, name, mail or SKU."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    payment_statuses: tuple[str, ...] = ()
    payment_method: str = ""
    country: str = ""
    market_id: int | None = None
    source: str = ""
    placed_from: datetime | None = None
    placed_before: datetime | None = None


def orders_overview(filters: OrderFilters | None = None) -> QuerySet[Order]:
    """Orders for the merchant's list, the newest first."""
    chosen = filters or OrderFilters()
    exact = {
        "payment_method": chosen.payment_method, "country": chosen.country, "market_id": chosen.market_id,
        "source": chosen.source, "placed_at__gte": chosen.placed_from, "placed_at__lt": chosen.placed_before,
        "status__in": chosen.statuses, "payment_status__in": chosen.payment_statuses,
    }  # fmt: skip
    orders = Order.objects.select_related("market").filter(**{name: value for name, value in exact.items() if value})
    if text := "".join(filter(str.isprintable, chosen.text)).strip()[:100]:
        orders = orders.filter(_matches(text))
    return orders.order_by("-placed_at", "-id")


def to_ship() -> QuerySet[Order]:
    """Open orders that wait for somebody to send or do something, the oldest first. Bank transfers wait until the money
    is there, and what is held until it is released."""
    waits_for_money = Q(payment_method="bank_transfer", payment_status=Order.PaymentStatus.UNPAID)
    return Order.objects.filter(~is_held(), status=states.OPEN).exclude(waits_for_money).order_by("placed_at", "id")


def refund_due() -> QuerySet[Order]:
    """Cancelled orders whose money has not gone back in full, the oldest first."""
    kept = (Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIALLY_REFUNDED)
    unsettled = Order.objects.filter(status=states.CANCELLED, payment_status__in=kept, total_minor__gt=0)
    return unsettled.order_by("cancelled_at", "id")


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """All about one order, in a fixed number of queries. ``refunds`` and ``timeline`` are oldest first."""

    order: Order
    lines: list[OrderLine]
    tax_lines: list[OrderTaxLine]
    payments: list[Payment]
    refunds: list[Refund]
    notes: list[OrderNote]
    mails: list[MailMessage]
    timeline: list[AuditEntry]
    steps: tuple[str, ...] = field(default=())

    @property
    def captured_minor(self) -> int:
        return sum(payment.captured_minor for payment in self.payments)

    @property
    def refunded_minor(self) -> int:
        return sum(payment.refunded_minor for payment in self.payments)


def order_detail(order_id: int) -> OrderDetail:
    """``steps``: what staff may do now ("ship", "cancel", "complete"). Raises NotFoundError."""
    order = Order.objects.select_related("market", "customer").filter(pk=order_id).first()
    if order is None:
        raise NotFoundError
    payments = list(order.payments.prefetch_related("refunds").order_by("id"))
    refunds = [refund for payment in payments for refund in payment.refunds.all()]
    return OrderDetail(
        order=order,
        lines=list(order.lines.all()),
        tax_lines=list(order.tax_lines.order_by("-percent")),
        payments=payments,
        refunds=sorted(refunds, key=lambda refund: refund.pk),
        notes=list(order.notes.all()),
        mails=list(order.mails.defer("html", "text").order_by("id")),
        timeline=list(trail_of("order", order.number).order_by("id")),
        steps=tuple(step for step in states.TRANSITIONS[order.status] if step in states.BY_HAND),
    )


def sold_and_paid(order: Order) -> tuple[list[OrderLine], list[Payment]]:
    """The lines and the payments, oldest first, of an order at hand: what its buyer is shown. Two queries."""
    return list(order.lines.all()), list(order.payments.order_by("id"))


def discounts_of(order: Order) -> dict[str, int]:
    """What promotions took off an order at hand, by label, in minor units. No query where there was nothing."""
    found: dict[str, int] = {}
    if order.discount_minor or order.delivery_discount_minor:
        for label, minor in order.adjustments.values_list("label", "amount_minor"):
            found[label] = found.get(label, 0) + minor
    return found


def parts_of(order: Order) -> dict[int, list[OrderLineComponent]]:
    """Line id -> what was in the bundle, of an order at hand. One query."""
    found: dict[int, list[OrderLineComponent]] = {}
    for part in OrderLineComponent.objects.filter(line__order_id=order.pk).order_by("line_id", "position"):
        found.setdefault(part.line_id, []).append(part)
    return found


def with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The same orders with their lines and taxes at hand: two more queries, however many they are."""
    return orders.prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position", "id")),
        Prefetch("tax_lines", OrderTaxLine.objects.order_by("-percent")),
    )


def orders_report(numbers: Iterable[str] = (), *, source: str = "") -> QuerySet[Any, Any]:
    """Rows for ``stoa report orders``: number, status, payment_status, email, total_minor, currency, placed_at."""
    orders = Order.objects.order_by("id")
    if wanted := list(numbers):
        orders = orders.filter(number__in=wanted)
    if source:
        orders = orders.filter(source=source)
    return orders.values("number", "status", "payment_status", "email", "total_minor", "currency", "placed_at")


def _by_number(number: str) -> Order | None:
    # What no order can be called is not asked for: databases refuse NUL and halves of surrogate pairs.
    if not number or len(number) > MAX_NUMBER_LENGTH or not number.isprintable():
        return None
    return Order.objects.select_related("market").filter(number=number).first()


def _matches(text: str) -> Q:
    found = Q(number__iexact=text) | Q(name__icontains=text) | Q(email__icontains=text)
    return found | Q(pk__in=OrderLine.objects.filter(sku__iexact=text).values("order_id"))
