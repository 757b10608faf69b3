from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from wagtail.views import serve

from stoa.kernel.pagecache.decorators import cached_page
from stoa.storefront.browse.parts import EVERYWHERE

_cached = cached_page(*EVERYWHERE)


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail finds the page. What only some may read is served, and never kept."""
    return _serve(request, path)


@_cached
def _serve(request: HttpRequest, path: str) -> HttpResponseBase:
    response: HttpResponseBase = serve(request, path)
    shown = getattr(response, "context_data", None) or {}
    found = shown.get("page")
    if found is None or found.get_view_restrictions():
        request.stoa_cache_tags.clear()  # type: ignore[attr-defined]
        response.headers["Cache-Control"] = "private, no-store"
    return response
