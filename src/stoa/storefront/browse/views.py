from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.products import queries as products
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.tags import tag
from stoa.storefront.browse import cards, filters, offer, paging
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market

HOME_CARDS = 8


@require_safe
@cached_page("catalogue", *EVERYWHERE)
def home(request: HttpRequest) -> HttpResponse:
    market = market_of(request)
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


@require_safe
@cached_page("catalogue", *EVERYWHERE, query=filters.PARAMETERS)
def category(request: HttpRequest, slug: str) -> HttpResponse:
    market = market_of(request)
    try:
        node = categories.category_by_slug(slug)
    except NotFoundError as error:
        raise Http404 from error
    tag(request, f"category:{node.id}")
    wanted = filters.read(request, market)
    wanted.text = ""
    listing = _listing(market, wanted, node)
    trail = categories.breadcrumbs(node)
    page_path = node.url if wanted.page == 1 else f"{node.url}?page={wanted.page}"
    context = {
        "category": node,
        "children": node.children,
        "crumbs": [{"name": each.name, "url": each.url if each.id != node.id else ""} for each in trail],
        "seo": seo.page_tags(
            market, page_path, node.seo_title or node.name, description=node.seo_description or node.description,
            picture=node.picture, is_indexed=wanted.is_plain,
            data=[seo.crumbs_data(market, [(each.name, each.url) for each in trail])],
        ),
        **listing,
    }  # fmt: skip
    return render(request, "storefront/browse/category.html", context)


@require_safe
@cached_page("catalogue", *EVERYWHERE, query=filters.PARAMETERS)
def search(request: HttpRequest) -> HttpResponse:
    market = market_of(request)
    wanted = filters.read(request, market)
    context = {
        **_listing(market, wanted),
        "seo": seo.page_tags(market, "/search/", _("Search"), is_indexed=False, description=_("Search the shop.")),
    }
    return render(request, "storefront/browse/search.html", context)


def _listing(market: Market, wanted: filters.Filters, node: CategoryNode | None = None) -> dict[str, Any]:
    """Raises Http404 behind the last page."""
    listing = products.listing(
        market, category=node, text=wanted.text or None, sort=wanted.sort, min_price=wanted.min_minor,
        max_price=wanted.max_minor, available_ids=wanted.available_ids(market), brand=wanted.chosen_brands,
        page=wanted.page,
    )  # fmt: skip
    if wanted.page > 1 and wanted.page > listing.pages:
        raise Http404
    wanted.describe(listing)
    return {
        "filters": wanted,
        "listing": {"total": listing.total, "items": cards.shown(listing.items, market, eager=4)},
        "pages": paging.pages(listing.page, listing.pages, wanted.page_url),
    }
