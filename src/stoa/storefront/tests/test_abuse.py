"""What people try that no page asks for. Each case must leave cart, order and stock as they were."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from stoa.customers.identity.actions import link_user, save_address
from stoa.customers.identity.rules import AddressData
from stoa.kernel.actors import SYSTEM
from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.models import Order
from stoa.operations.orders.queries import order_path
from stoa.operations.testing import Shop, make_order
from stoa.storefront.tests.robot import Robot

pytestmark = pytest.mark.django_db
BAD_QUANTITIES = [
    "-1",
    "-0",
    "1.5",
    "1e3",
    "+1",
    "٣",
    "null",
    "[]",
    "true",
    "",
    " 1",
    "1000",
    "99999999999999999999",
    "0x1",
    "1 ",
]
EXTRAS = {"price": "0.01", "unit_price": "1", "total": "0", "discount": "100", "currency": "JPY", "goods_minor": "1"}


@pytest.fixture
def filled(shop: Shop) -> Robot:
    robot = Robot()
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"), quantity="2")
    return robot


def lines() -> list[tuple[int, int]]:
    return list(CartLine.objects.order_by("id").values_list("variant_id", "quantity"))


@pytest.mark.parametrize("quantity", BAD_QUANTITIES)
@pytest.mark.parametrize("route", ["/cart/add/", "/cart/update/"])
def test_odd_quantities_change_nothing(shop: Shop, filled: Robot, route: str, quantity: str) -> None:
    before = lines()
    response = filled.client.post(route, {"variant": shop.mug.pk, "quantity": quantity})
    assert response.status_code == 422
    assert "1 to 999" in response.content.decode()
    assert lines() == before


@pytest.mark.parametrize(
    "body", ['{"variant": 1, "quantity": -1}', '{"quantity": null}', "[]", "true", '{"quantity": []}']
)
def test_json_is_no_form(shop: Shop, filled: Robot, body: str) -> None:
    before = lines()
    for route in ("/cart/add/", "/cart/update/", "/cart/remove/"):
        assert 400 <= filled.client.post(route, body, content_type="application/json").status_code < 500
    assert lines() == before


@pytest.mark.parametrize("variant", ["0", "-1", "999999", "1e1", "", "x", "9" * 30, "1; DROP TABLE"])
def test_unknown_variants_open_no_cart(shop: Shop, client: Client, variant: str) -> None:
    response = client.post("/cart/add/", {"variant": variant, "quantity": "1"})
    assert response.status_code == 409
    assert Cart.objects.count() == 0
    assert "stoa_cart" not in response.cookies


def test_more_than_there_is_is_refused_in_words(shop: Shop, client: Client) -> None:
    response = client.post("/cart/add/", {"variant": shop.mug.pk, "quantity": "11"})
    assert response.status_code == 409
    assert 'data-error="out-of-stock"' in response.content.decode()
    assert Cart.objects.count() == 0
    partial = client.post("/cart/add/", {"variant": shop.mug.pk, "quantity": "11"}, HTTP_HX_REQUEST="true")
    assert partial.status_code == 409
    assert "<html" not in partial.content.decode()


def test_prices_in_the_request_are_not_read(shop: Shop) -> None:
    robot = Robot()
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"), **EXTRAS)
    robot.open("/cart/")
    robot.submit(robot.form_to("/cart/update/"), quantity="3", **EXTRAS)
    robot.open("/checkout/")
    robot.submit(robot.form_to("/checkout/"), **EXTRAS, delivery_price="0", tax="0")
    order = Order.objects.get()
    assert (order.goods_minor, order.total_minor, order.currency) == (3600, 3600 + 490, "EUR")


def test_a_forged_sum_of_goods_only_hurts_its_author(shop: Shop, filled: Robot) -> None:
    filled.open("/checkout/")
    filled.submit(filled.form_to("/checkout/"), seen_goods="1")
    assert filled.refusal == "price-changed"
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "origin",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_REFERER": "https://evil.example/"},
    ],
)
def test_other_sites_cannot_change_anything(shop: Shop, filled: Robot, origin: dict[str, str]) -> None:
    before = lines()
    fields = {"variant": shop.mug.pk, "quantity": "5"}
    for route in (
        "/cart/add/",
        "/cart/update/",
        "/cart/remove/",
        "/checkout/",
        "/account/login/",
        "/account/signup/",
        "/account/logout/",
    ):
        assert filled.client.post(route, fields, **origin).status_code == 403, route
    assert lines() == before
    assert Order.objects.count() == 0


def read_whole(response: Any) -> None:
    """A file that is not read stays open."""
    if response.streaming:
        for _ in response.streaming_content:
            pass


def counts() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_models() if model._meta.managed}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> list[str]:
    found = []
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += routes(entry.url_patterns, path)
        else:
            found.append(path)
    return found


def test_get_changes_nothing_anywhere(shop: Shop, filled: Robot, django_user_model) -> None:
    user = django_user_model.objects.create_user("ada@example.com", "a long password")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    customer = link_user(user, "ada@example.com")
    saved = save_address(customer, AddressData("Ada", "Street 1", "Berlin", "DE", postal_code="10115"), SYSTEM)
    order = make_order(shop)
    Order.objects.filter(pk=order.pk).update(customer=customer)
    values = {
        "<slug:slug>": "the-mug", "<str:number>": order.number, "<str:token>": order_path(order).split("/")[3],
        "<int:address_id>": str(saved.pk), "<int:number>": "1",
    }  # fmt: skip
    urls = []
    for route in routes(get_resolver("stoa.storefront.urls").url_patterns):
        url = "/" + route
        for name, value in values.items():
            url = url.replace(name, value)
        if not any(char in url for char in "<(^$"):
            urls.append(url)
    assert len(urls) > 35
    logged_in = Client()
    logged_in.force_login(user)
    logged_in.get("/account/")
    # Feeds keep what they last said of each product: a cache, filled by whoever asks first.
    for name in ("/feeds/google.xml", "/feeds/meta.csv"):
        read_whole(logged_in.get(name))
    before, stock_before = counts(), lines()
    for client in (filled.client, logged_in):
        for url in urls:
            response = client.get(url, {"variant": shop.mug.pk, "quantity": "1", "delete": "1"})
            assert response.status_code < 500, url
            read_whole(response)
            client.head(url)
    assert counts() == before
    assert lines() == stock_before


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "%2f%2fevil.example",
        "http:///evil.example",
        "\thttps://evil.example",
    ],
)
def test_next_stays_on_this_site(shop: Shop, client: Client, django_user_model, target: str) -> None:
    user = django_user_model.objects.create_user("ada@example.com", "a long password")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    response = client.post(
        "/account/login/", {"login": "ada@example.com", "password": "a long password", "next": target}
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith(("//", "/\\"))
    assert "evil" not in client.post("/account/logout/", {"next": target})["Location"]


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "testserver:80@evil.example"}, {"HTTP_HOST": "evil.example\r\n"}],
)
def test_foreign_hosts_are_refused(shop: Shop, client: Client, headers: dict[str, str]) -> None:
    for url in ("/", "/account/login/"):
        response = client.get(url, **headers)
        assert response.status_code == 400
        assert "evil" not in response.content.decode()


def test_orders_open_with_their_own_token_only(shop: Shop, client: Client) -> None:
    first, second = make_order(shop), make_order(shop)
    token = order_path(second).split("/")[3]
    for number in range(int(first.number) - 50, int(first.number) + 50):
        if str(number) != second.number:
            assert client.get(f"/order/{number}/{token}/").status_code == 404
    for wrong in (token[:-1], token + "A", token.swapcase(), "null", "[]", "0", "%00", " "):
        assert client.get(f"/order/{second.number}/{wrong}/").status_code in (400, 404)
        assert client.post(f"/order/{second.number}/{wrong}/payment/").status_code in (400, 404)
    assert client.get(f"/order/{second.number}/").status_code == 404


def test_other_peoples_orders_and_addresses_do_not_exist(shop: Shop, django_user_model) -> None:
    people = []
    for name in ("ada", "bob"):
        user = django_user_model.objects.create_user(f"{name}@example.com", "a long password")
        customer = link_user(user, user.email)
        saved = save_address(customer, AddressData(name, "Secret street 1", "Berlin", "DE"), SYSTEM)
        client = Client()
        client.force_login(user)
        people.append((client, customer, saved))
    (ada, customer, saved), (bob, _other, own) = people
    order = make_order(shop, email="ada@example.com")
    Order.objects.filter(pk=order.pk).update(customer=customer)
    urls = [f"/account/orders/{order.number}/", f"/account/addresses/{saved.pk}/"]
    for url in urls:
        assert ada.get(url).status_code == 200
        response = bob.get(url)
        assert response.status_code == 404
        assert "Secret street" not in response.content.decode()
        assert Client().get(url).status_code == 302
    assert bob.post(f"/account/addresses/{saved.pk}/deletion/").status_code == 404
    assert (
        bob.post(
            f"/account/addresses/{saved.pk}/", {"name": "x", "line1": "x", "city": "x", "country": "DE"}
        ).status_code
        == 404
    )
    assert bob.post(f"/account/orders/{order.number}/payment/").status_code == 404
    saved.refresh_from_db()
    assert saved.name == "ada"
    assert bob.get(f"/account/addresses/{own.pk}/").status_code == 200


def test_a_profile_takes_nothing_but_its_fields(shop: Shop, django_user_model) -> None:
    user = django_user_model.objects.create_user("ada@example.com", "a long password")
    client = Client()
    client.force_login(user)
    extras = {
        "is_staff": "1",
        "is_superuser": "1",
        "role": "owner",
        "email": "evil@example.com",
        "groups": "1",
        "user": "2",
    }
    assert client.post("/account/profile/", {"name": "Ada", "phone": "1", **extras}).status_code == 303
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser, user.email) == (False, False, "ada@example.com")
    assert user.customer.email == "ada@example.com"
    assert user.customer.name == "Ada"


@pytest.mark.parametrize(
    "url",
    [
        "/%00/",
        "/p/%00/",
        "/c/..%2f..%2f/",
        "/p/%F0%9F%98%80/",
        "/" + "x" * 10_000 + "/",
        "/search/?q=%00",
        "/search/?q=%ED%A0%80",
        "/cart/?a=%00",
        "/order/%00/x/",
    ],
)
def test_odd_addresses_are_no_error(shop: Shop, client: Client, url: str) -> None:
    assert 200 <= client.get(url).status_code < 500


@pytest.mark.parametrize(
    "value", ["\x00", "😀" * 50, "x" * 10_000, "{{7*7}}", "a\r\nBcc: evil@example.com", "<script>alert(1)</script>"]
)
@pytest.mark.parametrize(
    "field",
    [
        "name",
        "line1",
        "city",
        "postal_code",
        "note",
        "email",
        "phone",
        "country",
        "delivery",
        "payment",
        "cart",
        "seen_goods",
    ],
)
def test_odd_text_at_the_checkout_is_no_error(shop: Shop, filled: Robot, field: str, value: str) -> None:
    filled.open("/checkout/")
    filled.submit(filled.form_to("/checkout/"), **{field: value})
    assert filled.response.status_code in (200, 400, 409, 422)
    assert "<script>alert" not in filled.response.content.decode()
    order = Order.objects.first()
    if order is not None:
        assert "\n" not in order.name + order.email + order.city + order.line1
        assert "\x00" not in order.customer_note
