"""The postman of the test provider, over real HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stoa.kernel import clock
from stoa.operations.orders.models import Order
from stoa.operations.payments.models import PaymentEvent
from stoa.operations.payments.sandbox import server
from stoa.operations.payments.sandbox.delivery import MAX_ATTEMPTS, backoff, deliver_due
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxWebhook
from stoa.operations.payments.tests.card import card_order


@pytest.fixture
def paid(transactional_db, live_server, settings):
    from stoa.operations.testing import make_shop

    settings.STOA_BASE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    order, payment = card_order(make_shop())
    server.pay(payment.provider_ref or "")
    return order, payment


def test_a_message_arrives_over_http(paid) -> None:
    order, _payment = paid
    assert deliver_due() == 1
    assert Order.objects.get(pk=order.pk).payment_status == "paid"
    webhook = SandboxWebhook.objects.get()
    assert (webhook.attempts, webhook.last_reply) == (1, "HTTP 200")
    assert webhook.delivered_at is not None
    assert deliver_due() == 0
    assert PaymentEvent.objects.get().outcome == "applied"


def test_what_the_shop_does_not_take_is_brought_again(paid) -> None:
    order, _payment = paid
    address = SandboxPayment.objects.values_list("notify_url", flat=True).get()
    SandboxPayment.objects.update(notify_url=address.replace("sandbox", "nobody"))
    assert deliver_due() == 0
    webhook = SandboxWebhook.objects.get()
    assert (webhook.attempts, webhook.last_reply, webhook.delivered_at) == (1, "HTTP 404", None)
    assert deliver_due() == 0
    SandboxPayment.objects.update(notify_url=address)
    with clock.at(clock.now() + timedelta(seconds=6)):
        assert deliver_due() == 1
    assert Order.objects.get(pk=order.pk).payment_status == "paid"


def test_a_shop_that_is_down_is_tried_again_later(paid) -> None:
    SandboxPayment.objects.update(notify_url="http://127.0.0.1:9/payments/webhooks/sandbox/")
    assert deliver_due() == 0
    webhook = SandboxWebhook.objects.get()
    assert webhook.due_at > clock.now()
    assert "Error" in webhook.last_reply


def test_the_postman_gives_up_in_the_end(paid) -> None:
    SandboxWebhook.objects.update(attempts=MAX_ATTEMPTS)
    assert deliver_due() == 0
    assert SandboxWebhook.objects.get().attempts == MAX_ATTEMPTS


def test_patience_grows_up_to_an_hour() -> None:
    waits = [backoff(attempt).total_seconds() for attempt in range(1, MAX_ATTEMPTS)]
    assert waits[:3] == [5, 10, 20]
    assert waits == sorted(waits)
    assert max(waits) == 3600
