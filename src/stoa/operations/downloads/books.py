"""The invariants of downloads."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from stoa.kernel.books import Finding, register
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.orders.models import Order

MAX_ROWS = 100


def register_checks() -> None:
    register("downloads.paid", only_paid_orders_have_files)
    register("downloads.limit", none_is_used_more_often_than_sold)


def only_paid_orders_have_files() -> Iterator[Finding]:
    """An open link belongs to an order that is paid, stands, and has not had all its money back."""
    paid = (Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIALLY_REFUNDED)
    open_ = DownloadGrant.objects.filter(revoked_at__isnull=True)
    unpaid = open_.exclude(line__order__payment_status__in=paid)
    wrong = unpaid | open_.filter(line__order__status=Order.Status.CANCELLED)
    columns = ("line__order__number", "line__order__status", "line__order__payment_status", "file__name")
    rows = [dict(row) for row in wrong.order_by("id").values(*columns)[:MAX_ROWS]]
    if rows:
        yield Finding("downloads.paid", "a file can be downloaded that is not paid for", rows)


def none_is_used_more_often_than_sold() -> Iterator[Finding]:
    wrong = DownloadGrant.objects.filter(limit__gt=0, used__gt=F("limit"))
    rows = [dict(row) for row in wrong.order_by("id").values("line__order__number", "file__name", "used", "limit")]
    if rows:
        yield Finding("downloads.limit", "a file was downloaded more often than it was sold", rows[:MAX_ROWS])
