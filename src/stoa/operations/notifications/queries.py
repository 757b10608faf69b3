"""Reading mails, and looking at one before anybody gets it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock
from stoa.kernel.errors import NotFoundError
from stoa.operations.notifications.composing import KINDS, compose, compose_order
from stoa.operations.notifications.errors import UnknownMailKindError
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.order_facts import Line, OrderFacts, Row, day, shop_facts, shown
from stoa.operations.notifications.rendering import Rendered
from stoa.operations.notifications.wording import ACCOUNT_KINDS, ORDER_KINDS
from stoa.operations.orders.models import Order

__all__ = ["KINDS", "failed_mails", "mail", "mailbox", "preview"]


def mailbox() -> QuerySet[MailMessage]:
    """All mails, the newest first, without their bodies."""
    return MailMessage.objects.defer("html", "text").select_related("order").order_by("-created_at", "-id")


def failed_mails() -> QuerySet[MailMessage]:
    """Those that will not go without somebody's help."""
    return mailbox().filter(state=MailMessage.State.FAILED)


def mail(mail_id: int) -> MailMessage:
    """With its body. Raises NotFoundError."""
    found = MailMessage.objects.select_related("order").filter(pk=mail_id).first()
    if found is None:
        raise NotFoundError
    return found


def preview(kind: str, *, order: Order | None = None, language: str = "") -> Rendered:
    """How a mail looks, for a given order or a made-up one. Writes and sends nothing. Raises UnknownMailKindError."""
    facts: dict[str, Any] = {
        "amount_minor": order.total_minor if order else 4980,
        "reason": order.cancel_reason if order else "",
        "money_goes_back": True,
        "url": f"{settings.STOA_BASE_URL}/account/",
        "subject": _("A note about your account"),
        "text": _("This is where the note would be."),
    }
    if kind in ACCOUNT_KINDS or (kind in ORDER_KINDS and order is not None):
        return compose(kind, facts, order=order, language=language)
    if kind not in ORDER_KINDS:
        raise UnknownMailKindError(kind=kind)
    market = markets.default_market()
    with translation.override(language or market.language):
        facts["amount"] = shown(4980, market.currency)
        sample = sample_order(market.currency, is_paid=kind != "order_cancelled")
        return compose_order(kind, shop_facts(market), sample, facts)


def sample_order(currency: str, *, is_paid: bool) -> OrderFacts:
    """An order that nobody placed, for previews."""
    vat = shown(int(Decimal(4980) * 19 / 119), currency)
    soon = clock.now().date() + timedelta(days=3)
    return OrderFacts(
        number="1001",
        url=f"{settings.STOA_BASE_URL}/order/1001/",
        name="Ada Example",
        lines=[
            Line(_("Mug"), _("Colour: green"), 2, shown(1495, currency), shown(2990, currency)),
            Line(_("Linen towel"), "", 1, shown(1500, currency), shown(1500, currency)),
        ],
        sums=[Row(_("Goods"), shown(4490, currency)), Row(_("Delivery"), shown(490, currency))],
        total=shown(4980, currency),
        taxes=[Row(_("including %(percent)s%% VAT") % {"percent": "19"}, vat)],
        address=["Ada Example", "Hauptstrasse 1", "10115 Berlin"],
        delivery=_("Standard delivery"),
        promise=_("Arrives on %(day)s") % {"day": day(soon)},
        is_pickup=False,
        payment=_("Card"),
        is_paid=is_paid,
        instructions=None,
    )
