from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.outbox.models import OutboxEvent
from stoa.operations.orders.models import Order
from stoa.operations.payments.actions import mark_event_checked
from stoa.operations.payments.models import Payment, PaymentEvent
from stoa.operations.payments.queries import events_to_check
from stoa.operations.payments.sandbox import server
from stoa.operations.payments.tests.card import card_order, message, signed
from stoa.operations.payments.webhooks import MAX_BODY, REFUSED_KEPT
from stoa.operations.testing import Shop

pytestmark = pytest.mark.django_db
URL = "/payments/webhooks/sandbox/"


def post(body: bytes, headers: dict[str, str], url: str = URL) -> int:
    return Client(enforce_csrf_checks=True).post(url, body, "application/json", headers=headers).status_code


def unchanged(order: Order, payment: Payment) -> bool:
    order.refresh_from_db()
    payment.refresh_from_db()
    paid = OutboxEvent.objects.filter(name="operations.OrderPaid").exists()
    return (order.payment_status, payment.status, payment.captured_minor, paid) == ("unpaid", "pending", 0, False)


def test_a_signed_message_pays_the_order(shop: Shop) -> None:
    order, payment = card_order(shop)
    server.pay(payment.provider_ref or "")
    body = message(payment)
    assert post(body, signed(body)) == 200
    order.refresh_from_db()
    assert order.payment_status == "paid"
    event = PaymentEvent.objects.get()
    assert (event.event_id, event.channel, event.kind, event.outcome) == (
        "evt_1", "webhook", "payment.captured", "applied",
    )  # fmt: skip


def test_messages_come_from_other_sites_by_nature(shop: Shop) -> None:
    _order, payment = card_order(shop)
    body = message(payment)
    foreign = {"origin": "https://provider.example", "sec-fetch-site": "cross-site"}
    assert post(body, signed(body) | foreign) == 200


def test_a_repeated_message_is_counted_and_changes_nothing(shop: Shop) -> None:
    _order, payment = card_order(shop)
    body = message(payment)
    headers = signed(body)
    assert {post(body, headers) for _ in range(50)} == {200}
    assert PaymentEvent.objects.get().times == 50
    assert OutboxEvent.objects.filter(name="operations.OrderPaid").count() == 1


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda body: (body, {}), 401),
        (lambda body: (body, {"stoa-sandbox-signature": ""}), 401),
        (lambda body: (body, signed(body, secret="another shop's")), 401),
        (lambda body: (body.replace(b"evt_1", b"evt_2"), signed(body)), 401),
        (lambda body: (body + b" ", signed(body)), 401),
        (lambda body: (body, signed(body, age=301)), 400),
        (lambda body: (body, signed(body, age=-301)), 400),
        (lambda body: (b"{}", signed(b"{}")), 400),
        (lambda body: (b"[]", signed(b"[]")), 400),
        (lambda body: (b"\xff", signed(b"\xff")), 400),
        (lambda body: (b"", signed(b"")), 400),
        (lambda body: (b"[" * 60_000, signed(b"[" * 60_000)), 400),
    ],
)
def test_what_cannot_be_trusted_changes_nothing_and_is_listed(shop: Shop, spoil, status: int) -> None:
    order, payment = card_order(shop)
    body, headers = spoil(message(payment))
    assert post(body, headers) == status
    assert unchanged(order, payment)
    event = events_to_check().get()
    assert (event.outcome, event.event_id, event.payment) == ("refused", None, None)
    assert len(str(event.payload)) < 3000


def test_a_replay_after_the_tolerance_is_refused(shop: Shop) -> None:
    order, payment = card_order(shop)
    body = message(payment)
    headers = signed(body)
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert post(body, headers) == 400
    assert unchanged(order, payment)


@pytest.mark.parametrize(
    "lie", [{"amount_minor": 1, "captured_minor": 1}, {"currency": "USD"}, {"reference": "sbx_other"}]
)
def test_a_genuine_message_that_does_not_match_is_listed(shop: Shop, lie: dict[str, object]) -> None:
    order, payment = card_order(shop)
    body = message(payment, **lie)
    assert post(body, signed(body)) == 200
    assert unchanged(order, payment)
    event = events_to_check().get()
    assert event.outcome == "mismatch"

    mark_event_checked(event.pk, actor=Actor.staff(1, "Olga"))
    assert not events_to_check().exists()
    event.refresh_from_db()
    assert event.checked_by == "Olga"


def test_a_flood_of_forgeries_does_not_fill_the_table(shop: Shop) -> None:
    _order, payment = card_order(shop)
    body = message(payment) + b"x" * 5000
    for _ in range(REFUSED_KEPT + 30):
        assert post(body, {}) == 401
    assert PaymentEvent.objects.count() == REFUSED_KEPT
    assert sum(PaymentEvent.objects.values_list("times", flat=True)) == REFUSED_KEPT + 30


def test_long_bodies_are_refused_unread(shop: Shop) -> None:
    order, payment = card_order(shop)
    body = message(payment) + b" " * MAX_BODY
    assert post(body, signed(body)) == 413
    assert unchanged(order, payment)


def test_providers_that_send_nothing_have_no_door(shop: Shop) -> None:
    assert post(b"{}", {}, "/payments/webhooks/bank_transfer/") == 404
    assert post(b"{}", {}, "/payments/webhooks/nobody/") == 404
    assert Client().get(URL).status_code == 405
    assert not PaymentEvent.objects.exists()


def test_the_test_provider_has_no_door_where_it_is_off(shop: Shop, settings) -> None:
    order, payment = card_order(shop)
    settings.STOA_SANDBOX_PAYMENTS = False
    body = message(payment)
    assert post(body, signed(body)) == 404
    assert Client().get(f"/sandbox-pay/{payment.provider_ref}/").status_code == 404
    assert unchanged(order, payment)


def test_nul_in_a_refused_message_is_no_fault(shop: Shop) -> None:
    assert post(b"\x00" * 100, {}) == 401
    assert PaymentEvent.objects.get().outcome == "refused"
