"""An order as its buyer sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from stoa.kernel.money import Money
from stoa.operations.documents import queries as documents
from stoa.operations.downloads import queries as downloads
from stoa.operations.orders import queries as orders
from stoa.operations.payments import queries as payments
from stoa.storefront import countries

if TYPE_CHECKING:
    from stoa.operations.documents.queries import ShownDocument
    from stoa.operations.downloads.queries import Download
    from stoa.operations.orders.models import Order, OrderLineComponent
    from stoa.operations.payments.queries import Instructions, MethodOption


@dataclass(frozen=True, slots=True)
class ShownOrderLine:
    title: str
    options: str
    quantity: int
    unit: Money
    total: Money
    backorder_date: date | None
    # Of a bundle, what is in it: "2 × Cup, Red".
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    at: datetime | None = None
    is_done: bool = False
    is_now: bool = False
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class ShownOrder:
    number: str
    status: str
    email: str
    phone: str
    placed_at: datetime
    lines: list[ShownOrderLine]
    delivery: Money
    # What promotions took off, by the names that buyers read; goods and delivery are after it.
    discounts: list[tuple[str, Money]]
    tax_added: Money
    tax_included: Money | None
    total: Money
    # What gift cards paid of it, and what is left for the payment.
    by_card: Money
    due: Money
    refunded: Money
    address_lines: list[str]
    is_pickup: bool
    delivery_name: str
    promise: str
    payment_label: str
    payment_status_label: str
    can_pay: bool
    payment_failed: bool
    instructions: Instructions | None
    steps: list[Step]
    methods: list[ChosenMethod]
    needs_delivery: bool
    downloads: list[Download]
    documents: list[ShownDocument]
    # Files that will be there once the order is paid.
    has_files_to_come: bool


@dataclass(frozen=True, slots=True)
class ChosenMethod:
    code: str
    label: str
    description: str
    is_chosen: bool


def shown(order: Order) -> ShownOrder:
    """In a fixed number of queries."""
    lines, paid = orders.sold_and_paid(order)
    parts = orders.parts_of(order)
    files = downloads.downloads_of_orders([order.pk]).get(order.pk, [])
    kinds = {line.kind for line in lines} | {part.kind for some in parts.values() for part in some}

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    can_pay = order.status == "awaiting_payment"
    latest = paid[-1] if paid else None
    return ShownOrder(
        number=order.number,
        status=order.status,
        email=order.email,
        phone=order.phone,
        placed_at=order.placed_at,
        lines=[
            ShownOrderLine(
                line.title, ", ".join(line.option_values), line.quantity, money(line.unit_minor), money(line.total_minor),
                line.backorder_date, [part_text(part) for part in parts.get(line.pk, ())],
            )
            for line in lines
        ],
        delivery=money(order.delivery_minor),
        discounts=[(label, money(minor)) for label, minor in orders.discounts_of(order).items()],
        tax_added=money(order.tax_added_minor),
        tax_included=money(order.tax_minor) if order.prices_include_tax and order.tax_minor else None,
        total=money(order.total_minor),
        by_card=money(order.credit_minor),
        due=money(order.due_minor),
        refunded=money(sum(payment.refunded_minor for payment in paid) + order.credit_returned_minor),
        address_lines=_address_lines(order),
        is_pickup=order.delivery_is_pickup,
        delivery_name=order.delivery_name,
        promise=_promise(order),
        payment_label=payments.method_label(order.market_id, order.payment_method),
        payment_status_label=order.get_payment_status_display(),
        can_pay=can_pay,
        payment_failed=can_pay and latest is not None and latest.status in ("declined", "cancelled"),
        instructions=payments.payment_instructions(order),
        steps=steps(order),
        methods=_methods(order) if can_pay else [],
        needs_delivery=order.needs_delivery,
        downloads=files,
        documents=documents.shown_documents(order),
        has_files_to_come="digital" in kinds and order.payment_status == "unpaid" and order.status != "cancelled",
    )  # fmt: skip


def part_text(part: OrderLineComponent) -> str:
    title = ", ".join([part.title, *map(str, part.option_values)])
    return f"{part.quantity} × {title}"


def steps(order: Order) -> list[Step]:
    """Where the order stands: what was done, what is next, or where it ended."""
    placed = Step(
        _("Order received"), order.placed_at, is_done=True, is_now=order.status == "open" and not order.paid_at
    )
    if order.status == "cancelled":
        return [placed, Step(_("Cancelled"), order.cancelled_at, is_now=True, is_stopped=True)]
    paid = Step(
        _("Paid"),
        order.paid_at,
        is_done=order.paid_at is not None,
        is_now=order.status == "awaiting_payment" or (order.status == "open" and order.paid_at is not None),
    )
    if not order.needs_delivery:
        is_done = order.status in ("shipped", "completed")
        when = order.completed_at or order.shipped_at
        return [placed, paid, Step(_("Handed over"), when, is_done=is_done, is_now=is_done)]
    is_sent = order.status in ("shipped", "completed")
    sent = _("Ready for collection") if order.delivery_is_pickup else _("Sent")
    done = _("Collected") if order.delivery_is_pickup else _("Delivered")
    return [
        placed,
        paid,
        Step(sent, order.shipped_at, is_done=is_sent, is_now=order.status == "shipped"),
        Step(done, order.completed_at, is_done=order.status == "completed", is_now=order.status == "completed"),
    ]


def _methods(order: Order) -> list[ChosenMethod]:
    offered: list[MethodOption] = payments.payment_methods(
        order.market, order.country, is_pickup=order.delivery_is_pickup, needs_delivery=order.needs_delivery
    )
    chosen = order.payment_method if order.payment_method in {method.code for method in offered} else ""
    return [
        ChosenMethod(
            method.code, method.label, method.description, method.code == chosen or (not chosen and index == 0)
        )
        for index, method in enumerate(offered)
    ]


def _address_lines(order: Order) -> list[str]:
    country = countries.name(order.country, order.language or "en") if order.country else ""
    lines = [order.name, order.line1, order.line2, f"{order.postal_code} {order.city}".strip(), order.region, country]
    return [line for line in lines if line]


def _promise(order: Order) -> str:
    first, last = order.promised_from, order.promised_to
    if order.status not in ("awaiting_payment", "open", "shipped") or last is None:
        return ""
    until = date_format(last, "DATE_FORMAT")
    if order.delivery_is_pickup:
        return _("ready on %(day)s") % {"day": date_format(first or last, "DATE_FORMAT")}
    if first is None or first == last:
        return _("expected on %(day)s") % {"day": until}
    return _("expected between %(first)s and %(last)s") % {"first": date_format(first, "DATE_FORMAT"), "last": until}
