"""A product as schema.org has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stoa.catalogue.products.cleaning import clean_html
from stoa.storefront.seo.tags import absolute, base_url

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductPage, VariantView
    from stoa.inventory.stock.queries import Availability

_MOST_OFFERS = 50


def product_data(page: ProductPage, availability: Mapping[int, Availability], market: Market) -> dict[str, Any]:
    url = base_url(market) + page.url
    facts: dict[str, Any] = {
        "@type": "Product",
        "name": page.title,
        "url": url,
        "description": page.seo_description,
        "image": [absolute(market, picture.url_for(1400)) for picture in page.pictures[:6]],
        "sku": page.variants[0].sku if len(page.variants) == 1 else "",
        "gtin": _gtin(page.variants[0].barcode) if len(page.variants) == 1 else "",
        "brand": {"@type": "Brand", "name": page.brand} if page.brand else None,
        "category": " > ".join(node.name for node in page.breadcrumbs),
        "offers": [
            _offer(
                variant, availability.get(variant.id), url if len(page.variants) == 1 else f"{url}?variant={variant.id}"
            )
            for variant in page.variants[:_MOST_OFFERS]
        ],
    }
    return {key: value for key, value in facts.items() if value}


def questions_data(asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """``asked``: question, and answer as stored rich text. Answers keep their paragraphs, lists and links."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": clean_html(answer)},
            }
            for question, answer in asked
        ],
    }


def _offer(variant: VariantView, state: Availability | None, url: str) -> dict[str, Any]:
    if state is None or not state.is_sellable:
        where = "OutOfStock"
    elif state.is_tracked and state.in_stock <= 0:
        where = "BackOrder"
    else:
        where = "InStock"
    price = variant.quote.unit
    ends_at = variant.quote.ends_at
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "url": url,
        "price": str(price.decimal),
        "priceCurrency": price.currency,
        # The moment itself is past the sale; what schema.org asks for is the last one at which the price holds.
        **({"priceValidUntil": (ends_at - timedelta(seconds=1)).isoformat()} if ends_at else {}),
        "availability": f"https://schema.org/{where}",
        "itemCondition": "https://schema.org/NewCondition",
    }


def _gtin(barcode: str) -> str:
    return barcode if barcode.isascii() and barcode.isdigit() and len(barcode) in (8, 12, 13, 14) else ""
