from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from wagtail.views import serve

from stoa.kernel.pagecache.decorators import cached_page
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.content import feed, queries
from stoa.storefront.content.aid import PARAMETERS
from stoa.storefront.content.paths import path_of
from stoa.storefront.shop import market_of

# Of the journal, and of buying aids.
QUERY = ("page", "tag", "author", *PARAMETERS)


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail finds the page. What only some may read is served, and never kept."""
    return _serve(request, path)


@cached_page(*EVERYWHERE, query=QUERY)
def _serve(request: HttpRequest, path: str) -> HttpResponseBase:
    response: HttpResponseBase = serve(request, path)
    shown = getattr(response, "context_data", None) or {}
    found = shown.get("page")
    if found is None or found.get_view_restrictions():
        request.stoa_cache_tags.clear()  # type: ignore[attr-defined]
        response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@cached_page("market", "content")
def journal_feed(request: HttpRequest, path: str) -> HttpResponse:
    """``/journal/feed.xml``: below the address of any journal."""
    index = next((each for each in queries.journals() if path_of(each) == f"/{path}"), None)
    if index is None:
        raise Http404
    return HttpResponse(feed.journal_feed(market_of(request), index), content_type=feed.CONTENT_TYPE)
