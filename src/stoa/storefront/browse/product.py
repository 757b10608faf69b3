"""The page of one product, as visitors see it and as the editor previews it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stoa.catalogue.blocks import queries as blocks
from stoa.catalogue.products import queries as products
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.tags import tag
from stoa.kernel.web.security import open_frames
from stoa.storefront.browse import contents, data, facts, offer
from stoa.storefront.browse.counted import count_product
from stoa.storefront.browse.parts import EVERYWHERE
from stoa.storefront.content import advice
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import Shop, market_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.models import Product
    from stoa.catalogue.products.queries import ProductPage, VariantView

RELATED = 4
# What the page is without JavaScript stays as it is; each of these makes one thing handier. By the block that wants it.
SCRIPTS = (
    ("", "storefront/js/gallery.js"),
    ("", "storefront/js/zoom.js"),
    ("", "storefront/js/buy-bar.js"),
    ("video", "storefront/js/film.js"),
    ("together", "storefront/js/together.js"),
)


@require_safe
@cached_page(*EVERYWHERE, query=("variant",))
def product(request: HttpRequest, slug: str) -> HttpResponse:
    market = market_of(request)
    try:
        page = products.product_page(slug, market)
    except NotFoundError as error:
        raise Http404 from error
    tag(request, f"product:{page.id}")
    response = _product_page(request, page, market)
    count_product(request, market.pk, page.id)
    return response


def preview_product(request: HttpRequest, draft: Product) -> HttpResponse:
    """A draft, as the back office shows it before it is published."""
    market = market_of(request)
    return _product_page(request, products.product_page_of(draft, market), market)


def _product_page(request: HttpRequest, page: ProductPage, market: Market) -> HttpResponse:
    body = page.product.body
    kinds = blocks.block_types(body)
    has_related = "related" in kinds
    lot = facts.gather(market, body, page=page, rows=0 if has_related else RELATED)
    chosen = offer.chosen_variant(page.variants, lot.availability, request.GET.get("variant", ""))
    inside = contents.contents(page, chosen, market)
    shown = facts.facts(market, body, lot, page=page, variant_id=chosen.id if chosen else None)
    tag(request, *lot.tags, *inside.tags, *blocks.video_tags(body))
    open_frames(request, blocks.frame_origins(body))
    trail = [(node.name, node.url) for node in page.breadcrumbs]
    asked = blocks.questions(body)
    pictures, films = _pictures(page, chosen), blocks.gallery_films(body)
    context: dict[str, Any] = {
        "product": page,
        "pictures": pictures,
        "advice": advice.for_product(page.id) if page.id else (),
        "films": films,
        "has_thumbs": len(pictures) + len(films) > 1,
        "options": offer.options(page, chosen, lot.availability, facts.colours()),
        "offer": offer.offer(page, chosen, lot.availability, market, inside),
        "contents": inside,
        "body": blocks.render_body(body, {"facts": shown, "shop": Shop(market), "LANGUAGE_CODE": get_language()}),
        "related": [] if has_related else facts.front(lot, RELATED),
        "scripts": [script for kind, script in SCRIPTS if not kind or kind in kinds],
        "crumbs": [*({"name": name, "url": url} for name, url in trail), {"name": page.title, "url": ""}],
        "seo": seo.page_tags(
            market, page.url, page.seo_title, description=data.described(page), picture=page.picture, kind="product",
            data=[
                data.product_data(page, lot.availability, market),
                seo.crumbs_data(market, [*trail, (page.title, page.url)]),
                *([data.questions_data(asked)] if asked else []),
            ],
        ),
    }  # fmt: skip
    return render(request, "storefront/browse/product.html", context)


def _pictures(page: ProductPage, chosen: VariantView | None) -> list[Any]:
    """The picture of the chosen variant leads, those of the others stand last."""
    own = chosen.picture_id if chosen else None
    others = {variant.picture_id for variant in page.variants} - {own, None}
    return sorted(page.pictures, key=lambda view: (view.id != own, view.id in others)) if own else list(page.pictures)
