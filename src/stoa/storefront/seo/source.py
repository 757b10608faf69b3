"""How the page audit lists the public pages and gets at them: in this process, as a visitor without cookies would."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets.queries import base_url
from stoa.catalogue.products import queries as products
from stoa.marketing.audit.source import Fetched, PageRef
from stoa.storefront.content import queries as content
from stoa.storefront.seo.sitemap import walk

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

_AGENT = "StoaAudit (bot)"
_CHUNK = 200


class ShopSource:
    @cached_property
    def _handler(self) -> BaseHandler:
        handler = BaseHandler()
        handler.load_middleware()
        return handler

    def pages(self, market: Market, after: str) -> Iterator[PageRef]:
        """Marks: ``f:<n>`` for the n-th of what is not a product, ``p:<id>`` for products."""
        kind, _, number = after.partition(":")
        if kind != "p":
            start = int(number) if kind == "f" else 0
            for place, (address, name, pk) in enumerate(self._fixed(market), 1):
                if place > start:
                    yield PageRef(address, name, pk, f"f:{place}")
        last = int(number) if kind == "p" else 0
        rows = products.live_products().values_list("pk", "slug")
        while chunk := list(rows.filter(pk__gt=last)[:_CHUNK]):
            for pk, slug in chunk:
                yield PageRef(f"/p/{slug}/", "product", pk, f"p:{pk}")
            last = chunk[-1][0]

    def _fixed(self, market: Market) -> Iterator[tuple[str, str, int | None]]:
        shelves = ((node.url, "category", node.id) for node in walk(categories.tree(market)))
        pages = ((page.url, "content", page.id) for page in content.public_pages() if page.url != "/")
        return chain([("/", "home", None)], shelves, pages)

    def fetch(self, market: Market, address: str) -> Fetched:
        request = WSGIRequest(environ(market, address))
        spoken = translation.get_language()
        try:
            response = self._handler.get_response(request)
            html = response.content.decode("utf-8", "replace") if isinstance(response, HttpResponse) else ""
        finally:
            timezone.deactivate()
            translation.activate(spoken or "en")
        return Fetched(response.status_code, response.headers.get("Location", ""), html)

    def statuses(self, market: Market, addresses: Collection[str]) -> dict[str, tuple[int, str]]:
        """Products and categories from the tables; redirects from theirs; only what is left is fetched."""
        found: dict[str, tuple[int, str]] = {}
        slugs = {path[3:-1]: path for path in addresses if path.startswith("/p/") and path.endswith("/")}
        live = products.live_products().filter(slug__in=slugs).values_list("slug", flat=True) if slugs else ()
        found.update({slugs[slug]: (200, "") for slug in live})
        shelves = {node.url for node in walk(categories.tree(market))}
        found.update({path: (200, "") for path in addresses if path in shelves})
        for path in addresses:
            if path in found:
                continue
            row = (
                Redirect.objects.filter(old_path=Redirect.normalise_path(path)).first()
                if path.startswith("/p/")
                else None
            )
            if row is not None and row.link:
                found[path] = (301, row.link)
            else:
                fetched = self.fetch(market, path)
                found[path] = (fetched.status, fetched.location)
        return found


def environ(market: Market, address: str) -> dict[str, object]:
    base = urlsplit(base_url(market))
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "QUERY_STRING": query,
        # WSGI has bytes in latin-1 (PEP 3333).
        "PATH_INFO": unquote(quote(path, safe="/%")).encode().decode("latin-1"),
        "SERVER_NAME": base.hostname or "localhost", "SERVER_PORT": str(base.port or (443 if base.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": base.netloc, "REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": _AGENT,
        "wsgi.version": (1, 0), "wsgi.url_scheme": base.scheme, "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
