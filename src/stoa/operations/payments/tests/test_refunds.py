from __future__ import annotations

import pytest

from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.models import OutboxEvent
from stoa.operations.orders import actions as orders
from stoa.operations.payments.actions import mark_received, reconcile, refund, refund_all
from stoa.operations.payments.books import CHECKS
from stoa.operations.payments.errors import RefundAmountError, RefundKeyReusedError, RefundTooLargeError
from stoa.operations.payments.models import Payment, Refund
from stoa.operations.payments.queries import refunds_to_check
from stoa.operations.payments.sandbox import buyer, client
from stoa.operations.payments.sandbox.models import SandboxPayment
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, card_order, payment_of
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db
OLGA = Actor.staff(7, "Olga")


@pytest.fixture
def paid(shop: Shop) -> Payment:
    _order, payment = card_order(shop)
    buyer.visit(payment)
    payment.refresh_from_db()
    assert payment.status == "captured"
    return payment


def findings() -> list[str]:
    return [finding.message for check in CHECKS.values() for finding in check()]


def status(payment: Payment) -> str:
    payment.order.refresh_from_db()
    return payment.order.payment_status


def test_in_part_and_then_the_rest(paid: Payment) -> None:
    first = refund(paid.pk, 1000, "a scratch", "key-1", actor=OLGA)
    assert (first.status, first.actor, status(paid)) == ("done", "Olga", "partially_refunded")
    second = refund(paid.pk, TWO_MUGS_MINOR - 1000, "all of it", "key-2", actor=OLGA)
    assert (second.status, status(paid)) == ("done", "refunded")

    paid.refresh_from_db()
    assert (paid.captured_minor, paid.refunded_minor) == (TWO_MUGS_MINOR, TWO_MUGS_MINOR)
    assert SandboxPayment.objects.get(reference=paid.provider_ref).refunded_minor == TWO_MUGS_MINOR
    told = OutboxEvent.objects.filter(name="operations.OrderRefunded").order_by("id").values_list("payload", flat=True)
    assert [payload["amount_minor"] for payload in told] == [1000, TWO_MUGS_MINOR - 1000]
    assert findings() == []


def test_never_above_what_was_captured(paid: Payment) -> None:
    refund(paid.pk, 1000, "", "key-1", actor=OLGA)
    with pytest.raises(RefundTooLargeError):
        refund(paid.pk, TWO_MUGS_MINOR - 999, "", "key-2", actor=OLGA)
    paid.refresh_from_db()
    assert paid.refunded_minor == 1000
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("amount", [0, -1, -TWO_MUGS_MINOR, True, 1.5, "5"])
def test_amounts_that_are_none_are_refused(paid: Payment, amount: object) -> None:
    with pytest.raises(RefundAmountError):
        refund(paid.pk, amount, "", "key", actor=OLGA)  # type: ignore[arg-type]
    assert not Refund.objects.exists()


def test_the_same_key_is_the_same_refund(paid: Payment) -> None:
    first = refund(paid.pk, 500, "", "key", actor=OLGA)
    assert refund(paid.pk, 500, "", "key", actor=OLGA).pk == first.pk
    with pytest.raises(RefundKeyReusedError):
        refund(paid.pk, 501, "", "key", actor=OLGA)
    paid.refresh_from_db()
    assert paid.refunded_minor == 500
    assert OutboxEvent.objects.filter(name="operations.OrderRefunded").count() == 1


def test_nothing_is_given_back_of_what_was_not_received(shop: Shop) -> None:
    _order, payment = card_order(shop)
    with pytest.raises(RefundTooLargeError):
        refund(payment.pk, 1, "", "key", actor=OLGA)
    with pytest.raises(NotFoundError):
        refund(987654, 1, "", "key", actor=OLGA)
    assert not Refund.objects.exists()


def test_a_refusal_of_the_provider_gives_the_counter_back(paid: Payment) -> None:
    SandboxPayment.objects.filter(reference=paid.provider_ref).update(refunded_minor=TWO_MUGS_MINOR)
    failed = refund(paid.pk, 500, "", "key-1", actor=OLGA)
    assert failed.status == "failed"
    assert failed.error
    paid.refresh_from_db()
    assert (paid.refunded_minor, status(paid)) == (0, "paid")
    assert not OutboxEvent.objects.filter(name="operations.OrderRefunded").exists()

    assert refunds_to_check().get() == failed

    SandboxPayment.objects.filter(reference=paid.provider_ref).update(refunded_minor=0)
    assert refund(paid.pk, 500, "", "key-2", actor=OLGA).status == "done"
    assert not refunds_to_check().exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_settled_by_reconciliation(paid: Payment, when: str) -> None:
    from datetime import timedelta

    from stoa.kernel import clock

    with client.network_fault("/refunds", when=when):
        waiting = refund(paid.pk, 700, "", "key", actor=OLGA)
    assert (waiting.status, status(paid)) == ("pending", "paid")
    paid.refresh_from_db()
    assert paid.refunded_minor == 700
    assert SandboxPayment.objects.get().refunded_minor == (700 if when == "after" else 0)

    with clock.at(clock.now() + timedelta(minutes=5)):
        reconcile()
    waiting.refresh_from_db()
    assert (waiting.status, status(paid)) == ("done", "partially_refunded")
    assert SandboxPayment.objects.get().refunded_minor == 700
    assert OutboxEvent.objects.filter(name="operations.OrderRefunded").count() == 1
    assert findings() == []


def test_cancelling_a_paid_order_gives_all_of_it_back(paid: Payment) -> None:
    refund(paid.pk, 100, "", "key", actor=OLGA)
    orders.cancel_order(paid.order_id, "asked to", actor=OLGA)
    assert status(paid) == "refunded"
    assert [row.amount_minor for row in Refund.objects.order_by("id")] == [100, TWO_MUGS_MINOR - 100]
    assert refund_all(paid.order_id, reason="again", actor=OLGA) == []
    assert findings() == []


def test_a_failed_refund_of_all_can_be_tried_again(paid: Payment) -> None:
    SandboxPayment.objects.update(refunded_minor=TWO_MUGS_MINOR)
    assert [row.status for row in refund_all(paid.order_id, reason="", actor=OLGA)] == ["failed"]
    SandboxPayment.objects.update(refunded_minor=0)
    assert [row.status for row in refund_all(paid.order_id, reason="", actor=OLGA)] == ["done"]


def test_transfers_are_given_back_by_hand(shop: Shop) -> None:
    order = make_order(shop)
    mark_received(order.pk, TWO_MUGS_MINOR, actor=OLGA)
    payment = payment_of(order)
    done = refund(payment.pk, 100, "", "key", actor=OLGA)
    assert (done.status, done.provider_ref) == ("done", f"manual:{done.uuid}")
    assert findings() == []


def test_no_provider_is_asked_inside_a_transaction(paid: Payment) -> None:
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        refund(paid.pk, 100, "", "key", actor=SYSTEM)
    assert not Refund.objects.exists()
