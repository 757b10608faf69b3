"""Accounts: sign-up with proof, log-in that brings the cart along, answers that tell strangers nothing."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import get_hasher
from django.test import Client

from stoa.customers.identity.actions import link_user
from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.models import MailMessage, Order
from stoa.operations.testing import Shop, make_cart, make_order
from stoa.storefront.tests.robot import Robot

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


@pytest.fixture
def ada(shop: Shop, django_user_model):
    user = django_user_model.objects.create_user("ada@example.com", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def log_in(client: Client, email: str = "ada@example.com", password: str = PASSWORD):
    return client.post("/account/login/", {"login": email, "password": password})


def test_sign_up_sends_a_link_to_the_shops_own_address_and_claims_guest_orders(shop: Shop, django_user_model) -> None:
    order = make_order(shop, email="Ada@Example.com")
    client = Client()
    fields = {"email": "ada@example.com", "password1": PASSWORD, "is_staff": "1", "is_superuser": "1"}
    response = client.post("/account/signup/", fields, HTTP_X_FORWARDED_HOST="evil.example")
    assert (response.status_code, response["Location"]) == (302, "/account/confirm-email/")
    user = django_user_model.objects.get(email="ada@example.com")
    assert (user.is_staff, user.is_superuser) == (False, False)
    # Before the proof there is nothing to see.
    assert client.get("/account/").status_code == 302
    assert Order.objects.get().customer.user_id is None
    mail = MailMessage.objects.get(kind="account_verify")
    link = re.search(r"http://testserver(/account/confirm-email/[^/\s]+/)", mail.text).group(1)
    assert "evil" not in mail.text + mail.html
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified, "opening a link confirms nothing: mail scanners open links"
    client.post(link)
    assert EmailAddress.objects.get().verified
    log_in(client)
    page = client.get("/account/").content.decode()
    assert f"/account/orders/{order.number}/" in page
    assert client.get(f"/account/orders/{order.number}/").status_code == 200


def shape(response) -> tuple[int, str | None, str]:
    body = re.sub(r"[\w.]+@example\.com", "ADDRESS", response.content.decode())
    return response.status_code, response.headers.get("Location"), body


def test_nobody_learns_whether_an_account_exists(ada, shop: Shop) -> None:
    assert shape(log_in(Client(), "ada@example.com", "wrong password")) == shape(
        log_in(Client(), "bob@example.com", "wrong password")
    )
    answers = []
    for email in ("ada@example.com", "bob@example.com"):
        client = Client()
        first = client.post("/account/password/reset/", {"email": email})
        second = client.get(first["Location"])
        answers.append((shape(first), shape(second)))
    assert answers[0] == answers[1]
    assert set(MailMessage.objects.values_list("kind", flat=True)) == {"account_reset", "account_unknown"}
    answers = []
    for email in ("ada@example.com", "new@example.com"):
        client = Client()
        first = client.post("/account/signup/", {"email": email, "password1": PASSWORD})
        answers.append((shape(first), shape(client.get(first["Location"]))))
    assert answers[0] == answers[1]
    assert MailMessage.objects.filter(kind="account_exists", recipient="ada@example.com").count() == 1


def test_signing_up_costs_a_hash_whether_the_account_exists_or_not(ada, shop: Shop, monkeypatch) -> None:
    made: list[str] = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(
        hasher, "encode", lambda self, *args, **kwargs: made.append("hash") or encode(self, *args, **kwargs)
    )
    counts = []
    # Twice: the second time no mail goes out, and it must not be noticed either.
    for email in ("ada@example.com", "ada@example.com", "new@example.com"):
        made.clear()
        Client().post("/account/signup/", {"email": email, "password1": PASSWORD})
        counts.append(len(made))
    assert counts == [1, 1, 1]


def test_a_forgotten_password_is_replaced_once(ada, shop: Shop) -> None:
    client = Client()
    client.post("/account/password/reset/", {"email": "ada@example.com"})
    link = re.search(r"http://testserver(/account/password/reset/key/\S+/)", MailMessage.objects.get().text).group(1)
    form = client.get(link, follow=True)
    url = form.request["PATH_INFO"]
    new = "another long password"
    assert client.post(url, {"password1": new, "password2": new}).status_code == 302
    assert log_in(Client()).status_code == 200
    assert log_in(Client(), password=new).status_code == 302
    assert (
        "expired" in Client().get(link, follow=True).content.decode()
        or "invalid" in Client().get(link, follow=True).content.decode()
    )


def test_log_in_rotates_the_session_and_unites_the_carts(ada, shop: Shop) -> None:
    customer = link_user(ada, ada.email)
    make_cart(shop, {"MUG": 3, "BOOK": 1}, customer_id=customer.pk)
    robot = Robot()
    robot.client.get("/account/login/")
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"), quantity="2")
    before = robot.client.session.session_key
    token = robot.client.cookies["stoa_cart"].value
    assert log_in(robot.client).status_code == 302
    assert robot.client.session.session_key != before
    assert robot.client.cookies["stoa_cart"].value == ""
    assert robot.client.cookies["stoa_has_cart"].value == "1"
    own = Cart.objects.get(customer=customer, closed_at=None)
    assert dict(own.lines.values_list("variant_id", "quantity")) == {shop.mug.pk: 3, shop.book.pk: 1}
    # The old cookie opens nothing any more.
    thief = Client()
    thief.cookies["stoa_cart"] = token
    assert thief.get("/cart/badge/").content == b"0"
    assert robot.client.get("/cart/badge/").content == b"4"


def test_after_log_out_the_cart_is_nobodys_on_this_machine(ada, shop: Shop) -> None:
    robot = Robot()
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"))
    log_in(robot.client)
    assert robot.client.get("/account/logout/").status_code == 200
    assert robot.client.get("/account/").status_code == 200, "a GET does not log out"
    robot.client.post("/account/logout/")
    assert robot.client.get("/cart/badge/").content == b"0"
    log_in(robot.client)
    assert robot.client.get("/cart/badge/").content == b"1"


def test_a_customer_buys_with_what_the_account_knows(ada, shop: Shop) -> None:
    robot = Robot({})
    log_in(robot.client)
    robot.open("/account/addresses/new/")
    form = robot.page.css_first("main form.fields")
    robot.person = {
        "name": "Ada Lovelace",
        "address-line1": "Marktplatz 1",
        "postal-code": "10115",
        "address-level2": "Berlin",
        "country": "DE",
    }
    form.attributes["action"] = (
        "/account/addresses/new/" if not form.attributes.get("action") else form.attributes["action"]
    )
    robot.submit(form)
    assert robot.url == "/account/addresses/"
    robot.person = {}
    robot.buy("/p/the-mug/")
    order = Order.objects.get()
    assert (order.email, order.line1, order.customer.user_id) == ("ada@example.com", "Marktplatz 1", ada.pk)
    assert robot.order_number == order.number
    assert CartLine.objects.filter(cart__closed_at=None).count() == 0


def test_a_customer_who_presses_twice_gets_one_order(ada, shop: Shop) -> None:
    robot = Robot()
    log_in(robot.client)
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"))
    robot.open("/checkout/")
    form = robot.form_to("/checkout/")
    robot.submit(form)
    first = robot.url
    robot.submit(form)
    assert robot.url == first
    assert Order.objects.count() == 1


def test_a_cart_key_that_the_shop_did_not_sign_opens_nothing(ada, shop: Shop) -> None:
    stranger, _token = make_cart(shop, {"BOOK": 1})
    robot = Robot()
    log_in(robot.client)
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"))
    robot.open("/checkout/")
    robot.submit(robot.form_to("/checkout/"), cart=f"{stranger.pk}:forged")
    assert [line.sku for line in Order.objects.get().lines.all()] == ["MUG"]


def test_log_in_is_limited(ada, shop: Shop) -> None:
    for _try in range(6):
        log_in(Client(), password="wrong password")
    answer = log_in(Client())
    assert answer.status_code in (200, 429)
    assert answer.status_code == 429 or "Too many" in answer.content.decode()


def test_changing_the_address_needs_the_password_and_a_proof(ada, shop: Shop) -> None:
    client = Client()
    log_in(client)
    client.post("/account/email/", {"email": "new@example.com", "action_add": ""})
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert not EmailAddress.objects.filter(email="new@example.com", verified=True).exists()
