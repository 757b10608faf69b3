from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from stoa.kernel import clock, ids
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.operations.credit import rules
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.credit.spending import usable

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class CardInCart:
    card_id: int
    last4: str
    balance: Money


def usable_by_code(typed: str, market: Market) -> GiftCard | None:
    """The card of a code where it can pay today; None says no more than that. As much work for a wrong code."""
    hashed = ids.hash_token(rules.normal(typed) or "-")
    card = GiftCard.objects.filter(code_hash=hashed).values_list("pk", flat=True).first()
    return usable([card or 0], market).first()


def cards_in(card_ids: Iterable[int], market: Market) -> list[CardInCart]:
    """Those of a cart that can pay. No query without any."""
    known = list(card_ids)
    if not known:
        return []
    return [CardInCart(card.pk, card.last4, Money(card.balance_minor, card.currency)) for card in usable(known, market)]


@dataclass(frozen=True, slots=True)
class Held:
    last4: str
    balance: Money
    expires_on: date | None


def held(card: GiftCard) -> Held:
    """What its holder is told of a card."""
    return Held(card.last4, Money(card.balance_minor, card.currency), card.expires_on)


def cards() -> QuerySet[GiftCard]:
    """All, the newest first."""
    return GiftCard.objects.select_related("market").order_by("-issued_at", "-pk")


def card_by_id(card_id: int) -> GiftCard:
    """Raises NotFoundError."""
    card = cards().filter(pk=card_id).first()
    if card is None:
        raise NotFoundError
    return card


def entries_of(card_id: int) -> QuerySet[GiftCardEntry]:
    """Oldest first."""
    return GiftCardEntry.objects.filter(card_id=card_id).select_related("order").order_by("pk")


def entries() -> QuerySet[GiftCardEntry]:
    return GiftCardEntry.objects.select_related("card", "order").order_by("pk")


def find(text: str) -> QuerySet[GiftCard]:
    """For staff: by the whole code, its last four, or the recipient."""
    code = rules.normal(text)
    word = text.replace("\x00", "").strip()
    by_code = Q(code_hash=ids.hash_token(code)) if code else Q(last4=word.upper()) | Q(recipient__icontains=word)
    return cards().filter(by_code)


def of_month(rows: QuerySet[GiftCardEntry], month: str, timezone: tzinfo) -> QuerySet[GiftCardEntry]:
    """Those of a month written as 2026-03; none for what is no month."""
    try:
        begun = datetime.strptime(month, "%Y-%m").replace(tzinfo=timezone)
        after = begun.replace(year=begun.year + begun.month // 12, month=begun.month % 12 + 1)
    except ValueError:
        return rows.none()
    return rows.filter(at__gte=begun, at__lt=after)


@dataclass(frozen=True, slots=True)
class Owed:
    """What the shop owes to the holders of its cards."""

    total: Money
    cards: int


def owed() -> list[Owed]:
    rows = GiftCard.objects.filter(balance_minor__gt=0).values("currency").order_by("currency")
    sums = rows.annotate(sum=Sum("balance_minor"), cards=Count("pk"))
    return [Owed(Money(row["sum"], row["currency"]), row["cards"]) for row in sums]


@dataclass(frozen=True, slots=True)
class Month:
    """Movements of one month and currency, each with its sign; ``owed`` is what was owed at its end."""

    month: Any
    currency: str
    issued: Money
    spent: Money
    given_back: Money
    corrected: Money
    voided: Money
    expired: Money
    owed: Money


def by_month(timezone: tzinfo) -> list[Month]:
    """The newest first; every entry is in exactly one of them. Months are those of ``timezone``."""
    rows = (
        GiftCardEntry.objects.order_by()
        .annotate(month=TruncMonth("at", tzinfo=timezone))
        .values("month", "card__currency", "kind")
        .annotate(sum=Sum("amount_minor"))
    )
    sums: dict[tuple[Any, str], dict[str, int]] = {}
    for row in rows:
        sums.setdefault((row["month"], row["card__currency"]), {})[row["kind"]] = row["sum"]
    owed_minor: dict[str, int] = {}
    months = []
    for month, currency in sorted(sums):
        kinds = sums[month, currency]
        owed_minor[currency] = owed_minor.get(currency, 0) + sum(kinds.values())
        amounts = {str(kind): Money(kinds.get(kind, 0), currency) for kind in GiftCardEntry.Kind.values}
        months.append(Month(month=month, currency=currency, owed=Money(owed_minor[currency], currency), **amounts))
    return months[::-1]


def state_of(card: GiftCard) -> str:
    """void, ended, empty, planned (its mail has a day to come) or open."""
    if card.voided_at is not None:
        return "void"
    if not card.balance_minor:
        is_over = card.expires_on is not None and card.expires_on < clock.now().date()
        return "ended" if is_over else "empty"
    return "planned" if card.send_on and card.sent_at is None else "open"
