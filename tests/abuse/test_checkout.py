"""The checkout, sent twice, sent at once, sent with more than it asks for."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

import pytest

from tests.abuse.console import Console
from tests.abuse.web import FORM, Answer, checkout_fields, cookies, filled, form, new_address, order, send
from tests.live import LiveShop

EXTRAS = {
    "price": "1", "unit_price": "1", "goods_minor": "1", "total": "0", "total_minor": "1", "delivery_price": "0", "tax": "0",
    "tax_minor": "0", "discount": "100", "currency": "JPY", "market": "2", "status": "completed", "payment_status": "paid",
    "paid_at": "2026-01-01", "number": "1", "customer": "1", "customer_id": "1", "cart_id": "1", "captured_minor": "2990",
    "access_nonce": "x", "placed_at": "2001-01-01", "language": "xx",
}  # fmt: skip
FACTS = "o.number, o.total_minor, o.goods_minor, o.currency, o.status, o.payment_status, o.placed_at.year"


def newest(console: Console) -> list[object]:
    return console(f"from stoa.operations.models import Order\no = Order.objects.latest('id')\nresult = [{FACTS}]")


def count(console: Console) -> int:
    return int(console("from stoa.operations.models import Order; result = Order.objects.count()"))


def at_once(requests: int, send_one: object) -> list[Answer]:
    barrier, answers = threading.Barrier(requests), []

    def run() -> None:
        barrier.wait(30)
        answers.append(send_one())  # type: ignore[operator]

    threads = [threading.Thread(target=run) for _ in range(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == requests
    return answers


@pytest.mark.parametrize("where", ["form", "query"])
def test_an_order_costs_what_the_catalogue_says(shop: LiveShop, console: Console, where: str) -> None:
    browser = filled(shop.base)
    fields = checkout_fields(browser, payment="bank_transfer")
    target = "/checkout/" if where == "form" else f"/checkout/?{urlencode(EXTRAS)}"
    sent = {**EXTRAS, **fields} if where == "form" else fields
    answer = form(shop.base, target, sent, cookies(browser), source=new_address())
    assert answer.status == 303
    number, *facts, year = newest(console)
    assert f"/order/{number}/" in answer.header("Location")
    assert facts == [2990, 2500, "EUR", "open", "unpaid"]
    assert year == console("result = clock.now().year")


def test_json_places_no_order(shop: LiveShop, console: Console) -> None:
    browser = filled(shop.base)
    before = count(console)
    fields = checkout_fields(browser, payment="bank_transfer")
    body = str({**fields, "total_minor": 1}).replace("'", '"').encode()
    answer = send(shop.base, "POST", "/checkout/", body, {"Content-Type": "application/json", **cookies(browser)})
    assert (answer.status, count(console)) == (422, before)


@pytest.mark.parametrize("field", ["delivery", "payment", "country"])
@pytest.mark.parametrize(
    "value", ["", "null", "free", "../standard", "standard,pickup", "STANDARD ", "US", "0", "x" * 500]
)
def test_choices_that_are_not_offered(shop: LiveShop, console: Console, field: str, value: str) -> None:
    browser = filled(shop.base)
    before = count(console)
    fields = checkout_fields(browser, payment="bank_transfer")
    answer = form(shop.base, "/checkout/", {**fields, field: value}, cookies(browser), source=new_address())
    assert (answer.status, count(console)) == (422, before)


def test_twelve_submissions_at_once_are_one_order(shop: LiveShop, console: Console) -> None:
    for method in ("bank_transfer", "sandbox"):
        browser = filled(shop.base)
        fields, before = checkout_fields(browser, payment=method), count(console)
        answers = at_once(12, lambda sent=fields, jar=browser: form(shop.base, "/checkout/", sent, cookies(jar)))
        assert {answer.status for answer in answers} == {303}
        assert len({answer.header("Location") for answer in answers}) == 1
        assert count(console) == before + 1
        code = "from stoa.operations.models import Payment as P; result = P.objects.latest('id').order.payments.count()"
        assert console(code) == 1


def test_one_form_with_different_bodies_at_once_is_one_order(shop: LiveShop, console: Console) -> None:
    browser = filled(shop.base)
    fields, before = checkout_fields(browser, payment="bank_transfer"), count(console)
    names = iter([f"Buyer {number}" for number in range(12)])
    answers = at_once(
        12, lambda: form(shop.base, "/checkout/", {**fields, "name": next(names)}, cookies(browser))
    )  # fmt: skip
    assert {answer.status for answer in answers} == {303}
    assert count(console) == before + 1


def test_a_submission_repeated_after_a_restart_is_the_same_order(shop: LiveShop, console: Console) -> None:
    browser = filled(shop.base)
    fields = checkout_fields(browser, payment="bank_transfer")
    first = form(shop.base, "/checkout/", fields, cookies(browser))
    after = count(console)
    shop.stop()
    shop.start()
    again = [form(shop.base, "/checkout/", fields, cookies(browser)) for _ in range(20)]
    changed = form(shop.base, "/checkout/", {**fields, "email": "other@example.com"}, cookies(browser))
    assert {(answer.status, answer.header("Location")) for answer in (*again, changed)} == {
        (303, first.header("Location"))
    }
    assert count(console) == after
    assert newest(console)[0] in first.header("Location")


def test_a_guest_cannot_order_a_strangers_cart_by_its_number(shop: LiveShop, console: Console) -> None:
    strangers = filled(shop.base)
    key = checkout_fields(strangers)["cart"]
    own = filled(shop.base)
    before = count(console)
    fields = checkout_fields(own, payment="bank_transfer", cart=key)
    no_cookie = send(shop.base, "POST", "/checkout/", urlencode(fields).encode(), {"Content-Type": FORM})
    assert (no_cookie.status, no_cookie.header("Location"), count(console)) == (303, "/cart/", before)
    form(shop.base, "/checkout/", fields, cookies(own), source=new_address())
    assert send(shop.base, "GET", "/cart/badge/", headers=cookies(strangers)).body == "1"
    assert count(console) == before + 1


def test_a_get_of_the_checkout_orders_nothing(shop: LiveShop, console: Console) -> None:
    browser = filled(shop.base)
    fields, before = checkout_fields(browser, payment="bank_transfer"), count(console)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = send(shop.base, method, f"/checkout/?{urlencode(fields)}", headers=cookies(browser))
        assert answer.status in (200, 405)
    assert count(console) == before


def test_an_order_after_log_out_keeps_nobodys_address(shop: LiveShop) -> None:
    page = order(shop.base)
    browser = filled(shop.base)
    assert page.startswith("/order/")
    assert "Lindenweg" not in send(shop.base, "GET", "/checkout/", headers=cookies(browser)).body
