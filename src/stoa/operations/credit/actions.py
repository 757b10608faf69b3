"""What staff do with gift cards, and what carts and the clock do. Spending is in ``spending``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock, ids
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.kernel.prepared import change
from stoa.kernel.web import ratelimit
from stoa.operations.cart.errors import CartClosedError
from stoa.operations.cart.models import Cart
from stoa.operations.cart.rules import MAX_GIFT_CARDS
from stoa.operations.credit import queries, rules
from stoa.operations.credit.errors import (
    CardAmountError,
    CardReasonError,
    CardRecipientError,
    CardRefusedError,
    CardVoidError,
    TooManyCardsError,
    TooManyTriesError,
)
from stoa.operations.credit.ledger import Kind, move
from stoa.operations.credit.models import GiftCard
from stoa.operations.notifications.actions import queue_mail
from stoa.operations.payments.limits import network_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

# A network may try so many codes in so many seconds, at the cart and at the page of balances together.
TRIES, TRY_SECONDS = 20, 3600
LARGEST_MINOR = 10_000_000


@dataclass(frozen=True, slots=True)
class Issued:
    """``code`` is told here and never again; "" where it is mailed on a day to come."""

    card: GiftCard
    code: str


@transaction.atomic
def issue(
    market: Market,
    amount_minor: int,
    *,
    actor: Actor,
    reason: str,
    recipient: str = "",
    message: str = "",
    send_on: date | None = None,
    ends: bool = False,
) -> Issued:
    """A new card over ``amount_minor`` of the market's currency. With a ``recipient`` its code is mailed, at once or on
    the day ``send_on``; without one it is told to the caller. With ``ends`` it ends as early as the law of the market's
    country allows, where a rule is known.

    Raises CardAmountError, CardReasonError, CardRecipientError.
    """
    _check_amount(amount_minor)
    reason, recipient, today = _said(reason), recipient.strip(), clock.today(market.timezone)
    if send_on is not None and not recipient:
        raise CardRecipientError
    nonce = secrets.token_hex(16)
    code = rules.code_of(nonce, settings.SECRET_KEY)
    card = GiftCard.objects.create(
        market=market, code_hash=ids.hash_token(code), last4=code[-4:], nonce=nonce if recipient else "",
        currency=market.currency, issued_at=clock.now(), reason=reason, recipient=recipient,
        message=message.replace("\x00", "").strip()[:1000], send_on=(send_on or today) if recipient else None,
        expires_on=rules.earliest_end(market.default_country, max(today, send_on or today)) if ends else None,
    )  # fmt: skip
    move(card.pk, Kind.ISSUED, amount_minor, actor=actor, reason=reason)
    record(
        actor,
        "gift_card.issued",
        "gift_card",
        card.pk,
        amount_minor=amount_minor,
        currency=card.currency,
        reason=reason,
    )
    if recipient and (send_on is None or send_on <= today):
        _mail(card)
    card.refresh_from_db()
    return Issued(card, "" if recipient else code)


@transaction.atomic
def correct(card_id: int, amount_minor: int, reason: str, *, actor: Actor) -> GiftCard:
    """Put more on a card, or take some off (below zero), by an entry of its own.

    Raises NotFoundError, CardAmountError, CardReasonError, CardVoidError, CardBalanceError.
    """
    _check_amount(abs(amount_minor))
    card, reason = _open_card(card_id), _said(reason)
    move(card.pk, Kind.CORRECTED, amount_minor, actor=actor, reason=reason)
    record(actor, "gift_card.corrected", "gift_card", card.pk, amount_minor=amount_minor, reason=reason)
    card.refresh_from_db()
    return card


@transaction.atomic
def void(card_id: int, reason: str, *, actor: Actor) -> GiftCard:
    """Nothing can be paid with it any more. Raises NotFoundError, CardReasonError, CardVoidError."""
    card, reason = _open_card(card_id), _said(reason)
    if card.balance_minor:
        move(card.pk, Kind.VOIDED, -card.balance_minor, actor=actor, reason=reason)
    GiftCard.objects.filter(pk=card.pk).update(voided_at=clock.now(), nonce="")
    record(actor, "gift_card.voided", "gift_card", card.pk, reason=reason)
    card.refresh_from_db()
    return card


@transaction.atomic
def replace_code(card_id: int, reason: str, *, actor: Actor) -> Issued:
    """A new code for a lost one, told here once; the old one opens nothing any more.

    Raises NotFoundError, CardReasonError, CardVoidError.
    """
    card, reason = _open_card(card_id), _said(reason)
    code = rules.code_of(secrets.token_hex(16), settings.SECRET_KEY)
    GiftCard.objects.filter(pk=card.pk).update(
        code_hash=ids.hash_token(code), last4=code[-4:], nonce="", sent_at=card.sent_at or clock.now()
    )
    record(actor, "gift_card.code_replaced", "gift_card", card.pk, reason=reason)
    card.refresh_from_db()
    return Issued(card, code)


def guard_try(client: str) -> None:
    """Count a try of a network. Raises TooManyTriesError."""
    if not ratelimit.hit("gift_card", network_of(client), TRIES, TRY_SECONDS):
        raise TooManyTriesError


@transaction.atomic
def add_to_cart(cart_id: int, code: str, *, actor: Actor) -> GiftCard:
    """Have a card pay for what is in the cart. Who calls this for the public limits the tries (``guard_try``).

    Raises CardRefusedError (one answer for whatever is wrong), TooManyCardsError, CartClosedError.
    """
    cart = _cart(cart_id)
    card = queries.usable_by_code(code, cart.market)
    if card is None:
        raise CardRefusedError
    if card.pk not in cart.gift_cards:
        if len(cart.gift_cards) >= MAX_GIFT_CARDS:
            raise TooManyCardsError
        change(Cart, {"pk": cart.pk}, gift_cards=[*cart.gift_cards, card.pk], updated_at=clock.now())
    return card


@transaction.atomic
def remove_from_cart(cart_id: int, card_id: int, *, actor: Actor) -> None:
    """Nothing happens where the cart does not have it."""
    cart = _cart(cart_id)
    if card_id in cart.gift_cards:
        left = [each for each in cart.gift_cards if each != card_id]
        change(Cart, {"pk": cart.pk}, gift_cards=left, updated_at=clock.now())


def send_due(limit: int = 200) -> int:
    """Mail the cards whose day has come. Returns how many."""
    sent = 0
    for market in markets.all_markets():
        due = GiftCard.objects.filter(
            market=market, sent_at__isnull=True, send_on__lte=clock.today(market.timezone), voided_at__isnull=True
        ).exclude(nonce="")
        for card_id in due.order_by("send_on", "pk").values_list("pk", flat=True)[:limit]:
            with transaction.atomic():
                card = GiftCard.objects.select_for_update().filter(pk=card_id, sent_at__isnull=True).first()
                if card is not None and card.voided_at is None and card.nonce:
                    _mail(card)
                    sent += 1
    return sent


def end_due(limit: int = 1000) -> int:
    """Take what is left off the cards whose last day is over. Returns how many ended."""
    ended = 0
    for market in markets.all_markets():
        over = GiftCard.objects.filter(
            market=market, expires_on__lt=clock.today(market.timezone), balance_minor__gt=0, voided_at__isnull=True
        )
        for card_id in over.order_by("pk").values_list("pk", flat=True)[:limit]:
            with transaction.atomic():
                card = over.select_for_update().filter(pk=card_id).first()
                if card is not None:
                    move(card.pk, Kind.EXPIRED, -card.balance_minor, actor=SYSTEM)
                    record(SYSTEM, "gift_card.ended", "gift_card", card.pk, amount_minor=card.balance_minor)
                    ended += 1
    return ended


def _mail(card: GiftCard) -> None:
    """Its code goes into the mail, and what it could be made of is forgotten in the same transaction."""
    code = rules.code_of(card.nonce, settings.SECRET_KEY)
    if ids.hash_token(code) != card.code_hash:
        # The shop's key has changed since: a new code, since nobody has the old one.
        GiftCard.objects.filter(pk=card.pk).update(code_hash=ids.hash_token(code), last4=code[-4:])
    facts = {
        "code": rules.shown(code),
        "amount_shown": Money(card.balance_minor, card.currency).format(card.market.language),
        "message": card.message,
        "until": card.expires_on.isoformat() if card.expires_on else "",
        "url": f"{settings.STOA_BASE_URL}/gift-card/",
    }
    queue_mail(
        "gift_card", f"gift_card:{card.pk}", card.recipient, facts, is_secret=True, language=card.market.language
    )
    GiftCard.objects.filter(pk=card.pk).update(nonce="", sent_at=clock.now())


def _open_card(card_id: int) -> GiftCard:
    card = GiftCard.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise NotFoundError
    if card.voided_at is not None:
        raise CardVoidError
    return card


def _cart(cart_id: int) -> Cart:
    rows = Cart.objects.select_for_update(of=("self",)).select_related("market")
    cart = rows.filter(pk=cart_id, closed_at__isnull=True).first()
    if cart is None:
        raise CartClosedError
    return cart


def _check_amount(amount_minor: int) -> None:
    if isinstance(amount_minor, bool) or not isinstance(amount_minor, int) or not 0 < amount_minor <= LARGEST_MINOR:
        raise CardAmountError


def _said(reason: str) -> str:
    reason = reason.replace("\x00", "").strip()[:200]
    if not reason:
        raise CardReasonError
    return reason
