"""Raw HTTP: what a browser would not send, from any address of the loopback range."""

from __future__ import annotations

import http.client
import itertools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.abuse.people import PASSWORD
from tests.robot import AUTOFILL, Browser, Page, add_to_cart, fields_of

FORM = "application/x-www-form-urlencoded"
_hosts = itertools.count(2)


class Visitor(Browser):
    """A browser that keeps no connection open between two pages."""

    def _once(self, method: str, url: str, body: bytes | None, extra: dict[str, str]) -> Page:
        try:
            return super()._once(method, url, body, extra)
        finally:
            self.close()


def new_address() -> str:
    """A visitor's network address that no other test has used up limits from."""
    number = next(_hosts)
    return f"127.{1 + number // 60000}.{number // 250 % 240}.{1 + number % 250}"


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


def send(
    base: str,
    method: str,
    target: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    **options: Any,
) -> Answer:
    """One request on a connection of its own, nothing followed. ``target`` is sent as it stands. ``source``: from where."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=30, source_address=(options.get("source") or "127.0.0.1", 0)
    )
    try:
        connection._validate_path = lambda path: None  # type: ignore[attr-defined]
        given = {key.lower() for key in headers or {}}
        connection.putrequest(method, target, skip_host="host" in given, skip_accept_encoding=True)
        for key, value in (headers or {}).items():
            connection.putheader(key, value.encode("utf-8", "surrogateescape"))
        if body is not None and "content-length" not in given:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read().decode("utf-8", "replace"))
    finally:
        connection.close()


def form(
    base: str, target: str, fields: dict[str, str], headers: dict[str, str] | None = None, **options: Any
) -> Answer:
    return send(base, "POST", target, urlencode(fields).encode(), {"Content-Type": FORM, **(headers or {})}, **options)


def cookies(browser: Browser) -> dict[str, str]:
    """The Cookie header of a browser, for ``send``."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}


def logged_in(base: str, email: str, *, source: str = "") -> Browser:
    """A customer's browser after log-in."""
    answer = form(base, "/account/login/", {"login": email, "password": PASSWORD}, source=source or new_address())
    assert (answer.status, answer.header("Location")) == (302, "/account/"), answer.status
    return browser_with(base, answer)


def staff(base: str, role: str) -> Browser:
    """A back-office browser after log-in."""
    source = new_address()
    page = send(base, "GET", "/admin/login/", source=source)
    jar = browser_with(base, page)
    fields = {"username": f"{role}@staff.example", "password": PASSWORD, "csrfmiddlewaretoken": csrf_of(page.body)}
    answer = form(base, "/admin/login/", fields, cookies(jar), source=source)
    assert answer.status == 302, answer.status
    return browser_with(base, answer, dict(jar.cookies))


def browser_with(base: str, answer: Answer, known: dict[str, str] | None = None) -> Browser:
    jar = dict(known or {})
    for line in answer.all("Set-Cookie"):
        name, _, rest = line.partition("=")
        value = rest.partition(";")[0].strip('"')
        if value:
            jar[name] = value
        else:
            jar.pop(name, None)
    return Visitor(base, jar)


def csrf_of(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found, "no token on the page"
    return found.group(1)


def filled(base: str, product: str = "/p/product-plenty/") -> Browser:
    """A guest with one thing in the cart."""
    browser = Visitor(base)
    page: Page = add_to_cart(browser, product)
    assert page.status == 200
    return browser


def checkout_fields(browser: Browser, **changes: str) -> dict[str, str]:
    """What a buyer would submit of the checkout page, with ``changes``."""
    page = browser.get("/checkout/")
    fields = checkout_form(page)
    return {**fields, **changes}


def checkout_form(page: Page) -> dict[str, str]:
    node = next(form for form in page.tree.css("form") if form.css_first('[autocomplete~="email"]'))
    values = fields_of(node)
    for field in node.css("[autocomplete]"):
        name, tokens = field.attributes.get("name"), (field.attributes.get("autocomplete") or "").split()
        if name and tokens and tokens[-1] in AUTOFILL:
            values[name] = AUTOFILL[tokens[-1]]
    return values


def order(base: str, *, product: str = "/p/product-plenty/", **changes: str) -> str:
    """A guest's order; the address of its page, or of the provider's for ``payment="sandbox"``."""
    browser = filled(base, product)
    fields = checkout_fields(browser, **{"payment": "bank_transfer", **changes})
    answer = form(base, "/checkout/", fields, cookies(browser), source=new_address())
    assert answer.status == 303, (answer.status, re.findall(r'data-error="[^"]+"|class="error[^<]+', answer.body))
    return answer.header("Location")
