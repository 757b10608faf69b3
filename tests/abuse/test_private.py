"""What belongs to one person is "not found" for every other."""

from __future__ import annotations

import json

import pytest

from tests.abuse.console import Console
from tests.abuse.people import ADA, BOB
from tests.abuse.web import cookies, form, logged_in, order, send
from tests.live import LiveShop
from tests.robot import AUTOFILL


@pytest.mark.parametrize(
    "token", ["", "null", "undefined", "[]", "0", "x" * 5000, "%00", "%2e%2e", "*", "%27%20OR%201=1"]
)
def test_numbers_open_no_order(shop: LiveShop, token: str) -> None:
    number, own = order(shop.base).strip("/").split("/")[1:3]
    # All around with what might pass for no token at all; with another order's token once is enough.
    around = (
        range(int(number) - 50, int(number) + 50) if token in ("", "null") else range(int(number) - 2, int(number) + 3)
    )
    for other in around:
        for key in (token, own if str(other) != number else token):
            answer = send(shop.base, "GET", f"/order/{other}/{key}/")
            assert answer.status in (400, 404), (other, key)
            assert AUTOFILL["street-address"] not in answer.body
    assert send(shop.base, "POST", f"/order/{number}/{token}/payment/", b"").status in (400, 403, 404, 405)
    assert send(shop.base, "GET", f"/order/{number}/{own}/").status == 200


def test_tokens_are_exact(shop: LiveShop) -> None:
    number, own = order(shop.base).strip("/").split("/")[1:3]
    assert len(own) >= 22  # 128 bits and more
    for key in (own[:-1], own + "A", own.swapcase(), own[::-1], f"{own}%20", f"%20{own}", own + "/.."):
        assert send(shop.base, "GET", f"/order/{number}/{key}/").status in (400, 404), key
    for target in (f"/order/{number}/", f"/order/{number}", f"/order//{own}/", f"/order/{number}/?token={own}"):
        assert send(shop.base, "GET", target).status in (301, 404)


IDS = """
from stoa.operations.models import Order
from stoa.customers.models import Customer
c = Customer.objects.get(email={!r})
Order.objects.filter(number={!r}).update(customer=c)
result = [c.pk, [a.pk for a in c.addresses.all()]]
"""


def test_what_is_adas_does_not_exist_for_others(shop: LiveShop, console: Console) -> None:
    number = order(shop.base, email=ADA).strip("/").split("/")[1]
    _pk, addresses = console(IDS.format(ADA, number))
    ada, bob = logged_in(shop.base, ADA), logged_in(shop.base, BOB)
    hidden = [f"/account/orders/{number}/", *(f"/account/addresses/{pk}/" for pk in addresses)]
    for target in hidden:
        assert send(shop.base, "GET", target, headers=cookies(ada)).status == 200, target
        answer = send(shop.base, "GET", target, headers=cookies(bob))
        assert (answer.status, "ada secret" in answer.body) == (404, False), target
        guest = send(shop.base, "GET", target)
        assert (guest.status, guest.header("Location").partition("?")[0]) == (302, "/account/login/")
    change = {"name": "Mallory", "line1": "x", "city": "y", "country": "DE", "postal_code": "10115"}
    writes = [
        (f"/account/orders/{number}/payment/", {"payment": "sandbox"}),
        *((f"/account/addresses/{pk}/", change) for pk in addresses),
        *((f"/account/addresses/{pk}/deletion/", {}) for pk in addresses),
    ]
    for target, fields in writes:
        assert form(shop.base, target, fields, cookies(bob)).status == 404, target
        assert form(shop.base, target, fields).header("Location").startswith("/account/login/"), target
    for page in ("/account/", "/account/orders/", "/account/addresses/", "/account/profile/"):
        body = send(shop.base, "GET", page, headers=cookies(bob)).body
        assert "ada secret" not in body
        assert number not in body
    code = "from stoa.customers.models import Address as A; result = list(A.objects.values_list('name', flat=True))"
    assert "Mallory" not in console(code)
    assert set(addresses) <= set(console(code.replace("'name'", "'pk'")))


@pytest.mark.parametrize("key", ["0", "-1", "9" * 19, "9" * 30, "1.0", "x", "null", "%00", "1%2f..%2f2"])
def test_odd_numbers_of_addresses(shop: LiveShop, key: str) -> None:
    bob = logged_in(shop.base, BOB)
    for target in (f"/account/addresses/{key}/", f"/account/orders/{key}/"):
        assert send(shop.base, "GET", target, headers=cookies(bob)).status in (400, 404), target
    assert form(shop.base, f"/account/addresses/{key}/deletion/", {}, cookies(bob)).status in (400, 404)


def test_a_saved_address_may_not_take_anothers_place(shop: LiveShop, console: Console) -> None:
    _pk, adas = console(IDS.format(ADA, "-"))
    bob = logged_in(shop.base, BOB)
    fields = {
        "name": "B",
        "line1": "x",
        "city": "y",
        "country": "DE",
        "postal_code": "1",
        "id": str(adas[0]),
        "customer": "1",
    }
    assert form(shop.base, "/account/addresses/new/", fields, cookies(bob)).status == 303
    assert console(IDS.format(ADA, "-"))[1] == adas


def test_exports_and_files_are_not_lying_about(shop: LiveShop) -> None:
    for target in (
        "/admin/orders/export/", "/admin/stock/export/", "/admin/moves/export/", "/admin/sales/export/", "/orders.csv",
        "/export/orders.csv",
        "/media/orders.csv", "/media/private/x.csv", "/media/", "/static/", "/media/../stoa.sqlite3", "/media/..%2fstoa.sqlite3",
        "/media/%2e%2e/secret_key", "/static/../secret_key", "/static/..%2fsecret_key", "/static/%252e%252e/secret_key", "/.env",
        "/.git/config", "/stoa.sqlite3", "/secret_key", "/var/stoa.sqlite3", "/media/.htaccess", "//etc/passwd",
        "/media//etc/passwd",
    ):  # fmt: skip
        answer = send(shop.base, "GET", target)
        assert answer.status in (301, 302, 400, 404), target
        assert "SQLite format" not in answer.body


def test_no_number_of_stock_or_cost_leaves_by_public_pages(shop: LiveShop) -> None:
    body = send(shop.base, "GET", "/p/product-plenty/").body
    assert "100000" not in body
    assert "99998" not in body
    data = [json.loads(part.split("</script>")[0]) for part in body.split('type="application/ld+json">')[1:]]
    assert data
    assert "inventoryLevel" not in json.dumps(data)
