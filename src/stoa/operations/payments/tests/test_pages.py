"""The hosted page and the way back, as a browser without JavaScript meets them."""

from __future__ import annotations

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from stoa.operations.orders.queries import order_path
from stoa.operations.payments import addresses
from stoa.operations.payments.models import Payment
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxWebhook
from stoa.operations.payments.tests.card import card_order
from stoa.operations.testing import Shop

pytestmark = pytest.mark.django_db


def submit(browser: Client, payment: Payment, step: str):
    return browser.post(f"/sandbox-pay/{payment.provider_ref}/", {"step": step})


def session() -> SandboxPayment:
    return SandboxPayment.objects.get()


def test_the_page_says_what_is_paid_and_that_nothing_moves(shop: Shop) -> None:
    order, payment = card_order(shop)
    answer = Client().get(f"/sandbox-pay/{payment.provider_ref}/")
    assert answer.status_code == 200
    page = HTMLParser(answer.content.decode())
    assert page.css_first("[data-order-number]").attributes["data-order-number"] == order.number
    assert "€28.90" in page.body.text()
    assert str(payment.uuid) in page.body.text()
    assert "no money moves" in page.css_first(".banner").text()
    assert {node.attributes["value"] for node in page.css("form[method=post] button[name=step]")} == {
        "pay", "authenticate", "decline", "close",
    }  # fmt: skip
    assert not page.css("script")
    assert "no-store" in answer["Cache-Control"]


def test_looking_changes_nothing(shop: Shop) -> None:
    _order, payment = card_order(shop)
    browser = Client()
    browser.get(f"/sandbox-pay/{payment.provider_ref}/?step=pay")
    assert session().status == "open"
    assert not SandboxWebhook.objects.exists()


def test_paying_leads_back_to_the_order_and_queues_a_message(shop: Shop) -> None:
    order, payment = card_order(shop)
    browser = Client()
    answer = submit(browser, payment, "pay")
    assert (answer.status_code, session().status) == (302, "captured")
    assert answer["Location"].startswith(f"/payments/return/{payment.uuid}/?key=")
    assert SandboxWebhook.objects.get().delivered_at is None
    order.refresh_from_db()
    assert order.payment_status == "unpaid"  # the shop has not asked yet

    back = browser.get(answer["Location"])
    assert (back.status_code, back["Location"]) == (302, order_path(order))
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert submit(browser, payment, "pay").status_code == 302
    assert SandboxWebhook.objects.count() == 1


def test_the_way_back_alone_proves_nothing(shop: Shop) -> None:
    order, payment = card_order(shop)
    assert Client().get(addresses.return_url(payment).removeprefix("http://testserver")).status_code == 302
    order.refresh_from_db()
    assert order.payment_status == "unpaid"


@pytest.mark.parametrize("key", ["", "?key=", "?key=0", "?key=%00", "?key=%ED%A0%80"])
def test_the_way_back_opens_to_nobody_without_its_key(shop: Shop, key: str) -> None:
    _order, payment = card_order(shop)
    answer = Client().get(f"/payments/return/{payment.uuid}/{key}")
    assert answer.status_code in (400, 404)
    assert "Location" not in answer


def test_the_key_of_one_payment_does_not_open_another(shop: Shop) -> None:
    _order, one = card_order(shop)
    _order, two = card_order(shop)
    key = addresses.return_url(one).partition("?")[2]
    assert Client().get(f"/payments/return/{two.uuid}/?{key}").status_code == 404


def test_former_secret_keys_still_lead_back(shop: Shop, settings) -> None:
    _order, payment = card_order(shop)
    url = addresses.return_url(payment).removeprefix("http://testserver")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, of more than thirty-two characters"
    assert Client().get(url).status_code == 302


def test_declining_leads_back_unpaid(shop: Shop) -> None:
    order, payment = card_order(shop)
    browser = Client()
    browser.get(submit(browser, payment, "decline")["Location"])
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.status) == ("declined", "awaiting_payment")
    submit(browser, payment, "pay")
    assert (session().status, session().captured_minor) == ("declined", 0)
    page = browser.get(f"/sandbox-pay/{payment.provider_ref}/").content.decode()
    assert "<form" not in page
    assert "/payments/return/" in page


@pytest.mark.parametrize(("answer", "status"), [("pay", "captured"), ("decline", "declined")])
def test_extra_authentication_is_a_page_of_its_own(shop: Shop, answer: str, status: str) -> None:
    _order, payment = card_order(shop)
    browser = Client()
    asked = submit(browser, payment, "authenticate")
    assert (asked.status_code, session().status) == (302, "authenticating")
    page = HTMLParser(browser.get(asked["Location"]).content.decode())
    assert {node.attributes["value"] for node in page.css("button[name=step]")} == {"pay", "decline", "close"}
    submit(browser, payment, answer)
    assert session().status == status


def test_closing_the_window_tells_nobody(shop: Shop) -> None:
    _order, payment = card_order(shop)
    answer = submit(Client(), payment, "close")
    assert answer.status_code == 200
    assert "Location" not in answer
    assert session().status == "open"
    assert not SandboxWebhook.objects.exists()


def test_nonsense_is_refused(shop: Shop) -> None:
    _order, payment = card_order(shop)
    assert submit(Client(), payment, "steal").status_code == 400
    assert Client().get("/sandbox-pay/unknown/").status_code == 404
    assert (
        Client()
        .post(f"/sandbox-pay/{payment.provider_ref}/", {"step": "pay"}, headers={"origin": "https://evil.example"})
        .status_code
        == 403
    )
    assert session().status == "open"
