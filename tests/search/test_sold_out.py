"""The last unit goes: page, list and search say so within two seconds, in every process of a shop that really runs."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable

from tests.conftest import OpenShop

PREPARE = "from tests.stage import sell_one; sell_one('LAST', units=1); sell_one('OTHER', units=5)"


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as reply:
        return str(reply.read().decode())


def within(seconds: float, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_sold_out_and_new_goods_are_seen_everywhere_within_two_seconds(open_shop: OpenShop) -> None:
    shop = open_shop(PREPARE, STOA_WEB_WORKERS="2")
    pages = {"page": "/p/product-last/", "search": "/search/?q=last", "list": "/search/"}

    def sold_out() -> bool:
        # Several times over, so that both processes answer.
        return all("Sold out" in read(shop.base + path) for path in pages.values() for _ in range(4))

    def in_stock() -> str:
        return read(f"{shop.base}/search/?in_stock=1")

    assert not sold_out()
    assert "product-last" in in_stock()
    shop.command("stock", "set", "LAST", "0", "--reason", "test")
    within(2, lambda: sold_out() and all("product-last" not in in_stock() for _ in range(4)))
    shop.run_python("from tests.stage import sell_one; sell_one('BRANDNEW', units=1)")
    within(2, lambda: all("product-brandnew" in read(f"{shop.base}/search/?q=brandnew") for _ in range(4)))
    assert "up to date" in shop.command("doctor")
    assert "kept by a process here" in shop.command("doctor")
