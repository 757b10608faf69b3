"""Public reads: what buyers may choose, what they were told to do, and what staff should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from stoa.kernel.prepared import Prepared, Slot
from stoa.operations.payments import rules
from stoa.operations.payments.models import Payment, PaymentEvent, PaymentMethod, Refund
from stoa.operations.payments.providers import registry

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.operations.orders.models import Order

_LATEST = Prepared(lambda: Payment.objects.filter(order_id=Slot("order")).order_by("-id")[:1])
_METHODS = Prepared(lambda: PaymentMethod.objects.filter(market_id=Slot("market")))


@dataclass(frozen=True, slots=True)
class MethodOption:
    """A way to pay, as the checkout offers it."""

    code: str
    label: str
    description: str
    is_redirect: bool


@dataclass(frozen=True, slots=True)
class Instructions:
    """What the buyer has to do, after an order that is paid later. ``rows``: (label, value) pairs to copy."""

    title: str
    text: str
    rows: list[tuple[str, str]]


def payment_methods(
    market: Market, country: str, *, is_pickup: bool, needs_delivery: bool = True
) -> list[MethodOption]:
    """What is offered there, in the order of the merchant's settings (without any: transfer, on delivery, card).

    Nobody pays on delivery where nothing is delivered."""
    settings = {row.code: row for row in _METHODS.all(market=market.pk)}
    offered = []
    for index, provider in enumerate(registry.installed().values()):
        row = settings.get(provider.code)
        if not registry.is_enabled(provider.code) or (row is not None and not row.is_active):
            continue
        if provider.code == "cash_on_delivery" and not needs_delivery:
            continue
        label = (row.label if row else "") or provider.label
        description = provider.description
        if provider.code == "cash_on_delivery" and is_pickup:
            label = (row.label if row else "") or _("Pay on collection")
            description = _("You pay when you collect the goods.")
        option = MethodOption(provider.code, label, description, provider.is_redirect)
        offered.append(((row.position if row else index, index), option))
    return [option for _position, option in sorted(offered, key=lambda pair: pair[0])]


def latest_payment(order_id: int) -> Payment | None:
    """The newest attempt at paying an order."""
    found: Payment | None = _LATEST.first(order=order_id)
    return found


def method_label(market_id: int, code: str) -> str:
    """What buyers of this market call a method; its code where it is not installed any more."""
    row = PaymentMethod.objects.filter(market_id=market_id, code=code).first()
    if row is not None and row.label:
        return row.label
    provider = registry.installed().get(code)
    return provider.label if provider else code


def payment_instructions(order: Order) -> Instructions | None:
    """None where nothing is left to do by hand: paid, cancelled, or paid on the provider's page."""
    provider = registry.installed().get(order.payment_method)
    is_open = order.payment_status == "unpaid" and order.status not in ("cancelled", "awaiting_payment")
    if provider is None or provider.is_redirect or not is_open:
        return None
    row = PaymentMethod.objects.filter(market_id=order.market_id, code=order.payment_method).first()
    text = row.instructions if row else ""
    if order.payment_method != "bank_transfer":
        title = _("Pay on collection") if order.delivery_is_pickup else _("Pay on delivery")
        return Instructions(title, text or provider.description, [])
    rows = [(_("Reference"), order.number)]
    if row and row.iban:
        bank = [(_("Recipient"), row.account_holder), (_("IBAN"), rules.grouped_iban(row.iban)), (_("BIC"), row.bic)]
        rows = [pair for pair in bank if pair[1]] + rows
    text = text or _("Please transfer the total, and give the reference, so that we can tell whose payment it is.")
    return Instructions(_("Pay by bank transfer"), text, rows)


def events_to_check() -> QuerySet[PaymentEvent]:
    """Reports that did not match or could not be trusted, and nobody has ticked off yet; newest first."""
    unclear = (PaymentEvent.Outcome.MISMATCH, PaymentEvent.Outcome.REFUSED)
    return (
        PaymentEvent.objects.filter(outcome__in=unclear, checked_at__isnull=True)
        .select_related("payment__order")
        .order_by("-received_at")
    )


def refunds_to_check() -> QuerySet[Refund]:
    """Refunds that the provider refused, and that no later one of the same payment made good; newest first."""
    later = Refund.objects.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    failed = Refund.objects.filter(status=Refund.Status.FAILED).exclude(Exists(later))
    return failed.select_related("payment__order").order_by("-created_at")


def waiting_transfers() -> QuerySet[Payment]:
    """Payments that staff will see arrive, oldest first."""
    offline = [code for code, provider in registry.installed().items() if not provider.is_redirect]
    return (
        Payment.objects.filter(status=Payment.Status.PENDING, provider__in=offline)
        .select_related("order")
        .order_by("created_at")
    )


def methods_of(market_id: int) -> list[tuple[str, str, PaymentMethod | None]]:
    """For the settings screen: (code, provider's own label, the merchant's row if any) of all that can be offered."""
    rows = {row.code: row for row in PaymentMethod.objects.filter(market_id=market_id)}
    return [
        (code, provider.label, rows.get(code))
        for code, provider in registry.installed().items()
        if registry.is_enabled(code)
    ]
