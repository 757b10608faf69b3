"""The look of a shop front as a style sheet of its own, kept by browsers for ever: its address changes with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from stoa.kernel.pagecache.decorators import cached_page
from stoa.marketing.themes import queries as themes
from stoa.storefront.shop import market_of

FOR_EVER = "public, max-age=31536000, immutable"
CSS = "text/css; charset=utf-8"


@require_safe
@cached_page("theme", "market")
def stylesheet(request: HttpRequest, name: str) -> HttpResponse:
    """A page that somebody kept may name an older one: it gets today's, and asks again the next time."""
    css = themes.stylesheet(market_of(request))
    response = HttpResponse(css, content_type=CSS)
    response.headers["Cache-Control"] = FOR_EVER if themes.hash_of(css) == name else "no-cache"
    return response
