"""The page of a category, and what every listing is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.tags import tag, vary
from stoa.storefront.browse import cards, filters, paging
from stoa.storefront.browse.counted import count_list
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.content import advice
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market


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
    wanted.text, wanted.category = "", None
    shown = listing_context(request, market, wanted, node)
    trail = categories.breadcrumbs(node)
    page_path = node.url if wanted.page == 1 else f"{node.url}?page={wanted.page}"
    context = {
        "category": node,
        "advice": advice.for_category(node.id) if wanted.page == 1 else (),
        "crumbs": [{"name": each.name, "url": each.url if each.id != node.id else ""} for each in trail],
        "seo": seo.page_tags(
            market, page_path, node.seo_title or node.name, description=node.seo_description or node.description,
            picture=node.picture, is_indexed=wanted.is_plain,
            data=[seo.crumbs_data(market, [(each.name, each.url) for each in trail])],
        ),
        **shown,
    }  # fmt: skip
    return render(request, "storefront/browse/category.html", context)


def listing_context(
    request: HttpRequest, market: Market, wanted: filters.Filters, node: CategoryNode | None = None
) -> dict[str, Any]:
    """Raises Http404 behind the last page."""
    listing = products.listing(
        market, category=node or wanted.category, text=wanted.text or None, chosen=wanted.chosen, sort=wanted.sort,
        page=wanted.page,
    )  # fmt: skip
    if wanted.page > 1 and wanted.page > listing.pages:
        raise Http404
    # Always all facets that there are: the cache goes by the names, and forgets what it does not know.
    vary(request, *map(filters.parameter, listing.facets.codes))
    wanted.plan = node.filters if node is not None else wanted.plan
    wanted.describe(listing)
    count_list(request, market.pk, wanted, listing, node)
    return {
        "filters": wanted,
        "found": listing.found,
        "listing": {"total": listing.total, "items": cards.shown(listing.items, market, eager=4)},
        "pages": paging.pages(listing.page, listing.pages, wanted.page_url),
    }
