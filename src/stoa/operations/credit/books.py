"""What must hold of gift cards: balances are their ledgers, and orders say what their cards paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from stoa.kernel.books import Finding, register
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.orders.models import Order

SHOWN = 100


def register_checks() -> None:
    register("credit.balances", balances_are_the_ledger)
    register("credit.orders", orders_are_the_ledger)


def balances_are_the_ledger() -> Iterator[Finding]:
    cards = GiftCard.objects.annotate(of_rows=_sum("card")).filter(
        ~Q(balance_minor=F("of_rows")) | Q(balance_minor__lt=0)
    )
    rows: list[dict[str, Any]] = [dict(row) for row in cards.values("pk", "balance_minor", "of_rows")[:SHOWN]]
    if rows:
        yield Finding("credit.balances", "the balance of a gift card is not the sum of its ledger", rows)


def orders_are_the_ledger() -> Iterator[Finding]:
    """What cards paid for an order and did not get back has left them; a cancelled order that nobody paid keeps none."""
    paid = F("credit_minor") - F("credit_returned_minor") + F("of_rows")
    orders = Order.objects.annotate(of_rows=_sum("order")).annotate(difference=paid)
    kept = Q(status=Order.Status.CANCELLED, payment_status=Order.PaymentStatus.UNPAID) & ~Q(
        credit_minor=F("credit_returned_minor")
    )
    other = orders.filter(~Q(difference=0) | kept)
    columns = "number", "credit_minor", "credit_returned_minor", "of_rows"
    rows: list[dict[str, Any]] = [dict(row) for row in other.values(*columns)[:SHOWN]]
    if rows:
        yield Finding("credit.orders", "what gift cards paid for an order is not what left them", rows)


def _sum(key: str) -> Coalesce:
    rows = GiftCardEntry.objects.filter(**{key: OuterRef("pk")}).order_by().values(key)
    return Coalesce(
        Subquery(rows.annotate(sum=Sum("amount_minor")).values("sum"), output_field=BigIntegerField()), Value(0)
    )
