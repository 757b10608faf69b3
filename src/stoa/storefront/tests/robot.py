"""A buyer that knows HTML and the autofill names of its standard, and nothing about this shop."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

PERSON = {
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "address-line1": "Marktplatz 1",
    "postal-code": "10115",
    "address-level2": "Berlin",
    "country": "DE",
    "tel": "+49 30 1234567",
}


class Robot:
    def __init__(self, person: dict[str, str] | None = None, **headers: str) -> None:
        self.client = Client(**headers)
        self.person = person or PERSON
        self.url = ""
        self.response: HttpResponse
        self.page: HTMLParser

    def open(self, url: str) -> HTMLParser:
        return self._land(url, self.client.get(url))

    def form_to(self, action: str) -> Node:
        """The first form of the page that is sent there."""
        return next(form for form in self.page.css("form") if form.attributes.get("action") == action)

    def submit(self, form: Node, **instead: Any) -> HTMLParser:
        """Send a form as it stands; autofill tokens first, then ``instead``."""
        values = fields_of(form, self.person) | instead
        url = urljoin(self.url, form.attributes.get("action") or self.url)
        send = self.client.post if (form.attributes.get("method") or "get").lower() == "post" else self.client.get
        return self._land(url, send(url, values))

    def follow(self, href: str) -> HTMLParser:
        """Click on a link that is on the page."""
        assert self.page.css_first(f'a[href="{href}"]') is not None, f"no link to {href} on {self.url}"
        return self.open(href)

    def buy(self, product_url: str, **instead: Any) -> HTMLParser:
        self.open(product_url)
        self.submit(self.form_to("/cart/add/"))
        self.follow("/checkout/")
        return self.submit(self.form_to("/checkout/"), **instead)

    @property
    def order_number(self) -> str | None:
        node = self.page.css_first("[data-order-number]")
        return node.attributes.get("data-order-number") if node else None

    @property
    def refusal(self) -> str | None:
        node = self.page.css_first("[data-error]")
        return node.attributes.get("data-error") if node else None

    def _land(self, url: str, response: HttpResponse) -> HTMLParser:
        for _hop in range(5):
            if response.status_code not in (301, 302, 303):
                break
            url = urljoin(url, response["Location"])
            response = self.client.get(url)
        self.url, self.response = url, response
        self.page = HTMLParser(response.content.decode())
        return self.page


def fields_of(form: Node, person: dict[str, str]) -> dict[str, str]:
    """What a browser would send, with the person's particulars where the form asks for them."""
    values: dict[str, str] = {}
    for node in form.css("input, select, textarea"):
        name, kind = node.attributes.get("name"), (node.attributes.get("type") or "").lower()
        if not name or kind in ("submit", "button"):
            continue
        if kind in ("radio", "checkbox"):
            if "checked" in node.attributes:
                values[name] = node.attributes.get("value") or "on"
            continue
        token = (node.attributes.get("autocomplete") or "").split()[-1:] or [""]
        if token[0] in person:
            values[name] = person[token[0]]
        elif node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            values[name] = chosen.attributes.get("value") or "" if chosen else ""
        elif node.tag == "textarea":
            values[name] = node.text()
        else:
            values[name] = node.attributes.get("value") or ""
    return values
