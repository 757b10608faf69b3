"""Planted faults: each check finds its own, and nothing else is wrong before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from stoa.kernel.actors import SYSTEM
from stoa.operations.orders.models import Order
from stoa.operations.payments.actions import refund
from stoa.operations.payments.books import CHECKS
from stoa.operations.payments.models import Payment, Refund
from stoa.operations.payments.sandbox import buyer
from stoa.operations.payments.sandbox.models import SandboxPayment
from stoa.operations.payments.tests.card import card_order
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db


def failing() -> set[str]:
    return {finding.check for check in CHECKS.values() for finding in check()}


@pytest.fixture
def busy(shop: Shop) -> Payment:
    """A paid and partly refunded order beside one that waits, one by transfer, and one that was declined."""
    _order, payment = card_order(shop)
    buyer.visit(payment)
    refund(payment.pk, 300, "", "key", actor=SYSTEM)
    card_order(shop)
    make_order(shop, {"BOOK": 1})
    _order, declined = card_order(shop)
    buyer.visit(declined, pays=False)
    assert failing() == set()
    payment.refresh_from_db()
    return payment


FAULTS: dict[str, tuple[Callable[[Payment], object], str]] = {
    "half captured": (lambda p: Payment.objects.filter(pk=p.pk).update(captured_minor=500), "payments.amounts"),
    "captured while pending": (lambda p: Payment.objects.filter(pk=p.pk).update(status="pending"), "payments.amounts"),
    "counter without refund": (
        lambda p: Payment.objects.filter(pk=p.pk).update(refunded_minor=301), "payments.refunds",
    ),
    "refund without counter": (lambda p: Refund.objects.update(amount_minor=299), "payments.refunds"),
    "kept money": (lambda p: Payment.objects.filter(pk=p.pk).update(status="returned"), "payments.refunds"),
    "paid without payment": (
        lambda p: Order.objects.exclude(pk=p.order_id).update(payment_status="paid"), "payments.orders",
    ),
    "payment without paid": (
        lambda p: Order.objects.filter(pk=p.order_id).update(payment_status="unpaid"), "payments.orders",
    ),
    "another total": (
        lambda p: Order.objects.filter(pk=p.order_id).update(total_minor=1, goods_minor=1, delivery_minor=0),
        "payments.orders",
    ),
    "another currency": (lambda p: Order.objects.filter(pk=p.order_id).update(currency="USD"), "payments.orders"),
    "waits though paid": (
        lambda p: Order.objects.filter(pk=p.order_id).update(status="awaiting_payment"), "payments.orders",
    ),
    "refunded too early": (
        lambda p: Order.objects.filter(pk=p.order_id).update(payment_status="refunded"), "payments.orders",
    ),
    "provider took less": (
        lambda p: SandboxPayment.objects.filter(status="captured").update(captured_minor=300), "payments.sandbox",
    ),
    "provider knows nothing": (lambda p: Payment.objects.filter(pk=p.pk).update(provider_ref="x"), "payments.sandbox"),
    "provider gave back more": (
        lambda p: SandboxPayment.objects.filter(status="captured").update(refunded_minor=301), "payments.sandbox",
    ),
    "provider took what we gave up": (
        lambda p: SandboxPayment.objects.filter(status="declined").update(captured_minor=5), "payments.sandbox",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(busy: Payment, name: str) -> None:
    plant, check = FAULTS[name]
    plant(busy)
    assert check in failing()


def test_refunds_above_the_capture_are_found_even_where_the_constraint_was_dropped(busy: Payment) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("switches SQLite's own checks off")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        Payment.objects.filter(pk=busy.pk).update(refunded_minor=busy.captured_minor + 1)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    found = list(CHECKS["payments.amounts"]())
    assert found[0].rows == [
        {
            "uuid": str(busy.uuid),
            "amount_minor": busy.amount_minor,
            "captured_minor": busy.captured_minor,
            "refunded_minor": busy.captured_minor + 1,
        }
    ]
    Payment.objects.filter(pk=busy.pk).update(refunded_minor=300)
