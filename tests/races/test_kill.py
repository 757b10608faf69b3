"""``kill -9`` of web and worker processes in mid-checkout: what was acknowledged stays, and nothing is there twice."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import threading
import time

import pytest

from tests.conftest import OpenShop
from tests.live import LiveShop
from tests.robot import Browser, add_to_cart, order_number, submit_checkout

KILLS = 50
BUYERS = 3


class Buyers:
    """They buy, and buy again; when a connection breaks they repeat the very same submission, as browsers do."""

    def __init__(self, shop: LiveShop, product: str) -> None:
        self._shop, self._product = shop, product
        self._stop = threading.Event()
        self.acknowledged: dict[str, str] = {}  # e-mail -> number
        self.faults: list[str] = []
        self._threads = [threading.Thread(target=self._live, args=(number,)) for number in range(BUYERS)]

    def __enter__(self) -> Buyers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(120)

    def _live(self, number: int) -> None:
        attempt = 0
        while not self._stop.is_set():
            attempt += 1
            email = f"buyer{number}.{attempt}@example.com"
            with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
                self._buy(email)

    def _buy(self, email: str) -> None:
        with Browser(self._shop.base) as browser:
            add_to_cart(browser, self._product)
            checkout = browser.get("/checkout/")
        for _ in range(40):
            try:
                with Browser(self._shop.base, dict(browser.cookies)) as again:
                    page = submit_checkout(again, checkout, choose={"pay": "bank_transfer"}, email=email)
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if number := order_number(page):
                self.acknowledged[email] = number
            elif page.status >= 500:
                self.faults.append(f"{page.status} at {page.url}")
            return


@pytest.mark.slow
def test_kill_nine_fifty_times_loses_and_doubles_nothing(open_shop: OpenShop) -> None:
    shop = open_shop(STOA_WEB_WORKERS="2")
    product = shop.run_python("from tests.stage import sell_one; print(sell_one('MANY', units=100000))").strip()
    chance = random.Random(3)
    with Buyers(shop, product) as buyers:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.35))
            # All but the first, which is what an operator's service manager watches.
            victims = shop.processes()[1:]
            if victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(victims), signal.SIGKILL)
        shop.wait_until_ready()
        time.sleep(2)
    assert buyers.faults == []
    assert len(buyers.acknowledged) >= 5

    orders = shop.json("report", "orders")
    by_email: dict[str, list[str]] = {}
    for order in orders:
        by_email.setdefault(order["email"], []).append(order["number"])
    assert {email: [number] for email, number in buyers.acknowledged.items()} == {
        email: by_email.get(email, []) for email in buyers.acknowledged
    }
    assert [email for email, numbers in by_email.items() if len(numbers) > 1] == []
    stock = shop.json("report", "stock", "--sku", "MANY")
    assert stock == {"sku": "MANY", "on_hand": 100000 - len(orders), "reserved": 0, "available": 100000 - len(orders)}
    shop.command("verify-books")
