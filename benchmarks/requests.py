"""What is measured: product pages, listings and whole orders, as a browser asks for them, over kept connections."""

from __future__ import annotations

import gzip
import http.client
import re
import subprocess
import sys
import time
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


def plain(home: Path, report: Report) -> None:
    """granian with a WSGI function of two lines: the floor under every figure."""
    (home / "plain_app.py").write_text(PLAIN)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
               "--blocking-threads", "1", "--no-log", "plain_app:application"]  # fmt: skip
    process = subprocess.Popen(command, cwd=home)
    try:
        client = _client(port)
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
    paths = [
        f"/c/shelf-{shelf}/?sort={sort}&page={page}" for shelf in range(10) for sort in sorts for page in pages
    ]
    client = _client(shop.port)
    _fetch(client, [paths[0]])
    report.add_cost("listing of 24, uncached", _cost(shop, client, paths[1:]), 20)


def whole_orders(shop: LiveShop, count: int, report: Report) -> None:
    """Product page, add to cart, cart, checkout, order placed and shown; until the worker has nothing left to do."""
    _order(shop, 0)
    _settle(shop)
    before = shop.cpu_seconds()
    requests = sum(_order(shop, number) for number in range(1, count + 1))
    _settle(shop)
    cost = _per(shop.cpu_seconds() - before, count)
    report.add_cost("whole guest order, with its mail", cost, 60, f"({requests / count:.0f} requests with redirects)")


def page_weight(shop: LiveShop, report: Report) -> None:
    """HTML, CSS and JavaScript of a product page as a browser receives them."""
    path = "/p/stoneware-piece-number-1/"
    html, size = _weigh(shop.port, path)
    total = size
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', html)):
        total += _weigh(shop.port, address)[1]
    report.add("page weight of a product page", total / 1000, "kB", 45)


def _order(shop: LiveShop, number: int) -> int:
    browser = Browser(shop.base)
    page = check_out(
        browser, add_to_cart(browser, f"/p/stoneware-piece-number-{number}/"), choose={"pay": "bank_transfer"}
    )
    if order_number(page) is None:
        raise RuntimeError(f"no order came of it: {page.status} at {page.url}")
    return browser.requests


def _settle(shop: LiveShop) -> None:
    """Wait until every event has been delivered."""
    code = "from stoa.kernel.models import Delivery, OutboxEvent as E; print(E.objects.filter(is_dispatched=False).count()" \
           " + Delivery.objects.exclude(state='done').count())"  # fmt: skip
    for _ in range(60):
        if int(shop.run_python(code)) == 0:
            return
        time.sleep(0.5)
    raise TimeoutError("events are still waiting after 30 s")


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
