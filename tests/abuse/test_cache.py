"""Kept pages: nobody's name in them, no longer than they are true, and never too many."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.abuse.console import Console
from tests.abuse.people import ADA, BOB
from tests.abuse.web import cookies, filled, logged_in, send
from tests.live import LiveShop

PAGES = ["/", "/c/shelf/", "/p/product-plenty/", "/search/?q=product", "/delivery/", "/sitemap.xml"]


def test_kept_pages_hold_nobodys_name_and_no_cookie(shop: LiveShop) -> None:
    ada, guest = logged_in(shop.base, ADA), filled(shop.base)
    for target in PAGES:
        for who in (ada, guest):
            mine = send(shop.base, "GET", target, headers={"Cache-Control": "no-cache", **cookies(who)})
            assert mine.all("Set-Cookie") == [], target
            assert not any(word in mine.body.lower() for word in ("ada@", "ada secret", "log out")), target
        strangers = send(shop.base, "GET", target)
        assert strangers.body == mine.body, target
        assert "public" in strangers.header("Cache-Control")
        assert "Cookie" not in strangers.header("Vary")


def eventually(shop: LiveShop, target: str, holds: str, *, within: float) -> float:
    """Seconds until every one of 20 fresh connections (all web processes) shows it."""
    started = time.monotonic()
    while True:
        asked = time.monotonic()
        if all(holds in send(shop.base, "GET", target).body for _ in range(20)):
            return asked - started
        assert asked - started < within, f"{target} does not show {holds!r} after {within} s"
        time.sleep(0.05)


def warm(shop: LiveShop, target: str) -> None:
    for _ in range(10):
        assert send(shop.base, "GET", target).status == 200


def test_a_price_of_another_process_is_shown_within_a_second(shop: LiveShop, console: Console) -> None:
    target = "/p/product-priced/"
    for minor, text in ((3300, "33.00"), (4400, "44.00")):
        warm(shop, target)
        warm(shop, "/search/?q=priced")
        console(PRICE_CHANGE.format(minor=minor))
        assert eventually(shop, target, text, within=3) <= 1.0
        assert eventually(shop, "/search/?q=priced", text, within=3) <= 1.0


PRICE_CHANGE = """
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.products.queries import variant_by_sku
from stoa.kernel.actors import SYSTEM
v = variant_by_sku("PRICED")
set_prices([PriceChange(variant_id=v.id, price_list_id=default_market().price_list_id, amount_minor={minor})], SYSTEM)
"""


def test_sold_out_by_the_command_is_shown_within_a_second(shop: LiveShop) -> None:
    target = "/p/product-counted/"
    warm(shop, target)
    before = send(shop.base, "GET", target).body
    assert 'action="/cart/add/"' in before
    shop.command("stock", "set", "COUNTED", "0", "--reason", "burnt")
    eventually(shop, target, "https://schema.org/OutOfStock", within=1.5)
    shop.command("stock", "set", "COUNTED", "9", "--reason", "found")
    eventually(shop, target, "https://schema.org/InStock", within=1.5)


def memory(shop: LiveShop) -> int:
    """Resident kilobytes of all processes of the shop."""
    total = 0
    for pid in shop.processes():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total


@pytest.mark.slow
def test_inventing_addresses_fills_no_memory_and_pushes_nothing_out(shop: LiveShop) -> None:
    warm(shop, "/p/product-plenty/")
    before = memory(shop)
    port = shop.port
    for number in range(150):
        send(shop.base, "GET", f"/p/product-plenty/?utm_source={number}&x{number}=1")
        send(shop.base, "GET", f"/search/?q=nothing{number}")
        send(shop.base, "GET", f"/p/nothing-{number}/")
        send(shop.base, "GET", "/", headers={"Host": f"127.0.0.1:{1000 + number}"})
        send(shop.base, "GET", "/", headers={"Host": f"LOCALHOST:{port}", "Accept-Language": f"x-{number}"})
    assert memory(shop) - before < 60_000
    odd = send(shop.base, "GET", "/p/product-plenty/?utm_source=fresh")
    plain = send(shop.base, "GET", "/p/product-plenty/")
    # The very page that was kept: no id of a request of its own.
    assert (odd.header("ETag"), odd.body) == (plain.header("ETag"), plain.body)
    assert plain.header("X-Request-ID") == ""


def test_what_one_visitor_typed_is_not_shown_to_the_next(shop: LiveShop) -> None:
    for extra in ("?q=%3Cscript%3E", "?next=//evil.example", "?variant=99999", "?country=US", "?x=%3Cb%3E"):
        for target in ("/", "/p/product-plenty/", "/c/shelf/"):
            send(shop.base, "GET", target + extra)
            body = send(shop.base, "GET", target).body
            assert "evil" not in body
            assert "&lt;script" not in body
    bob = logged_in(shop.base, BOB)
    for target in ("/account/", "/cart/", "/checkout/"):
        send(shop.base, "GET", target, headers=cookies(bob))
        assert "bob" not in send(shop.base, "GET", target).body.lower()
