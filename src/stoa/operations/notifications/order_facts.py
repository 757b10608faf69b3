"""An order in the words of its mail: plain strings, in the reader's language, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stoa.kernel.money import Money
from stoa.operations.downloads import queries as downloads
from stoa.operations.orders import queries as orders
from stoa.operations.orders.queries import order_path
from stoa.operations.payments import queries as payments
from stoa.operations.payments.queries import Instructions

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.operations.orders.models import Order, OrderLineComponent


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    options: str
    quantity: int
    unit: str
    total: str
    # "from 3 March" for what was sold for a later date
    later: str = ""
    # Of a bundle: "2 × Cup"
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileRow:
    """``facts``: size, and for how long and how often; ``url`` opens it."""

    name: str
    facts: str
    url: str


@dataclass(frozen=True, slots=True)
class ShopFacts:
    name: str
    url: str
    legal: list[str] = field(default_factory=list)
    contact: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    number: str
    url: str
    name: str
    lines: list[Line]
    sums: list[Row]
    total: str
    taxes: list[Row]
    address: list[str]
    delivery: str
    promise: str
    is_pickup: bool
    payment: str
    is_paid: bool
    instructions: Instructions | None
    needs_delivery: bool = True
    files: list[FileRow] = field(default_factory=list)
    # What gift cards left to pay; "" in samples, where that is the total.
    due: str = ""


def shop_facts(market: Market) -> ShopFacts:
    legal = [market.legal_name, *market.address.splitlines()]
    if market.vat_id:
        legal.append(_("VAT id: %(vat_id)s") % {"vat_id": market.vat_id})
    return ShopFacts(
        name=market.shop_name,
        url=settings.STOA_BASE_URL,
        legal=[line.strip() for line in legal if line.strip()],
        contact=[line for line in (market.email, market.phone) if line],
    )


def order_facts(order: Order) -> OrderFacts:
    """Reads the order's lines, taxes and files; call it with the reader's language active."""
    parts = orders.parts_of(order)
    return OrderFacts(
        number=order.number,
        url=settings.STOA_BASE_URL + order_path(order),
        name=order.name,
        lines=[
            Line(
                title=line.title,
                options=option_text(line.option_values),
                quantity=line.quantity,
                unit=shown(line.unit_minor, order.currency),
                total=shown(line.total_minor, order.currency),
                later=_("Leaves us from %(day)s") % {"day": day(line.backorder_date)} if line.backorder_date else "",
                parts=[part_text(part) for part in parts.get(line.pk, ())],
            )
            for line in order.lines.all()
        ],
        sums=_sums(order),
        total=shown(order.total_minor, order.currency),
        taxes=[*_taxes(order), *_paid_by_cards(order)],
        due=shown(order.due_minor, order.currency),
        address=address_lines(order),
        delivery=order.delivery_name,
        promise=promise(order),
        is_pickup=order.delivery_is_pickup,
        payment=payments.method_label(order.market_id, order.payment_method),
        is_paid=order.payment_status != "unpaid",
        instructions=payments.payment_instructions(order),
        needs_delivery=order.needs_delivery,
        files=_files(order),
    )


def shown(minor: int, currency: str) -> str:
    return Money(minor, currency).format(get_language() or "en")


def day(when: date) -> str:
    return format_date(when, "d MMMM", locale=_locale())


def option_text(values: object) -> str:
    """``Colour: Green, Size: M`` from any of the forms in which lines keep their options."""
    if not isinstance(values, list):
        return ""
    parts = []
    for value in values:
        if isinstance(value, dict):
            name, text = str(value.get("option") or value.get("name") or ""), str(value.get("value") or "")
            parts.append(f"{name}: {text}" if name and text else text or name)
        elif isinstance(value, (list, tuple)):
            parts.append(": ".join(str(part) for part in value))
        else:
            parts.append(str(value))
    return ", ".join(part for part in parts if part)


def promise(order: Order) -> str:
    """When the goods are to be there, as was promised at checkout."""
    start, end = order.promised_from, order.promised_to
    if start is None or end is None:
        return ""
    if order.delivery_is_pickup:
        return _("Ready from %(day)s") % {"day": day(start)}
    if start == end:
        return _("Arrives on %(day)s") % {"day": day(start)}
    return _("Arrives between %(from)s and %(to)s") % {"from": day(start), "to": day(end)}


def address_lines(order: Order) -> list[str]:
    country = _locale().territories.get(order.country, order.country)
    town = " ".join(part for part in (order.postal_code, order.city) if part)
    lines = [order.name, order.line1, order.line2, town, order.region, country]
    return [line.strip() for line in lines if line and line.strip()]


def part_text(part: OrderLineComponent) -> str:
    options = option_text(part.option_values)
    return f"{part.quantity} × {part.title}{f' ({options})' if options else ''}"


def _files(order: Order) -> list[FileRow]:
    """What can be downloaded now."""
    rows = []
    for file in downloads.downloads_of_orders([order.pk]).get(order.pk, []):
        if not file.path:
            continue
        facts = [filesizeformat(file.size).replace("\xa0", " ")]
        if file.left is not None:
            left = ngettext("%(count)d download", "%(count)d downloads", file.left)
            facts.append(left % {"count": file.left})
        if file.expires_at is not None:
            facts.append(_("until %(day)s") % {"day": day(file.expires_at.date())})
        rows.append(FileRow(file.name, " · ".join(facts), settings.STOA_BASE_URL + file.path))
    return rows


def _sums(order: Order) -> list[Row]:
    rows = [
        Row(_("Goods"), shown(order.goods_minor, order.currency)),
    ]
    if order.discount_minor:
        rows[0:0] = [Row(_("Goods before discounts"), shown(order.goods_minor + order.discount_minor, order.currency))]
        rows[1:1] = [Row(_("Discounts"), shown(-order.discount_minor, order.currency))]
    if order.needs_delivery:
        price = shown(order.delivery_minor, order.currency) if order.delivery_minor else _("free")
        rows.append(Row(_("Delivery"), price))
    if order.tax_added_minor:
        rows.append(Row(_("Tax"), shown(order.tax_added_minor, order.currency)))
    return rows


def _paid_by_cards(order: Order) -> list[Row]:
    if not order.credit_minor:
        return []
    return [
        Row(_("Paid by gift card"), shown(-order.credit_minor, order.currency)),
        Row(_("Left to pay"), shown(order.due_minor, order.currency)),
    ]


def _taxes(order: Order) -> list[Row]:
    rows = []
    for line in order.tax_lines.all():
        percent = f"{line.percent.normalize():f}"
        label = _("including %(percent)s%% %(tax)s") if order.prices_include_tax else _("%(percent)s%% %(tax)s")
        rows.append(Row(label % {"percent": percent, "tax": line.name}, shown(line.tax_minor, order.currency)))
    return rows


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").replace("-", "_"))
