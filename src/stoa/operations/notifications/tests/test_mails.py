from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.models import OutboxEvent
from stoa.kernel.outbox.relay import relay_until_empty
from stoa.operations.notifications.actions import logging_only, queue_account_mail, queue_mail, resend
from stoa.operations.notifications.books import mails_once
from stoa.operations.notifications.errors import MailBodyGoneError, UnknownMailKindError
from stoa.operations.notifications.models import MailMessage
from stoa.operations.notifications.queries import KINDS, failed_mails, preview
from stoa.operations.notifications.sending import forget_secrets
from stoa.operations.orders import actions as orders
from stoa.operations.orders.queries import order_path
from stoa.operations.payments.actions import configure_method, mark_received, refund
from stoa.operations.payments.sandbox import buyer
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, card_order, payment_of
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def kinds() -> list[str]:
    return list(MailMessage.objects.order_by("id").values_list("kind", flat=True))


def mail(kind: str) -> MailMessage:
    return MailMessage.objects.get(kind=kind)


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


def test_an_order_by_transfer_is_confirmed_with_what_is_to_be_paid(shop: Shop) -> None:
    configure_method(shop.market.pk, "bank_transfer", iban="DE89370400440532013000", actor=SYSTEM)
    order = make_order(shop)
    relay_until_empty(strict=True)

    assert kinds() == ["order_received"]
    sent = mail("order_received")
    assert (sent.recipient, sent.order_id, sent.state) == ("ada@example.com", order.pk, "sent")
    assert sent.subject == f"Your order {order.number} at Test shop"
    assert "DE89 3704 0044 0532 0130 00" in sent.text
    assert f"http://testserver{order_path(order)}" in sent.text
    assert f"http://testserver{order_path(order)}" in sent.html
    assert "Total: €28.90" in sent.text


def test_a_card_payment_is_told_of_in_one_mail(shop: Shop) -> None:
    _order, payment = card_order(shop)
    relay_until_empty(strict=True)
    assert kinds() == []
    buyer.visit(payment)
    relay_until_empty(strict=True)
    assert kinds() == ["order_received"]
    assert "received your order and your payment" in mail("order_received").text


def test_money_that_comes_later_has_a_mail_of_its_own(shop: Shop) -> None:
    order = make_order(shop)
    relay_until_empty(strict=True)
    mark_received(order.pk, TWO_MUGS_MINOR, actor=SYSTEM)
    relay_until_empty(strict=True)
    assert kinds() == ["order_received", "order_paid"]
    assert "€28.90 for order" in mail("order_paid").text


def test_a_refund_and_a_cancellation(shop: Shop) -> None:
    order, payment = card_order(shop)
    buyer.visit(payment)
    refund(payment.pk, 500, "", "key", actor=SYSTEM)
    orders.cancel_order(order.pk, "for reasons that are ours", actor=SYSTEM)
    relay_until_empty(strict=True)
    assert sorted(kinds()) == ["order_cancelled", "order_received", "order_refunded", "order_refunded"]
    texts = [message.text for message in MailMessage.objects.filter(kind="order_refunded").order_by("id")]
    assert "€5.00 is on its way" in texts[0]
    assert "€23.90 is on its way" in texts[1]
    cancelled = mail("order_cancelled").text
    assert "goes back to you in full" in cancelled
    assert "reasons that are ours" not in cancelled


def test_an_order_that_was_never_paid_is_told_that_nothing_was_charged(shop: Shop) -> None:
    card_order(shop)
    clock.set_time(NOON + timedelta(minutes=31))
    orders.expire_unpaid()
    relay_until_empty(strict=True)
    assert kinds() == ["order_cancelled"]
    text = mail("order_cancelled").text
    assert "Its payment was not completed in time. Nothing was charged." in text


def test_money_that_was_sent_back_is_told_of(shop: Shop, run_jobs) -> None:
    from stoa.operations.payments.sandbox import server

    order, payment = card_order(shop)
    orders.cancel_order(order.pk, "sold", actor=SYSTEM)
    server.pay(payment.provider_ref or "")
    from stoa.operations.payments.actions import return_from_provider

    return_from_provider(payment.uuid)
    run_jobs()
    run_jobs()
    assert kinds() == ["payment_returned"]
    assert "We have sent €28.90 back to you" in mail("payment_returned").text


def test_shipping_is_told_of_but_collecting_is_not(shop: Shop) -> None:
    for order in (make_order(shop), make_order(shop, delivery_code="pickup")):
        orders.mark_shipped(order.pk, actor=SYSTEM)
    relay_until_empty(strict=True)
    assert kinds().count("order_shipped") == 1
    assert kinds().count("order_received") == 2


def test_an_event_writes_its_mail_once_however_often_it_is_replayed(shop: Shop) -> None:
    from stoa.kernel.outbox.models import Delivery

    make_order(shop)
    relay_until_empty(strict=True)
    Delivery.objects.update(state="pending", attempts=0)
    relay_until_empty(strict=True)
    assert kinds() == ["order_received"]
    assert list(mails_once()) == []


def test_two_mails_of_one_cause_are_one(shop: Shop) -> None:
    order = make_order(shop)
    first = queue_mail("order_paid", "outbox:9", order.email, {}, order=order)
    assert first is not None
    assert queue_mail("order_paid", "outbox:9", order.email, {}, order=order) is None
    assert queue_mail("order_paid", "outbox:9", "other@example.com", {}, order=order) is not None
    assert MailMessage.objects.count() == 2
    assert re.fullmatch(r"<[0-9a-f-]{36}@testserver>", first.message_id)


