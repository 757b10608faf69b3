"""Quantities and prices that no page of the shop would send."""

from __future__ import annotations

import json

import pytest

from tests.abuse.console import Console
from tests.abuse.web import FORM, cookies, filled, form, send
from tests.live import LiveShop
from tests.robot import Browser

QUANTITIES = [
    "-1", "-0", "1.5", "1,5", "1e3", "+1", "٣", "１", "²", "null", "[]", "true", "NaN", "0x1", "1_0", " 1", "1 ", "1\n", "",
    "1000", "1" + "0" * 30, "-9223372036854775809", "1;2", "{}", "\u200b1",
]  # fmt: skip
JSON = [-1, 0, 1.5, "1", None, [], True, 10**30, {"$gt": 0}]
PRICES = {
    "price": "1", "unit_price": "0.01", "unit_minor": "1", "total": "0", "total_minor": "1", "discount": "100", "goods_minor": "1",
    "currency": "JPY", "market": "2", "customer": "1", "cart_id": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def variant(console: Console) -> str:
    code = "from stoa.catalogue.products.queries import variant_by_sku; result = variant_by_sku('PLENTY').id"
    return str(console(code))


@pytest.fixture
def browser(shop: LiveShop) -> Browser:
    return filled(shop.base)


def in_cart(shop: LiveShop, browser: Browser) -> str:
    return send(shop.base, "GET", "/cart/badge/", headers=cookies(browser)).body


@pytest.mark.parametrize("scripted", [False, True], ids=["form", "htmx"])
def test_quantities_that_are_none_are_refused_in_words(
    shop: LiveShop, browser: Browser, variant: str, scripted: bool
) -> None:
    extra = {"HX-Request": "true"} if scripted else {}
    for route in ("/cart/add/", "/cart/update/"):
        for quantity in (*QUANTITIES, *(["0"] if route == "/cart/add/" else [])):
            # The query is never read: a good quantity there helps nobody.
            target = f"{route}?quantity=1&variant={variant}"
            answer = form(shop.base, target, {"variant": variant, "quantity": quantity}, {**cookies(browser), **extra})
            assert (answer.status, in_cart(shop, browser)) == (422, "1"), (route, quantity)
            assert "1 to 999" in answer.body
    assert in_cart(shop, browser) == "1"


def test_several_quantities_at_once_and_lists_of_them(shop: LiveShop, browser: Browser, variant: str) -> None:
    for body in (
        f"variant={variant}&quantity=1&quantity=-5",
        f"variant={variant}&quantity%5B%5D=2",
        f"variant={variant}&quantity%5B0%5D=2&quantity[]=3",
        f"variant%5B%5D={variant}&quantity=2",
        f"variant={variant}&variant=-1&quantity=2",
    ):
        for route in ("/cart/update/", "/cart/remove/"):
            if route == "/cart/remove/" and "variant=" in body and "variant=-1" not in body:
                continue  # that is a proper request to take it out
            answer = send(shop.base, "POST", route, body.encode(), {"Content-Type": FORM, **cookies(browser)})
            assert 400 <= answer.status < 500, (route, body)
            assert in_cart(shop, browser) == "1"


def test_json_is_not_read(shop: LiveShop, browser: Browser, variant: str) -> None:
    for route in ("/cart/add/", "/cart/update/", "/cart/remove/"):
        for quantity in JSON:
            body = json.dumps({"variant": int(variant), "quantity": quantity, **PRICES}).encode()
            answer = send(shop.base, "POST", route, body, {"Content-Type": "application/json", **cookies(browser)})
            assert 400 <= answer.status < 500, (route, quantity)
    assert in_cart(shop, browser) == "1"


@pytest.mark.parametrize(
    "name", ["0", "-1", "999999999", "9" * 19, "9" * 30, "1e0", "", "null", "١", "1 OR 1=1", "../1"]
)
def test_variants_that_are_none(shop: LiveShop, browser: Browser, name: str) -> None:
    for route in ("/cart/add/", "/cart/update/"):
        answer = form(shop.base, route, {"variant": name, "quantity": "1"}, cookies(browser))
        assert (answer.status, in_cart(shop, browser)) == (409, "1"), route
    assert form(shop.base, "/cart/remove/", {"variant": name}, cookies(browser)).status < 500
    assert in_cart(shop, browser) == "1"


def test_more_than_a_cart_holds_is_refused(shop: LiveShop, browser: Browser, variant: str) -> None:
    answer = form(shop.base, "/cart/add/", {"variant": variant, "quantity": "999"}, cookies(browser))
    assert 400 <= answer.status < 500
    assert in_cart(shop, browser) == "1"


def test_prices_sent_along_are_not_read(shop: LiveShop, browser: Browser, variant: str) -> None:
    for route, quantity in (("/cart/add/", "1"), ("/cart/update/", "3")):
        target = f"{route}?price=1&total=1&currency=JPY"
        answer = form(shop.base, target, {"variant": variant, "quantity": quantity, **PRICES}, cookies(browser))
        assert answer.status == 303
    page = send(shop.base, "GET", "/cart/?price=1&currency=JPY&discount=50", headers=cookies(browser))
    assert "€75.00" in page.body
    assert "¥" not in page.body


@pytest.mark.parametrize("token", ["", "x", "null", "0", "A" * 5000, "ä", "' OR 1=1 --", "../../"])
def test_a_cookie_that_is_none_opens_no_cart(shop: LiveShop, token: str) -> None:
    headers = {"Cookie": f"stoa_cart={token}; stoa_has_cart=1"}
    assert send(shop.base, "GET", "/cart/badge/", headers=headers).body == "0"
    assert send(shop.base, "GET", "/checkout/", headers=headers).header("Location") == "/cart/"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_change_no_cart(shop: LiveShop, browser: Browser, variant: str, method: str) -> None:
    for route in ("/cart/add/", "/cart/update/", "/cart/remove/"):
        body = f"variant={variant}&quantity=5".encode()
        target = f"{route}?variant={variant}&quantity=5&_method=POST"
        headers = {"Content-Type": FORM, "X-HTTP-Method-Override": "POST", **cookies(browser)}
        answer = send(shop.base, method, target, None if method in {"GET", "HEAD"} else body, headers)
        assert answer.status == 405
    assert in_cart(shop, browser) == "1"


def test_links_to_the_cart_can_be_checked(shop: LiveShop, browser: Browser) -> None:
    for target in ("/cart/", "/cart/badge/", "/"):
        answer = send(shop.base, "HEAD", target, headers=cookies(browser))
        assert (answer.status, answer.body) == (200, ""), target
