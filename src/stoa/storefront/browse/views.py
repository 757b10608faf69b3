from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.products import queries as products
from stoa.kernel.pagecache.decorators import cached_page
from stoa.storefront.browse import cards, offer
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.content import queries as content
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of

HOME_CARDS = 8


@require_safe
@cached_page("catalogue", *EVERYWHERE)
def home(request: HttpRequest) -> HttpResponseBase:
    """The merchant's own home page; where there is none, goods and categories by themselves."""
    market = market_of(request)
    if (page := content.home_page(market)) is not None:
        written: HttpResponseBase = page.serve(request)
        return written
    featured = products.listing(market, size=HOME_CARDS).items
    shown = {card.id for card in featured}
    newest = [
        card for card in products.listing(market, sort="newest", size=HOME_CARDS * 2).items if card.id not in shown
    ]
    featured_cards, newest_cards = cards.shown_lists([featured, newest[:HOME_CARDS]], market)
    hero = picture_view(market.hero) if market.hero else None
    shelves = categories.tree(market)
    context = {
        "hero": hero,
        "delivery_promise": offer.delivery_line(market, 0),
        "categories": shelves,
        # Six shelves stand better in rows of three than as four and two.
        "are_thirds": len(shelves) % 3 == 0 and len(shelves) % 4 != 0,
        "featured": featured_cards,
        "newest": newest_cards,
        "seo": seo.page_tags(
            market, "/", market.shop_name, description=market.hero_text or market.tagline, picture=hero,
            data=[seo.organisation_data(market), seo.site_data(market)],
        ),
    }  # fmt: skip
    return render(request, "storefront/browse/home.html", context)
