"""Puts a mail together: whose shop, which order, what is said, in whose language. Writes nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from stoa.catalogue.markets import queries as markets
from stoa.kernel.money import Money
from stoa.operations.notifications import rendering
from stoa.operations.notifications.errors import UnknownMailKindError
from stoa.operations.notifications.order_facts import OrderFacts, ShopFacts, order_facts, shop_facts
from stoa.operations.notifications.rendering import Rendered
from stoa.operations.notifications.wording import ACCOUNT_KINDS, ORDER_KINDS, Wording

if TYPE_CHECKING:
    from stoa.operations.orders.models import Order

KINDS = (*ORDER_KINDS, *ACCOUNT_KINDS)


def compose(kind: str, facts: dict[str, Any], *, order: Order | None, language: str = "") -> Rendered:
    """The mail of a kind about an order (or, without one, about an account of the default market).

    ``facts``: ``amount_minor`` for refunds, ``reason`` and ``money_goes_back`` for cancellations, ``url`` for account
    mails (absolute, made from STOA_BASE_URL). Raises UnknownMailKindError.
    """
    market = order.market if order is not None else markets.default_market()
    with translation.override(_known_language(language or (order.language if order else market.language))):
        shop = shop_facts(market)
        if kind in ORDER_KINDS and order is not None:
            return compose_order(kind, shop, order_facts(order), _with_amount(facts, order.currency))
        if kind in ACCOUNT_KINDS:
            return _rendered(ACCOUNT_KINDS[kind](shop, facts), shop, None)
    raise UnknownMailKindError(kind=kind)


def compose_order(kind: str, shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Rendered:
    return _rendered(ORDER_KINDS[kind](shop, order, facts), shop, order)


def _rendered(said: Wording, shop: ShopFacts, order: OrderFacts | None) -> Rendered:
    context = {
        **{name: getattr(said, name) for name in ("heading", "paragraphs", "button", "footnote", "preview")},
        "shop": asdict(shop),
        "order": order,
        "language": translation.get_language() or "en",
    }
    return rendering.render(said.template, said.subject, context)


def _with_amount(facts: dict[str, Any], currency: str) -> dict[str, Any]:
    if "amount_minor" not in facts:
        return facts
    amount = Money(facts["amount_minor"], currency).format(translation.get_language() or "en")
    return {**facts, "amount": amount}


def _known_language(language: str) -> str:
    """The nearest one that the shop speaks: for ``de-AT`` German, for what it does not know its own."""
    known = {code for code, _name in settings.LANGUAGES}
    if language in known:
        return language
    base = language.partition("-")[0]
    return base if base in known else settings.LANGUAGE_CODE
