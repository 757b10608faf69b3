"""A buyer that knows only HTML: forms, labels of autofill, radio buttons, links. No JavaScript, no knowledge of the shop."""

from __future__ import annotations

import http.client
import http.cookies
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Values by the autofill tokens of the HTML standard.
AUTOFILL = {
    "email": "robot@example.com",
    "name": "Ada Robot",
    "given-name": "Ada",
    "family-name": "Robot",
    "street-address": "Lindenweg 4",
    "address-line1": "Lindenweg 4",
    "postal-code": "10115",
    "address-level2": "Berlin",
    "tel": "+49 30 1234567",
}


@dataclass
class Page:
    url: str
    status: int
    headers: dict[str, str]
    body: str

    @property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.body)


@dataclass
class Browser:
    """HTTP over one kept connection, with cookies and redirects. ``base``: ``http://127.0.0.1:8000``."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        self._host = parts.netloc
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def get(self, url: str) -> Page:
        return self.request("GET", url)

    def post(self, url: str, data: dict[str, str] | list[tuple[str, str]]) -> Page:
        return self.request("POST", url, urlencode(data).encode())

    def request(self, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Page:
        """Follows redirects within the shop, ten at the most."""
        for _ in range(10):
            page = self._once(method, url, body, headers or {})
            if page.status not in {301, 302, 303, 307, 308}:
                return page
            url = urljoin(page.url, page.headers["location"])
            if urlsplit(url).netloc != self._host:
                return page
            if page.status in {301, 302, 303}:
                method, body = "GET", None
        raise AssertionError(f"too many redirects at {url}")

    def _once(self, method: str, url: str, body: bytes | None, extra: dict[str, str]) -> Page:
        parts = urlsplit(urljoin(self.base, url))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "text/html", "Accept-Encoding": "identity", **extra}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        self.requests += 1
        try:
            self._connection.request(method, target, body, headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            raise
        content = response.read().decode("utf-8", "replace")
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return Page(parts.geturl(), response.status, {k.lower(): v for k, v in response.headers.items()}, content)


def add_to_cart(browser: Browser, product_url: str) -> Page:
    """Open a product page and submit the form that adds to the cart."""
    page = browser.get(product_url)
    assert page.status == 200, f"{product_url} answers {page.status}"
    for form in page.tree.css("form"):
        action = (form.attributes.get("action") or "").lower()
        if (form.attributes.get("method") or "").lower() == "post" and "cart" in action:
            return browser.post(urljoin(page.url, form.attributes["action"] or ""), fields_of(form))
    raise AssertionError(f"{product_url} has no form that adds to the cart")


def check_out(browser: Browser, page: Page, *, choose: dict[str, str] | None = None, email: str = "") -> Page:
    """From a page with a link to ``/checkout/`` to wherever the submitted checkout leads.

    ``choose``: values of radio buttons to prefer, by value; otherwise the checked one, or the first of each group.
    """
    link = next(
        (a for a in page.tree.css("a[href]") if urlsplit(a.attributes["href"] or "").path == "/checkout/"), None
    )
    assert link is not None, f"{page.url} has no link to the checkout"
    checkout = browser.get(urljoin(page.url, link.attributes["href"] or ""))
    return submit_checkout(browser, checkout, choose=choose, email=email)


def submit_checkout(browser: Browser, page: Page, *, choose: dict[str, str] | None = None, email: str = "") -> Page:
    forms = [form for form in page.tree.css("form") if form.css_first('[autocomplete~="email"]')]
    assert forms, f"{page.url} has no form to check out with"
    form = forms[0]
    values = fields_of(form, choose=choose or {})
    for node in form.css("[autocomplete]"):
        name, tokens = node.attributes.get("name"), (node.attributes.get("autocomplete") or "").split()
        if name and tokens and tokens[-1] in AUTOFILL:
            values[name] = email if tokens[-1] == "email" and email else AUTOFILL[tokens[-1]]
    return browser.post(urljoin(page.url, form.attributes.get("action") or page.url), values)


def fields_of(form: LexborNode, *, choose: dict[str, str] | None = None) -> dict[str, str]:
    """What a browser would submit of a form as it stands, with the first submit button that has a name."""
    chosen = set((choose or {}).values())
    values: dict[str, str] = {}
    ranks: dict[str, int] = {}
    has_button = False
    for node in form.css("input, select, textarea, button"):
        name = node.attributes.get("name")
        if not name or "disabled" in node.attributes:
            continue
        kind = (node.attributes.get("type") or "text").lower()
        value = node.attributes.get("value") or ""
        if node.tag == "select":
            options = node.css("option")
            picked = next((o for o in options if "selected" in o.attributes), options[0] if options else None)
            values[name] = (picked.attributes.get("value") or "") if picked is not None else ""
        elif node.tag == "textarea":
            values[name] = node.text()
        elif node.tag == "button" or kind == "submit":
            if not has_button and value:
                values[name], has_button = value, True
        elif kind == "radio":
            rank = 2 if value in chosen else 1 if "checked" in node.attributes else 0
            if name not in ranks or rank > ranks[name]:
                ranks[name], values[name] = rank, value or "on"
        elif kind == "checkbox":
            if "checked" in node.attributes:
                values[name] = value or "on"
        elif kind not in {"button", "reset", "image", "file"}:
            values[name] = value
    return values


def order_number(page: Page) -> str | None:
    """The number on a page that acknowledges an order, or None."""
    node = page.tree.css_first("[data-order-number]")
    return node.attributes.get("data-order-number") if node is not None else None


def buy(base: str, product_url: str, *, choose: dict[str, str] | None = None, email: str = "") -> Page:
    """A whole purchase by a new visitor; the last page says whether there is an order."""
    with Browser(base) as browser:
        return check_out(browser, add_to_cart(browser, product_url), choose=choose, email=email)
