"""Drafts as visitors would get them, made in this process, for the check before publishing."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from os.path import getsize
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.core.files.storage import FileSystemStorage, default_storage
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.products import queries as products
from stoa.catalogue.products.preview import render as render_product
from stoa.marketing.audit.source import Fetched
from stoa.storefront.content import queries as content
from stoa.storefront.content.base import ShopPage
from stoa.storefront.content.paths import path_of, root
from stoa.storefront.seo.sitemap import walk
from stoa.storefront.seo.source import environ

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# Views behind which a path is a row that may be gone; what is behind the others is always there.
_BY_ROWS = frozenset({"wagtail_serve", "product", "category"})


class _Handler(BaseHandler):
    """The shop's middleware around one subject, in place of what stands at the address."""

    def _get_response(self, request: HttpRequest) -> Any:
        request.is_preview = True  # type: ignore[attr-defined]
        try:
            return _shown(request, request.stoa_subject)  # type: ignore[attr-defined]
        except Exception as error:  # for whoever asked, not for the handler of errors and its signal
            request.stoa_problem = error  # type: ignore[attr-defined]
            return HttpResponse(status=500)


def _shown(request: HttpRequest, subject: Any) -> Any:
    if isinstance(subject, ShopPage):
        response = subject.serve_preview(request, subject.default_preview_mode)
    else:
        response = render_product(request, subject)
    render = getattr(response, "render", None)
    return render() if callable(render) else response


class ShopDrafts:
    @cached_property
    def _handler(self) -> _Handler:
        handler = _Handler()
        handler.load_middleware()
        return handler

    def market(self, subject: Any) -> Market:
        return getattr(subject, "market", None) or default_market()

    def show(self, market: Market, subject: Any) -> Fetched:
        address = path_of(subject) if isinstance(subject, ShopPage) else subject.get_absolute_url()
        request = WSGIRequest(environ(market, address))
        request.is_dummy = True  # type: ignore[attr-defined]
        request.stoa_subject = subject  # type: ignore[attr-defined]
        spoken, zone = translation.get_language(), timezone.get_current_timezone()
        try:
            response = self._handler.get_response(request)
            html = response.content.decode("utf-8", "replace") if isinstance(response, HttpResponse) else ""
        finally:
            timezone.activate(zone)
            translation.activate(spoken or "en")
        problem = getattr(request, "stoa_problem", None)
        if problem is not None:
            raise problem
        return Fetched(response.status_code, address, html)

    def broken(self, market: Market, paths: Collection[str]) -> set[str]:
        missing = {path for path in paths if not path.startswith(("/media/", "/static/")) and _is_row(path)}
        if not missing:
            return set()
        slugs = {path[3:-1]: path for path in missing if path.startswith("/p/")}
        live = products.live_products().filter(slug__in=slugs).values_list("slug", flat=True) if slugs else ()
        missing -= {slugs[slug] for slug in live}
        missing -= {node.url for node in walk(categories.tree(market))}
        if missing:
            top = root()
            below = {top.url_path + path.lstrip("/"): path for path in missing}
            found = content.shown_pages().filter(url_path__in=below).values_list("url_path", flat=True)
            missing -= {below[url_path] for url_path in found}
        if missing:
            old = {Redirect.normalise_path(path): path for path in missing}
            known = Redirect.objects.filter(old_path__in=old).values_list("old_path", flat=True)
            missing -= {old[path] for path in known}
        return missing

    def sizes(self, addresses: Collection[str]) -> dict[str, int | None]:
        if not isinstance(default_storage, FileSystemStorage):
            return {}
        beginning = urlsplit(default_storage.base_url or "").path
        found: dict[str, int | None] = {}
        for address in addresses:
            path = urlsplit(address).path
            if not beginning or not path.startswith(beginning):
                continue
            try:
                found[address] = getsize(default_storage.path(unquote(path[len(beginning) :])))
            except OSError:
                found[address] = None
        return found


def _is_row(path: str) -> bool:
    """Whether a row must be there for ``path`` to lead somewhere. What no address fits leads nowhere for certain."""
    try:
        return resolve(path).url_name in _BY_ROWS
    except Http404:
        return True
