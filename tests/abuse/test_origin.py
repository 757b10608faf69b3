"""Other people's pages cannot change anything here, and looking at something never does."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import pytest

from tests.abuse.console import Console
from tests.abuse.people import ADA, BOB
from tests.abuse.web import cookies, csrf_of, filled, form, logged_in, order, send, staff
from tests.live import LiveShop

FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "https://evil.example/"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
]
ROUTES = """
from django.urls import URLResolver, get_resolver
def walk(patterns, prefix=""):
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, path)
        else:
            yield path
result = sorted(set(walk(get_resolver().url_patterns)))
"""
COUNTS = """
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
import hashlib, json
left_out = {"sessions.Session", "kernel.JobRun", "kernel.CachePurge", "operations.SandboxWebhook",
            "kernel.Delivery", "kernel.OutboxEvent",
            "operations.MailMessage", "wagtailadmin.EditingSession", "wagtailusers.UserProfile", "kernel.PeriodicRun",
            # How often pages were asked for; and feeds, a cache that whoever asks brings up to what changed before.
            "kernel.PageCacheDay", "marketing.PathDay", "marketing.FilterDay",
            "marketing.FeedState", "marketing.FeedProduct", "marketing.FeedProblem",
            "catalogue.ProductScore"}  # which the worker reckons by the clock
result = {}
for model in apps.get_models():
    if not model._meta.managed or model._meta.label in left_out:
        continue
    rows = [[v for k, v in sorted(row.items()) if k != "last_login"] for row in model.objects.order_by("pk").values()]
    text = json.dumps(rows, cls=DjangoJSONEncoder, default=str)
    result[model._meta.label] = [len(rows), hashlib.sha1(text.encode()).hexdigest()]
"""

WORKING = """
from stoa.kernel.jobs.models import JobRun
result = JobRun.objects.filter(state__in=["waiting", "running"], run_after__lte=clock.now()).count()
"""


def at_rest(console: Console) -> dict[str, Any]:
    """What the shop holds once the worker has done what was asked of it."""
    deadline = time.monotonic() + 60
    while console(WORKING):
        assert time.monotonic() < deadline, "the worker does not come to rest"
        time.sleep(0.2)
    counts: dict[str, Any] = console(COUNTS)
    return counts


def concrete(routes: list[str], values: dict[str, str]) -> list[str]:
    """Addresses for routes: arguments get a value by name, else by kind; odd regular expressions are left out."""
    found = []
    for route in routes:
        address = re.sub(r"\(\?P?<?(\w*)>?[^)]*\)", "x", "/" + route.replace("^", "").replace("$", ""))
        for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", address):
            by_kind = {"int": "1", "uuid": str(uuid.UUID(int=1))}.get(kind, "x")
            address = re.sub(rf"<(?:\w+:)?{name}>", values.get(name, by_kind), address, count=1)
        if not set(address) & set("<>()[]*+?\\ "):
            found.append(address)
    return found


@pytest.fixture(scope="module")
def addresses(shop: LiveShop, console: Console) -> list[str]:
    number, token = order(shop.base, email=ADA).strip("/").split("/")[1:3]
    values = {
        "number": number,
        "token": token,
        "slug": "product-plenty",
        "provider": "sandbox",
        "kind": "order_received",
        "code": "sandbox",
    }
    found = concrete(console(ROUTES), values)
    assert len(found) > 150
    return found


@pytest.mark.parametrize("headers", FOREIGN, ids=[" ".join(each) for each in FOREIGN])
def test_no_foreign_page_posts_anywhere(
    shop: LiveShop, console: Console, addresses: list[str], headers: dict[str, str]
) -> None:
    guest, bob = filled(shop.base), logged_in(shop.base, BOB)
    jar = {**guest.cookies, **bob.cookies}
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
    before = at_rest(console)
    let_in = []
    for address in addresses:
        if address.startswith(("/payments/webhooks/", "/admin/")) or address in {"/healthz", "/readyz"}:
            continue
        answer = form(shop.base, address, {"variant": "1", "quantity": "3", "name": "x"}, {**headers, **cookie})
        if answer.status != 403:
            let_in.append((address, answer.status))
    assert let_in == []
    assert at_rest(console) == before
    assert send(shop.base, "GET", "/account/", headers=cookies(bob)).status == 200


def test_no_foreign_page_acts_in_the_back_office(shop: LiveShop, console: Console, addresses: list[str]) -> None:
    owner = staff(shop.base, "owner")
    token = csrf_of(send(shop.base, "GET", "/admin/users/new/", headers=cookies(owner)).body)
    before = at_rest(console)
    admin = [address for address in addresses if address.startswith("/admin/")]
    assert len(admin) > 100
    for address in admin:
        # With the right token too: a foreign origin is enough to refuse.
        sent = {"csrfmiddlewaretoken": token, "reason": "x", "amount": "1"}
        evil = form(shop.base, address, sent, {"Origin": "https://evil.example", **cookies(owner)})
        assert evil.status == 403, address
        without = form(shop.base, address, {"reason": "x"}, {"Origin": shop.base, **cookies(owner)})
        assert without.status in (403, 404, 405), (address, without.status)
    assert at_rest(console) == before


@pytest.mark.parametrize("who", ["guest", "customer", "owner"])
def test_looking_changes_nothing(shop: LiveShop, console: Console, addresses: list[str], who: str) -> None:
    if who == "guest":
        browser = filled(shop.base)
    else:
        browser = logged_in(shop.base, ADA) if who == "customer" else staff(shop.base, "owner")
        browser.get("/account/")
    before = at_rest(console)
    broken = []
    for address in addresses:
        for method in ("GET", "HEAD"):
            target = f"{address}?variant=1&quantity=2&delete=1&action=delete&_method=DELETE&confirm=1"
            answer = send(shop.base, method, target, headers=cookies(browser))
            if answer.status >= 500:
                broken.append((method, address, answer.status))
    after = at_rest(console)
    assert broken == []
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