@pytest.mark.parametrize(
    "recipient",
    ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com, eve@example.com", "nobody", "a@b@c", "<a@b.example>"],
)
def test_what_is_no_single_address_gets_nothing(shop: Shop, recipient: str) -> None:
    order = make_order(shop)
    failed = queue_mail("order_paid", "outbox:9", recipient, {}, order=order)
    assert failed is not None
    assert (failed.state, failed.text, failed.error) == ("failed", "", "not an e-mail address")
    assert failed_mails().get() == failed


def test_an_order_without_an_address_gets_none(shop: Shop) -> None:
    order = make_order(shop)
    assert queue_mail("order_paid", "outbox:9", "", {}, order=order) is None
    with pytest.raises(UnknownMailKindError):
        queue_mail("nonsense", "outbox:9", "a@example.com", {}, order=order)
    assert not MailMessage.objects.exists()


def test_mails_speak_the_language_of_the_order(shop: Shop) -> None:
    order = make_order(shop, language="de")
    queue_mail("order_paid", "outbox:9", order.email, {}, order=order)
    message = mail("order_paid")
    assert 'lang="de"' in message.html
    assert "28,90" in message.text


@pytest.mark.parametrize("host", ["evil.example", "shop.example.evil.example", "localhost:1"])
def test_account_links_never_take_the_host_of_a_request(shop: Shop, host: str) -> None:
    for url in (f"https://{host}/account/x/?a=1", f"//{host}/account/x/?a=1", "/account/x/?a=1"):
        message = queue_account_mail("account_reset", "ada@example.com", {"url": url})
        assert message is not None
        assert "http://testserver/account/x/?a=1" in message.text
        assert host not in message.text + message.html + message.subject + message.message_id


def test_each_account_mail_is_asked_for_anew(shop: Shop) -> None:
    for _ in range(2):
        queue_account_mail("account_verify", "ada@example.com", {"url": "/account/confirm/abc/"})
    assert MailMessage.objects.filter(kind="account_verify", is_secret=True).count() == 2


def test_secrets_can_be_read_in_the_mailbox_for_an_hour_and_no_longer(shop: Shop) -> None:
    queue_account_mail("account_reset", "ada@example.com", {"url": "/account/reset/abc/"})
    queue_account_mail("account_exists", "ada@example.com", {"url": "/account/reset/"})
    clock.set_time(NOON + timedelta(minutes=59))
    assert forget_secrets() == 0
    assert "/account/reset/abc/" in mail("account_reset").text
    clock.set_time(NOON + timedelta(minutes=61))
    assert forget_secrets() == 1
    gone = mail("account_reset")
    assert (gone.text, gone.html, gone.state) == ("", "", "sent")
    assert mail("account_exists").text
    with pytest.raises(MailBodyGoneError):
        resend(gone.pk, SYSTEM)


def test_a_mail_can_be_sent_again(shop: Shop) -> None:
    order = make_order(shop)
    relay_until_empty(strict=True)
    first = mail("order_received")
    again = resend(first.pk, Actor.staff(1, "Olga"))
    assert (again.resent_from_id, again.text, again.recipient) == (first.pk, first.text, first.recipient)
    assert again.message_id != first.message_id
    assert order.mails.count() == 2
    assert list(mails_once()) == []
    with pytest.raises(NotFoundError):
        resend(987654, SYSTEM)


def test_history_is_logged_without_texts(shop: Shop) -> None:
    make_order(shop)
    with logging_only():
        relay_until_empty(strict=True)
    message = mail("order_received")
    assert (message.state, message.text, message.html) == ("sent", "", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_writes_nothing(shop: Shop, kind: str) -> None:
    order = make_order(shop)
    before = (MailMessage.objects.count(), OutboxEvent.objects.count())
    for chosen in (None, order):
        made = preview(kind, order=chosen)
        assert made.subject
        assert "Test shop" in made.text
        assert made.html.startswith("<!doctype html>")
    assert (MailMessage.objects.count(), OutboxEvent.objects.count()) == before


@override_settings(STOA_SMTP_URL="smtp://127.0.0.1:9")
def test_with_a_mail_server_a_mail_waits_for_its_job(shop: Shop) -> None:
    from stoa.kernel.jobs.models import JobRun

    make_order(shop)
    relay_until_empty(strict=True)
    assert mail("order_received").state == "waiting"
    assert JobRun.objects.filter(task__endswith="send_mails").count() == 1


def test_a_second_confirmation_of_one_order_is_a_finding(shop: Shop) -> None:
    order = make_order(shop)
    relay_until_empty(strict=True)
    queue_mail("order_received", "outbox:999", order.email, {}, order=order)
    assert [finding.check for finding in mails_once()] == ["mails.once"]


def test_a_secret_that_was_kept_is_a_finding(shop: Shop) -> None:
    queue_account_mail("account_reset", "ada@example.com", {"url": "/x/"})
    clock.set_time(NOON + timedelta(hours=3))
    assert [finding.message for finding in mails_once()] == ["the text of a mail with a secret link was kept"]


def test_returns_of_transfers_are_mailed_too(shop: Shop) -> None:
    order = make_order(shop)
    mark_received(order.pk, TWO_MUGS_MINOR, actor=SYSTEM)
    refund(payment_of(order).pk, 100, "", "key", actor=SYSTEM)
    relay_until_empty(strict=True)
    assert "order_refunded" in kinds()
