"""What is measured: product pages, listings and whole orders, as a browser asks for them, over kept connections."""

from __future__ import annotations

import gzip
import http.client
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import brotli

from benchmarks.report import Report
from tests.live import LiveShop, family, free_port
from tests.live import _cpu as cpu_of
from tests.robot import Browser, add_to_cart, check_out, order_number

PLAIN = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [b"<!doctype html><title>plain</title>" + b"x" * 1000]
"""
REQUESTS = 3000
JOBS = "SELECT COUNT(*) FROM kernel_jobrun WHERE state IN ('waiting', 'running')"
WAITING = (
    "SELECT COUNT(*) FROM kernel_outboxevent WHERE NOT is_dispatched",
    "SELECT COUNT(*) FROM kernel_delivery WHERE state != 'done'",
    "SELECT COUNT(*) FROM operations_mailmessage WHERE state NOT IN ('sent', 'failed')",
)


def plain(home: Path, report: Report) -> None:
    """granian with a WSGI function of two lines: the floor under every figure."""
    (home / "plain_app.py").write_text(PLAIN)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
               "--blocking-threads", "1", "--no-log", "plain_app:application"]  # fmt: skip
    process = subprocess.Popen(command, cwd=home)
    try:
        client = _client(port)
        _fetch(client, ["/"] * 100)  # it may still be starting
        before = sum(map(cpu_of, family(process.pid)))
        _fetch(client, ["/"] * REQUESTS)
        report.plain_ms = _per(sum(map(cpu_of, family(process.pid))) - before, REQUESTS)
    finally:
        process.terminate()
        process.wait(10)
    report.add("granian, plain response", report.plain_ms, "ms CPU")


def product_pages(shop: LiveShop, count: int, report: Report) -> None:
    paths = [f"/p/stoneware-piece-number-{number}/" for number in range(count)]
    client = _client(shop.port)
    _fetch(client, paths[:20])  # templates compiled, connections open
    fresh = paths[20:420]
    report.add_cost("product page, uncached", _cost(shop, client, fresh), 12)
    cached = fresh[:200] * (REQUESTS // 200)
    report.add_cost("product page, cached", _cost(shop, client, cached), 0.6)


def listings(shop: LiveShop, count: int, report: Report) -> None:
    pages = range(1, min(3, -(-count // 240)) + 1)
    sorts = ("featured", "newest", "price", "-price", "title")
    paths = [f"/c/shelf-{shelf}/?sort={sort}&page={page}" for shelf in range(10) for sort in sorts for page in pages]
    client = _client(shop.port)
    _fetch(client, [paths[0]])
    report.add_cost("listing of 24, uncached", _cost(shop, client, paths[1:]), 20)


def whole_orders(shop: LiveShop, products: int, count: int, report: Report) -> None:
    """Product page, add to cart, cart, checkout, order placed and shown; until the worker has nothing left to do.

    Each order is for another product, from the end of the range: pages that nobody has asked for yet.
    """
    wanted = [products - 1 - number % products for number in range(count + 3)]
    for number in wanted[:3]:
        _order(shop, number)
    _settle(shop)
    began, before = time.monotonic(), shop.cpu_seconds()
    requests = sum(_order(shop, number) for number in wanted[3:])
    _settle(shop)
    cost, lasted = _per(shop.cpu_seconds() - before, count), time.monotonic() - began
    note = f"({requests / count:.0f} requests with redirects; {lasted:.0f} s of the worker's idling in it)"
    report.add_cost("whole guest order, with its mail", cost, 60, note)


def idling(shop: LiveShop, report: Report, seconds: float = 5.0) -> None:
    """What the shop uses while nobody asks for anything."""
    before = shop.cpu_seconds()
    time.sleep(seconds)
    report.add("idle shop, a second", (shop.cpu_seconds() - before) * 1000 / seconds, "ms CPU")


def page_weight(shop: LiveShop, report: Report) -> None:
    """HTML, CSS and JavaScript of a product page as a browser receives them."""
    path = "/p/stoneware-piece-number-1/"
    html, size = _weigh(shop.port, path)
    total = size
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', html)):
        total += _weigh(shop.port, address)[1]
    report.add("page weight of a product page", total / 1000, "kB", 45)


def _order(shop: LiveShop, number: int) -> int:
    with Browser(shop.base) as browser:
        cart = add_to_cart(browser, f"/p/stoneware-piece-number-{number}/")
        page = check_out(browser, cart, choose={"pay": "bank_transfer"})
    if order_number(page) is None:
        raise RuntimeError(f"no order came of it: {page.status} at {page.url}")
    return browser.requests


def jobs_done(shop: LiveShop) -> None:
    """Wait until the worker has done what filling the shop left it to do (search index, renditions)."""
    _wait(shop, JOBS, 900)


def _settle(shop: LiveShop) -> None:
    """Wait until every event has been delivered and every mail sent."""
    for waiting in WAITING:
        _wait(shop, waiting, 30)


def _wait(shop: LiveShop, count_of_open: str, seconds: float) -> None:
    # Looks into the database itself: a process started for it would take its time, and the shop idle meanwhile.
    deadline = time.monotonic() + seconds
    with closing(sqlite3.connect(f"file:{shop.home / 'stoa.sqlite3'}?mode=ro", uri=True)) as database:
        while database.execute(count_of_open).fetchone()[0]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"still not done after {seconds:.0f} s: {count_of_open}")
            time.sleep(0.05)


def _cost(shop: LiveShop, client: http.client.HTTPConnection, paths: list[str]) -> float:
    before = shop.cpu_seconds()
    _fetch(client, paths)
    return _per(shop.cpu_seconds() - before, len(paths))


def _per(seconds: float, count: int) -> float:
    return seconds * 1000 / count


def _client(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + 20
    while True:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            client.connect()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return client


def _fetch(client: http.client.HTTPConnection, paths: list[str]) -> None:
    for path in paths:
        client.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
        reply = client.getresponse()
        reply.read()
        if reply.status != 200:
            raise RuntimeError(f"{path} answers {reply.status}")


def _weigh(port: int, path: str) -> tuple[str, int]:
    client = _client(port)
    client.request("GET", path, headers={"Accept-Encoding": "gzip, br"})
    reply = client.getresponse()
    body = reply.read()
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(reply.headers.get("Content-Encoding", ""), bytes)
    return unpack(body).decode(), len(body)
