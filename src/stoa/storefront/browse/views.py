from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.products import queries as products
from stoa.inventory.stock import queries as stock
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.tags import tag
from stoa.storefront.browse import cards, data, filters, offer, paging
from stoa.storefront.memo import remembered
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.models import Product
    from stoa.catalogue.products.queries import ProductCard, ProductPage

# Header and footer of every page are made of these.
EVERYWHERE = ("market", "categories", "content")
HOME_CARDS = 8
RELATED = 4


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
