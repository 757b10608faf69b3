"""Fifty buyers, one unit: what other shops sell twice to twenty times over."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from tests.conftest import OpenShop
from tests.live import LiveShop
from tests.robot import Browser, Page, add_to_cart, order_number, submit_checkout

BUYERS = 50


def _released_together(shop: LiveShop, product: str, buyers: int, method: str) -> list[Page]:
    """Everybody fills the form in; then all submit at the same moment."""
    barrier, pages, faults = threading.Barrier(buyers), [], []

    def buy(number: int) -> None:
        try:
            with Browser(shop.base) as browser:
                add_to_cart(browser, product)
                checkout = browser.get("/checkout/")
                barrier.wait(120)
                email = f"buyer{number}@example.com"
                pages.append(submit_checkout(browser, checkout, choose={"pay": method}, email=email))
        except BaseException as fault:
            faults.append(fault)
            barrier.abort()

    threads = [threading.Thread(target=buy, args=(number,)) for number in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    assert faults == []
    return pages


@pytest.mark.slow
@pytest.mark.parametrize("method", ["bank_transfer", "sandbox"])
def test_fifty_buyers_and_one_unit_make_one_order(open_shop: OpenShop, method: str) -> None:
    shop = open_shop()
    product = shop.run_python("from tests.stage import sell_one; print(sell_one('LAST', units=1))").strip()

    pages = _released_together(shop, product, BUYERS, method)

    served = [page for page in pages if order_number(page) is not None]
    turned_away = [page for page in pages if page.tree.css_first('[data-error="out-of-stock"]') is not None]
    assert (len(served), len(turned_away)) == (1, BUYERS - 1), Counter((page.status, page.url) for page in pages)
    assert all(page.status < 500 for page in pages)
    orders = shop.json("report", "orders")
    assert [order["number"] for order in orders] == [order_number(served[0])]
    stock = shop.json("report", "stock", "--sku", "LAST")
    assert stock["available"] == 0
    assert stock["on_hand"] - stock["reserved"] == 0
    shop.command("verify-books")


@pytest.mark.slow
def test_buyers_beyond_the_stock_are_turned_away_and_nobody_else(open_shop: OpenShop) -> None:
    shop = open_shop()
    product = shop.run_python("from tests.stage import sell_one; print(sell_one('SEVEN', units=7))").strip()

    pages = _released_together(shop, product, 20, "bank_transfer")

    numbers = {order_number(page) for page in pages} - {None}
    assert len(numbers) == 7
    assert len(shop.json("report", "orders")) == 7
    assert shop.json("report", "stock", "--sku", "SEVEN") == {
        "sku": "SEVEN",
        "on_hand": 0,
        "reserved": 0,
        "available": 0,
    }
    shop.command("verify-books")
