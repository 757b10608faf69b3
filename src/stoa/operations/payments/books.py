"""The invariants of payments, for ``verify-books``. Each check names the rows that break it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from stoa.kernel.books import Finding
from stoa.operations.orders.models import Order
from stoa.operations.payments.models import Payment, Refund
from stoa.operations.payments.sandbox.models import SandboxPayment

Status = Payment.Status
_LIMIT = 100


def payment_amounts() -> Iterator[Finding]:
    """0 <= refunded <= captured <= amount; money is captured in full or not at all."""
    name = "payments.amounts"
    yield from _found(
        name, "refunded is more than captured, or captured more than the amount",
        Payment.objects.filter(
            Q(refunded_minor__lt=0)
            | Q(refunded_minor__gt=F("captured_minor"))
            | Q(captured_minor__gt=F("amount_minor"))
        ),
        "uuid", "amount_minor", "captured_minor", "refunded_minor",
    )  # fmt: skip
    taken = Q(status__in=[Status.CAPTURED, Status.RETURNED])
    yield from _found(
        name, "status and captured amount do not agree",
        Payment.objects.filter((taken & ~Q(captured_minor=F("amount_minor"))) | (~taken & Q(captured_minor__gt=0))),
        "uuid", "status", "amount_minor", "captured_minor",
    )  # fmt: skip


def refunds_add_up() -> Iterator[Finding]:
    """The counter on a payment is the sum of its refunds that are done or under way."""
    counted = (
        Refund.objects.filter(payment=OuterRef("pk"))
        .exclude(status=Refund.Status.FAILED)
        .values("payment")
        .annotate(sum=Sum("amount_minor"))
        .values("sum")
    )
    yield from _found(
        "payments.refunds", "the refunds of a payment do not add up to its counter",
        Payment.objects.annotate(of_rows=Coalesce(Subquery(counted), 0)).exclude(refunded_minor=F("of_rows")),
        "uuid", "refunded_minor", "of_rows",
    )  # fmt: skip
    yield from _found(
        "payments.refunds", "money that an order could not take was not sent back",
        Payment.objects.filter(status=Status.RETURNED).exclude(refunded_minor=F("captured_minor")),
        "uuid", "captured_minor", "refunded_minor",
    )  # fmt: skip


def orders_are_paid() -> Iterator[Finding]:
    """A paid order has exactly one captured payment, over its own total and currency; an unpaid one has none."""
    name = "payments.orders"
    orders = Order.objects.filter(source=Order.Source.STOREFRONT).annotate(
        captures=Count("payments", filter=Q(payments__status=Status.CAPTURED), distinct=True)
    )
    unpaid = Q(payment_status=Order.PaymentStatus.UNPAID)
    yield from _found(
        name, "a paid order has not exactly one captured payment, or an unpaid one has any",
        # An order over nothing, or over what gift cards paid, is paid without anybody else paying.
        orders.filter((~unpaid & ~Q(captures=1) & ~Q(total_minor=F("credit_minor"))) | (unpaid & Q(captures__gt=0))),
        "number", "payment_status", "captures",
    )  # fmt: skip
    yield from _found(
        name, "a captured payment differs from its order in amount or currency",
        Payment.objects.filter(status=Status.CAPTURED).exclude(
            amount_minor=F("order__total_minor") - F("order__credit_minor"), currency=F("order__currency")
        ),
        "uuid", "order__number", "amount_minor", "currency", "order__total_minor", "order__currency",
    )  # fmt: skip
    yield from _found(
        name, "an order waits for money that was captured",
        orders.filter(status=Order.Status.AWAITING_PAYMENT, captures__gt=0),
        "number", "status",
    )  # fmt: skip
    done = (
        Refund.objects.filter(payment__order=OuterRef("pk"), status=Refund.Status.DONE)
        .filter(payment__status=Status.CAPTURED)
        .values("payment__order")
        .annotate(sum=Sum("amount_minor"))
        .values("sum")
    )
    status = Order.PaymentStatus
    paid = orders.exclude(payment_status=status.UNPAID).exclude(total_minor=0)
    given = paid.annotate(given_back=Coalesce(Subquery(done), 0) + F("credit_returned_minor"))
    in_part = Q(given_back__gt=0) & Q(given_back__lt=F("total_minor"))
    yield from _found(
        name, "the payment status of an order does not say what its refunds say",
        given.exclude(
            Q(payment_status=status.PAID, given_back=0)
            | (Q(payment_status=status.PARTIALLY_REFUNDED) & in_part)
            | Q(payment_status=status.REFUNDED, given_back=F("total_minor"))
        ),
        "number", "payment_status", "given_back", "total_minor",
    )  # fmt: skip


def sandbox_agrees() -> Iterator[Finding]:
    """The test provider's ledger and ours, both ways, apart from what is still under way."""
    name = "payments.sandbox"
    theirs = SandboxPayment.objects.filter(reference=OuterRef("provider_ref"))
    ours = Payment.objects.filter(provider="sandbox").annotate(
        # What they do not know of counts as nothing: a comparison with NULL would find neither equal nor different.
        their_captured=Coalesce(Subquery(theirs.values("captured_minor")), 0),
        their_refunded=Coalesce(Subquery(theirs.values("refunded_minor")), 0),
        their_amount=Coalesce(Subquery(theirs.values("amount_minor")), 0),
        their_currency=Coalesce(Subquery(theirs.values("currency")), Value("")),
    )
    yield from _found(
        name, "we took money that the provider does not know of",
        ours.filter(captured_minor__gt=0).exclude(
            their_captured=F("captured_minor"), their_amount=F("amount_minor"), their_currency=F("currency")
        ),
        "uuid", "captured_minor", "their_captured", "their_amount", "their_currency",
    )  # fmt: skip
    done = (
        Refund.objects.filter(payment=OuterRef("pk"), status=Refund.Status.DONE)
        .values("payment")
        .annotate(sum=Sum("amount_minor"))
        .values("sum")
    )
    yield from _found(
        name, "refunds differ between the provider and us",
        ours.annotate(done=Coalesce(Subquery(done), 0)).filter(
            Q(their_refunded__lt=F("done")) | Q(their_refunded__gt=F("refunded_minor"))
        ),
        "uuid", "done", "refunded_minor", "their_refunded",
    )  # fmt: skip
    mine = Payment.objects.filter(provider="sandbox", provider_ref=OuterRef("reference"))
    sessions = SandboxPayment.objects.filter(captured_minor__gt=0).annotate(
        our_status=Coalesce(Subquery(mine.values("status")), Value("")),
        our_captured=Coalesce(Subquery(mine.values("captured_minor")), 0),
    )
    yield from _found(
        name, "the provider took money that we gave up asking about",
        # A pending payment is not a fault: its webhook, return or reconciliation is on the way.
        sessions.exclude(our_status=Status.PENDING)
        .exclude(our_captured=F("captured_minor"))
        .exclude(merchant_reference__in=_waiting_for_a_name()),
        "reference", "merchant_reference", "captured_minor", "our_status", "our_captured",
    )  # fmt: skip
    twice = SandboxPayment.objects.values("merchant_reference").annotate(sessions=Count("id")).filter(sessions__gt=1)
    rows = [dict(row) for row in twice[:_LIMIT]]
    if rows:
        yield Finding(name, "one payment of ours has several sessions at the provider", rows)


def _waiting_for_a_name() -> list[str]:
    """Pending payments whose session was opened, but the reply that names it was lost."""
    nameless = Payment.objects.filter(provider="sandbox", status=Status.PENDING, provider_ref=None)
    return [str(uuid) for uuid in nameless.values_list("uuid", flat=True)]


CHECKS = {
    "payments.amounts": payment_amounts,
    "payments.refunds": refunds_add_up,
    "payments.orders": orders_are_paid,
    "payments.sandbox": sandbox_agrees,
}


def _found(name: str, message: str, rows: QuerySet[Any], *fields: str) -> Iterable[Finding]:
    shown = [{field: _plain(value) for field, value in row.items()} for row in rows.values(*fields)[:_LIMIT]]
    return [Finding(name, message, shown)] if shown else []


def _plain(value: object) -> object:
    return value if isinstance(value, (int, str, bool, type(None))) else str(value)
