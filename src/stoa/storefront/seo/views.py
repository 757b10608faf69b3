from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from stoa.catalogue.products import queries as products
from stoa.kernel.pagecache.decorators import cached_page
from stoa.storefront.seo import sitemap
from stoa.storefront.seo.tags import base_url
from stoa.storefront.shop import market_of

XML = "application/xml; charset=utf-8"
# A list of more products than this is not kept in memory.
KEPT = 1_000
PRIVATE_PATHS = ("/cart/add/", "/cart/badge/", "/order/", "/account/", "/admin/", "/payments/", "/search/")


@require_safe
@cached_page("market")
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS), ""]
    lines += [f"Sitemap: {base_url(market_of(request))}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cached_page("catalogue", "market", "content")
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemap.index(market_of(request)), content_type=XML)


@require_safe
@cached_page("catalogue", "market", "content")
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemap.pages(market_of(request)), content_type=XML)


@require_safe
@cached_page("catalogue", "market")
def sitemap_products(request: HttpRequest, number: int) -> HttpResponseBase:
    """Small ones are kept whole; large ones are sent while they are read, so that memory stays flat."""
    if not 1 <= number <= sitemap.parts():
        raise Http404
    texts = sitemap.product_part(market_of(request), number)
    if products.live_products().count() > KEPT:
        return StreamingHttpResponse(texts, content_type=XML)
    return HttpResponse("".join(texts), content_type=XML)


@require_safe
@cached_page("market")
def manifest(request: HttpRequest) -> HttpResponse:
    market = market_of(request)
    facts = {
        "name": market.shop_name,
        "short_name": market.shop_name[:12],
        "start_url": "/",
        "display": "browser",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [{"src": static("storefront/favicon.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
@cached_page("market")
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look without asking the page."""
    return HttpResponse(status=301, headers={"Location": static("storefront/favicon.svg")})
