"""The page of search results, and what is suggested while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.catalogue.search import queries as search_queries
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.tags import tag
from stoa.kernel.web.forms import clean_text
from stoa.marketing.searching import actions as searching
from stoa.marketing.searching.queries import redirect_for
from stoa.storefront.browse import cards, filters
from stoa.storefront.browse.listing import listing_context
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.storefront.browse.cards import ShownCard

BEST_SELLERS = 4
SUGGESTED = 6
# Fewer letters say nothing.
SHORTEST = 2


@require_safe
@cached_page("catalogue", search_queries.TAG, *EVERYWHERE, query=filters.PARAMETERS)
def search(request: HttpRequest) -> HttpResponse:
    market = market_of(request)
    wanted = filters.read(request, market)
    target = redirect_for(market.pk, wanted.text) if wanted.text and wanted.page == 1 and not wanted.is_active else None
    if target:
        searching.note_search(market.pk, wanted.text, 1, user_agent=request.META.get("HTTP_USER_AGENT", ""))
        return HttpResponseRedirect(target)
    listing = listing_context(request, market, wanted)
    total = listing["listing"]["total"]
    context = {
        **listing,
        "seo": seo.page_tags(market, "/search/", _("Search"), is_indexed=False, description=_("Search the shop.")),
    }
    if not total and not wanted.is_active:
        context |= {"best_sellers": _best_sellers(market), "shelves": categories.tree(market)}
    return render(request, "storefront/browse/search.html", context)


@require_safe
@cached_page("catalogue", search_queries.TAG, *EVERYWHERE, query=("q",))
def suggest(request: HttpRequest) -> HttpResponse:
    """A part of a page: products, categories and longer queries for what has been typed so far."""
    market = market_of(request)
    text = clean_text(request.GET.get("q", ""), filters.LONGEST_TEXT)
    context: dict[str, object] = {"text": text}
    if len(text) >= SHORTEST:
        found = search_queries.suggest(market, text, limit=SUGGESTED)
        items = cards.shown(found.cards, market)
        for card in found.cards:
            tag(request, f"product:{card.id}")
        context |= {
            "cards": items,
            "categories": found.categories,
            "completions": [(each, f"/search/?{urlencode({'q': each})}") for each in found.completions],
            "total": found.total,
            "shown": found.shown,
            "all_url": f"/search/?{urlencode({'q': text})}",
        }
    response = render(request, "storefront/browse/_suggest.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def click(request: HttpRequest) -> HttpResponse:
    """Told by the browser when a result is opened. Nothing is kept of who did."""
    text = clean_text(request.POST.get("q", ""), filters.LONGEST_TEXT)
    product, position = request.POST.get("product", ""), request.POST.get("position", "1")
    if text and all(number.isascii() and number.isdigit() and len(number) < 19 for number in (product, position)):
        searching.note_click(
            market_of(request).pk, text, int(product), int(position), user_agent=request.META.get("HTTP_USER_AGENT", "")
        )
    return HttpResponse(status=204)


def _best_sellers(market: Market) -> list[ShownCard]:
    found = products.listing(market, sort="best-selling", size=BEST_SELLERS, facets=False).items
    return cards.shown(found, market)
