"""Rivals, for real: threads with their own connections. On SQLite and, with STOA_TEST_DATABASE_URL, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from stoa.kernel.actors import SYSTEM
from stoa.kernel.outbox.models import OutboxEvent
from stoa.operations.payments.actions import refund, return_from_provider
from stoa.operations.payments.books import CHECKS
from stoa.operations.payments.errors import RefundTooLargeError
from stoa.operations.payments.models import Payment, PaymentEvent, Refund
from stoa.operations.payments.sandbox import buyer, server
from stoa.operations.payments.sandbox.models import SandboxPayment
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, card_order, message, signed
from stoa.operations.payments.webhooks import receive_webhook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def big_shop():
    from stoa.operations.testing import make_shop

    return make_shop()


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment; what each returned or raised."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def findings() -> list[str]:
    return [finding.message for check in CHECKS.values() for finding in check()]


def test_fifty_refunds_at_once_never_exceed_the_capture(big_shop) -> None:
    _order, payment = card_order(big_shop)
    buyer.visit(payment)
    part = TWO_MUGS_MINOR // 4

    results = together([lambda n=n: refund(payment.pk, part, "", f"key-{n}", actor=SYSTEM) for n in range(50)])

    done = [result for result in results if isinstance(result, Refund)]
    refused = [result for result in results if isinstance(result, RefundTooLargeError)]
    assert (len(done), len(refused)) == (4, 46), [r for r in results if isinstance(r, OperationalError)]
    payment.refresh_from_db()
    assert payment.refunded_minor == 4 * part
    assert SandboxPayment.objects.get().refunded_minor == 4 * part
    assert {row.status for row in Refund.objects.all()} == {"done"}
    assert payment.order.__class__.objects.get().payment_status == "partially_refunded"
    assert findings() == []


def test_a_double_click_is_one_refund(big_shop) -> None:
    _order, payment = card_order(big_shop)
    buyer.visit(payment)
    results = together([lambda: refund(payment.pk, 500, "", "one-key", actor=SYSTEM)] * 12)
    assert len({result.pk for result in results}) == 1
    payment.refresh_from_db()
    assert payment.refunded_minor == 500
    assert OutboxEvent.objects.filter(name="operations.OrderRefunded").count() == 1
    assert findings() == []


@pytest.mark.parametrize("round_", range(5))
def test_return_and_webhooks_together_capture_once(big_shop, round_: int) -> None:
    order, payment = card_order(big_shop)
    server.pay(payment.provider_ref or "")
    body, other = message(payment, "evt_1"), message(payment, "evt_2")
    calls: list[Callable[[], Any]] = [
        lambda: receive_webhook("sandbox", signed(body), body),
        lambda: return_from_provider(payment.uuid).pk,
        lambda: receive_webhook("sandbox", signed(other), other),
    ] * 3
    if round_ % 2:
        calls.reverse()

    results = together(calls)

    assert set(results) == {200, order.pk}
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.payment_status) == ("captured", "paid")
    assert OutboxEvent.objects.filter(name="operations.OrderPaid").count() == 1
    assert OutboxEvent.objects.filter(name="operations.OrderPlaced").count() == 1
    assert sorted(PaymentEvent.objects.exclude(event_id=None).values_list("event_id", "times")) == [
        ("evt_1", 3), ("evt_2", 3),
    ]  # fmt: skip
    assert findings() == []


def test_two_paid_sessions_of_one_order_keep_one(big_shop, run_jobs) -> None:
    from stoa.operations.payments.starting import create_payment, start_payment

    order, first = card_order(big_shop)
    second = create_payment(order, "sandbox")
    start_payment(second.pk)
    for payment in (first, second):
        server.pay(Payment.objects.get(pk=payment.pk).provider_ref or "")
    together([lambda uuid=payment.uuid: return_from_provider(uuid) for payment in (first, second)] * 3)
    run_jobs()
    assert sorted(Payment.objects.values_list("status", "refunded_minor")) == [
        ("captured", 0), ("returned", TWO_MUGS_MINOR),
    ]  # fmt: skip
    assert findings() == []


@pytest.mark.postgres
def test_this_really_ran_on_postgresql() -> None:
    assert connection.vendor == "postgresql"
