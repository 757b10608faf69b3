"""The catalogue as shopping networks read it: from a file, with what HTTP needs so that nobody reads it twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from stoa.kernel.pagecache.keys import best_encoding
from stoa.marketing.feeds import queries as feeds
from stoa.marketing.feeds.queries import FeedFile
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

TYPES = {"google": "application/xml; charset=utf-8", "meta": "text/csv; charset=utf-8"}


@require_safe
def feed(request: HttpRequest, name: str) -> HttpResponseBase:
    """404 where the feed is not offered; 503 while it is made for the first time."""
    market: Market = market_of(request)
    if not feeds.settings_of(market.pk).is_offered:
        raise Http404
    accepts = request.headers.get("Accept-Encoding", "")
    found = feeds.current(market, name, is_gzip="gzip" in accepts and bool(best_encoding(accepts)))
    if found is None:
        return HttpResponse(status=503, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    file, state = found

    @condition(etag_func=lambda _: file.etag, last_modified_func=lambda _: state.changed_at)
    def send(asked: HttpRequest) -> HttpResponseBase:
        return _sent(file, name) if asked.method == "GET" else HttpResponse(content_type=TYPES[name])

    response = send(request)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _sent(file: FeedFile, name: str) -> HttpResponseBase:
    response = FileResponse(file.path.open("rb"), content_type=TYPES[name])
    response.headers["Content-Length"] = str(file.path.stat().st_size)
    if file.is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    if "Content-Disposition" in response.headers:
        del response.headers["Content-Disposition"]
    return response
