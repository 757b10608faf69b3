"""The page of search results."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.kernel.pagecache.decorators import cached_page
from stoa.storefront.browse import filters
from stoa.storefront.browse.listing import listing_context
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of


@require_safe
@cached_page("catalogue", *EVERYWHERE, query=filters.PARAMETERS)
def search(request: HttpRequest) -> HttpResponse:
    market = market_of(request)
    wanted = filters.read(request, market)
    context = {
        **listing_context(market, wanted),
        "seo": seo.page_tags(market, "/search/", _("Search"), is_indexed=False, description=_("Search the shop.")),
    }
    return render(request, "storefront/browse/search.html", context)
