"""The audit trail in words: what happened, who did it, and the facts worth a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.columns import shown
from stoa.kernel.models import AuditEntry
from stoa.kernel.money import Money

TITLES: dict[str, str | Promise] = {
    "order.placed": _("Order placed"),
    "order.confirmed": _("Order confirmed"),
    "order.paid": _("Paid, and ready to ship"),
    "order.shipped": _("Marked as shipped"),
    "order.completed": _("Completed"),
    "order.cancelled": _("Cancelled"),
    "order.reopened": _("Opened again: the money came late"),
    "order.held": _("Held"),
    "order.released": _("Released"),
    "order.tagged": _("Tags changed"),
    "order.noted": _("Note written"),
    "order.refunded": _("Money given back"),
    "document.issued": _("Document issued"),
    "document.mailed": _("Document mailed again"),
    "document.dismissed": _("A document that failed was put aside"),
    "order.access_renewed": _("New link to the order page"),
    "payment.opened": _("Payment begun"),
    "payment.captured": _("Payment received"),
    "payment.declined": _("Payment declined"),
    "payment.cancelled": _("Payment given up"),
    "payment.method_changed": _("Payment method changed"),
    "refund.opened": _("Refund begun"),
    "refund.done": _("Money given back"),
    "refund.failed": _("Refund failed"),
    "mail.resent": _("Mail sent again"),
    "stock.adjusted": _("Stock corrected"),
    "stock.counted": _("Stock counted"),
    "customer.changed": _("Customer changed"),
    "address.saved": _("Address saved"),
    "address.deleted": _("Address deleted"),
    "staff.created": _("Staff member added"),
    "market.changed": _("Shop settings changed"),
    "product.created": _("Product created"),
    "product.published": _("Product published"),
    "product.unpublished": _("Product taken off the shop"),
    "product.changed": _("Product changed"),
    "product.options_changed": _("Options changed"),
    "variant.added": _("Variant added"),
    "variant.changed": _("Variant changed"),
    "variant.removed": _("Variant removed"),
    "price.changed": _("Price changed"),
    "price.breaks_changed": _("Quantity breaks changed"),
    "price_list.created": _("Price list made"),
    "price_list.renamed": _("Price list renamed"),
    "price_list.deleted": _("Price list removed"),
    "market.price_list_changed": _("Another price list chosen"),
    "sale.scheduled": _("Sale scheduled"),
    "sale.cancelled": _("Sale called off"),
    "sale.ended": _("Sale ended early"),
    "group.created": _("Customer group added"),
    "group.renamed": _("Customer group renamed"),
    "group.deleted": _("Customer group removed"),
    "group.price_list_changed": _("Price list of the group changed"),
    "customer.group_changed": _("Customer group changed"),
    "category.created": _("Category added"),
    "category.changed": _("Category changed"),
    "category.moved": _("Category moved"),
    "category.deleted": _("Category deleted"),
    "picture.stored": _("Picture added"),
    "page.saved": _("Page saved"),
    "location.created": _("Location added"),
    "location.changed": _("Location changed"),
    "delivery_zone.created": _("Delivery zone added"),
    "delivery_zone.updated": _("Delivery zone changed"),
    "delivery_zone.removed": _("Delivery zone removed"),
    "delivery_method.created": _("Delivery method added"),
    "delivery_method.updated": _("Delivery method changed"),
    "delivery_method.removed": _("Delivery method removed"),
    "payment_method.configured": _("Payment method changed"),
    "payment_event.checked": _("Message of a payment provider ticked off"),
    "stock.policy_set": _("Sold-out policy changed"),
    "tax_rate.set": _("Tax rate set"),
    "tax_rate.removed": _("Tax rate removed"),
    "market.created": _("Shop opened"),
    "staff.changed": _("Staff member changed"),
    "job.retried": _("Job run again"),
    "delivery.replayed": _("Event delivered again"),
}
ICONS = {
    "order.placed": "clipboard-list", "order.shipped": "redirect", "order.completed": "circle-check", "order.cancelled": "cross",
    "order.noted": "comment", "refund.failed": "warning", "payment.declined": "warning",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str
    detail: str
    who: str
    icon: str
    is_bad: bool = False


def title_of(verb: str) -> str:
    """A verb of the trail in words; an unknown one made readable."""
    return str(TITLES.get(verb) or capfirst(verb.replace(".", ": ").replace("_", " ")))


def who(entry: AuditEntry) -> str:
    return entry.actor_label or entry.actor_kind


def moments(entries: Iterable[AuditEntry], currency: str = "") -> list[Moment]:
    return [_moment(entry, currency) for entry in entries]


def _moment(entry: AuditEntry, currency: str) -> Moment:
    kind = entry.verb.partition(".")[0]
    icon = ICONS.get(entry.verb) or {"payment": "key", "refund": "rotate", "mail": "mail", "stock": "table"}.get(
        kind, "radio-full"
    )
    is_bad = entry.verb.endswith(("failed", "declined", "mismatch"))
    return Moment(entry.at, title_of(entry.verb), details(entry.facts, currency), who(entry), icon, is_bad)


def details(facts: dict[str, Any], currency: str = "") -> str:
    """The facts worth a line: amounts, reasons, from-to. Row numbers of other tables are left out."""
    money = facts.get("currency") or currency
    parts: list[str] = []
    for name, value in facts.items():
        if name.endswith("_minor") and isinstance(value, int) and money:
            parts.append(shown(Money(value, money)))
        elif name in {"reason", "error", "message", "role", "name", "title", "sku"} and isinstance(value, str):
            if value:
                parts.append(value)
        elif name in {"quantity", "delta"} and isinstance(value, int):
            parts.append(f"{value:+d}" if name == "delta" else str(value))
        elif name in {"added", "removed"} and isinstance(value, list):
            parts += [f"{'+' if name == 'added' else '−'} {one}" for one in value]
        elif name == "fields" and isinstance(value, list):
            parts.append(", ".join(str(one).replace("_", " ") for one in value))
    return " · ".join(parts)
