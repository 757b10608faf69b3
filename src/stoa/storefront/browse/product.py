"""The page of one product, as visitors see it and as the editor previews it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.products import queries as products
from stoa.inventory.stock import queries as stock
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.tags import tag
from stoa.storefront.browse import cards, data, offer
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.memo import remembered
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.models import Product
    from stoa.catalogue.products.queries import ProductCard, ProductPage

RELATED = 4


@require_safe
@cached_page(*EVERYWHERE, query=("variant",))
def product(request: HttpRequest, slug: str) -> HttpResponse:
    market = market_of(request)
    try:
        page = products.product_page(slug, market)
    except NotFoundError as error:
        raise Http404 from error
    tag(request, f"product:{page.id}")
    return _product_page(request, page, market)


def preview_product(request: HttpRequest, draft: Product) -> HttpResponse:
    """A draft, as the back office shows it before it is published."""
    market = market_of(request)
    return _product_page(request, products.product_page_of(draft, market), market)


def _product_page(request: HttpRequest, page: ProductPage, market: Market) -> HttpResponse:
    related = _related(page, market)
    shown_ids = {*page.variant_ids, *(variant_id for card in related for variant_id in card.variant_ids)}
    availability = stock.availability(shown_ids, market.pk)
    chosen = offer.chosen_variant(page.variants, availability, request.GET.get("variant", ""))
    cards.tag_cards(request, related)
    trail = [(node.name, node.url) for node in page.breadcrumbs]
    context: dict[str, Any] = {
        "product": page,
        "pictures": _pictures(page, chosen.picture_id if chosen else None),
        "options": offer.options(page, chosen, availability),
        "offer": offer.offer(page, chosen, availability, market),
        "body": page.body_html,
        "related": cards.with_stock([related], availability)[0],
        "crumbs": [*({"name": name, "url": url} for name, url in trail), {"name": page.title, "url": ""}],
        "seo": seo.page_tags(
            market, page.url, page.seo_title, description=page.seo_description, picture=page.picture, kind="product",
            data=[data.product_data(page, availability, market), seo.crumbs_data(market, [*trail, (page.title, page.url)])],
        ),
    }  # fmt: skip
    return render(request, "storefront/browse/product.html", context)


def _pictures(page: ProductPage, first: int | None) -> list[Any]:
    """The picture of the chosen variant leads."""
    return sorted(page.pictures, key=lambda view: view.id != first) if first else list(page.pictures)


def _related(page: ProductPage, market: Market) -> list[ProductCard]:
    """Neighbours on the same shelf."""
    if page.category is None:
        return []
    return [card for card in _shelf_front(market.pk, page.category.id) if card.id != page.id][:RELATED]


@remembered("catalogue", "market", size=2_000)
def _shelf_front(market_id: int, category_id: int) -> tuple[ProductCard, ...]:
    market, node = markets.market_by_id(market_id), categories.category_by_id(category_id)
    if market is None or node is None:
        return ()
    return tuple(products.listing(market, category=node, size=RELATED + 1).items)
