"""Cards and orders: spent when the order is placed, given back when it is off. Cards are locked before stock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet, Sum

from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.operations.credit import rules
from stoa.operations.credit.errors import CardBalanceError
from stoa.operations.credit.ledger import Kind, move
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.orders.models import Order

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

# What comes back to a card that has ended, or soon will, can be spent for so long.
SECOND_LIFE = timedelta(days=90)


def usable(card_ids: Sequence[int], market: Market) -> QuerySet[GiftCard]:
    """Those that pay in this market today: what ends first is spent first."""
    today = clock.today(market.timezone)
    open_ = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
    cards = GiftCard.objects.filter(
        open_, pk__in=card_ids, voided_at__isnull=True, balance_minor__gt=0, currency=market.currency
    )
    return cards.order_by(F("expires_on").asc(nulls_last=True), "pk")


def payable(card_ids: Sequence[int], market: Market, amount_minor: int) -> list[tuple[int, int]]:
    """(card, what it would pay), nothing locked and nothing written. No query without cards."""
    if not card_ids:
        return []
    return rules.shares(list(usable(card_ids, market).values_list("pk", "balance_minor")), amount_minor)


def hold(card_ids: Sequence[int], market: Market, amount_minor: int) -> list[tuple[int, int]]:
    """As ``payable``, with the cards locked until the transaction ends."""
    if not card_ids:
        return []
    _lock(card_ids)
    return payable(card_ids, market, amount_minor)


def hold_of(order: Order) -> None:
    """Lock the cards that pay for an order. The order must be locked."""
    if order.credit_minor:
        _lock(list(_net(order.pk, Q())))


def spend(order: Order, parts: Sequence[tuple[int, int]], actor: Actor) -> None:
    """Raises CardBalanceError; then nothing of the order may stay."""
    for card_id, amount in sorted(parts):
        move(card_id, Kind.SPENT, -amount, actor=actor, order_id=order.pk)
    if parts:
        record(actor, "order.gift_cards_spent", "order", order.number, amount_minor=sum(part for _, part in parts))


def give_back(order: Order, actor: Actor, reason: str = "") -> int:
    """All that cards have paid for an order and have not got back, in minor units. The order must be locked.

    What comes back to a card can be spent for 90 days at least; to one that is void it comes back too, and staff decide.
    """
    if order.credit_minor == order.credit_returned_minor:
        return 0
    left = {card_id: -net for card_id, net in _net(order.pk, Q()).items() if net < 0}
    _lock(list(left))
    for card_id, amount in sorted(left.items()):
        move(card_id, Kind.GIVEN_BACK, amount, actor=actor, order_id=order.pk, reason=reason)
    until = clock.now().date() + SECOND_LIFE
    GiftCard.objects.filter(pk__in=left, expires_on__lt=until).update(expires_on=until)
    amount = sum(left.values())
    order.credit_returned_minor += amount
    Order.objects.filter(pk=order.pk).update(credit_returned_minor=F("credit_returned_minor") + amount)
    record(actor, "order.gift_cards_given_back", "order", order.number, amount_minor=amount)
    return amount


def spend_again(order: Order, actor: Actor) -> None:
    """An order that was given up is taken up again at its price. Raises CardBalanceError where a card was used, has
    ended or is void by now. The order must be locked."""
    if not order.credit_returned_minor:
        return
    # Every round was spent and given back whole, so the first one says what each card pays.
    parts: dict[int, int] = {}
    for card_id, amount in GiftCardEntry.objects.filter(order_id=order.pk, kind=Kind.SPENT).values_list(
        "card_id", "amount_minor"
    ):
        parts.setdefault(card_id, -amount)
    _lock(list(parts))
    if usable(list(parts), order.market).count() != len(parts):
        raise CardBalanceError
    spend(order, list(parts.items()), actor)
    order.credit_returned_minor = 0
    Order.objects.filter(pk=order.pk).update(credit_returned_minor=0)


def _lock(card_ids: Sequence[int]) -> None:
    list(GiftCard.objects.select_for_update().filter(pk__in=card_ids).order_by("pk").values_list("pk"))


def _net(order_id: int, which: Q) -> dict[int, int]:
    """Card -> the sum of its movements for an order."""
    rows = GiftCardEntry.objects.filter(which, order_id=order_id).order_by().values("card_id")
    return dict(rows.annotate(net=Sum("amount_minor")).values_list("card_id", "net"))
