"""A product as schema.org has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stoa.catalogue.markets import queries as markets
from stoa.catalogue.products.cleaning import clean_html
from stoa.catalogue.search.rules import fold
from stoa.marketing.feeds import queries as feeds
from stoa.marketing.feeds.rules import OPTION_NAMES, SCHEMA_ORG, Shipping, option_attributes
from stoa.storefront.memo import remembered
from stoa.storefront.seo.tags import absolute, base_url, first_words, returns_data

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductPage, VariantView
    from stoa.inventory.stock.queries import Availability
    from stoa.kernel.money import Money

_MOST_OFFERS = 100


def product_data(page: ProductPage, availability: Mapping[int, Availability], market: Market) -> dict[str, Any]:
    """A Product with its Offer; a ProductGroup with one Product for each variant where there are several."""
    url = base_url(market) + page.url
    about: dict[str, Any] = {
        "name": page.title,
        "url": url,
        "description": described(page),
        "image": [absolute(market, picture.url_for(1400)) for picture in page.pictures[:6]],
        "brand": {"@type": "Brand", "name": page.brand} if page.brand else None,
        "category": " > ".join(node.name for node in page.breadcrumbs),
    }
    terms = _terms(market.pk) if page.product.kind != "digital" else {}
    if len(page.variants) == 1:
        own = _variant(page, page.variants[0], url, availability, terms)
        return _filled({"@type": "Product", **about, **own})
    if not page.variants:
        return _filled({"@type": "Product", **about})
    varies_by = [
        f"https://schema.org/{OPTION_NAMES[name]}" if (name := fold(option.name)) in OPTION_NAMES else option.name
        for option in page.options
    ]
    shown = page.variants[:_MOST_OFFERS]
    group = {
        "@type": "ProductGroup", **about, "productGroupID": f"p{page.id}", "variesBy": varies_by,
        "hasVariant": [
            _filled({
                "@type": "Product",
                "name": ", ".join([page.title, *variant.option_values]),
                "description": about["description"],
                "image": _image(page, variant, market),
                **_variant(page, variant, f"{url}?variant={variant.id}", availability, terms),
            })
            for variant in shown
        ],
    }  # fmt: skip
    return _filled(group)


def described(page: ProductPage) -> str:
    """What the merchant wrote for search engines; else the short description; else the first words of the page."""
    return page.seo_description or first_words(page.product.body)


def _variant(
    page: ProductPage, variant: VariantView, url: str, availability: Mapping[int, Availability], terms: dict[str, Any]
) -> dict[str, Any]:
    names = [fold(option.name) for option in page.options]
    return {
        "sku": variant.sku,
        "gtin": feeds.gtin(variant.barcode),
        **dict(option_attributes(names, variant.option_values)),
        "offers": [_offer(variant, availability.get(variant.id), url, terms)],
    }


def _image(page: ProductPage, variant: VariantView, market: Market) -> str:
    own = next((picture for picture in page.pictures if picture.id == variant.picture_id), page.picture)
    return absolute(market, own.url_for(1400)) if own is not None else ""


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
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


def _offer(variant: VariantView, state: Availability | None, url: str, terms: dict[str, Any]) -> dict[str, Any]:
    price = variant.quote.unit
    ends_at = variant.quote.ends_at
    shipping: Shipping | None = terms.get("shipping")
    return {
        "@type": "Offer",
        "url": url,
        "price": str(price.decimal),
        "priceCurrency": price.currency,
        # The moment itself is past the sale; what schema.org asks for is the last one at which the price holds.
        **({"priceValidUntil": (ends_at - timedelta(seconds=1)).isoformat()} if ends_at else {}),
        "availability": f"https://schema.org/{SCHEMA_ORG[feeds.availability_of(state)]}",
        "itemCondition": "https://schema.org/NewCondition",
        **({"shippingDetails": _shipping_data(shipping, price)} if shipping is not None else {}),
        **({"hasMerchantReturnPolicy": terms["returns"]} if terms.get("returns") else {}),
    }


@remembered("market", "feeds")
def _terms(market_id: int) -> dict[str, Any]:
    """How goods come and go back, where the settings say."""
    market = markets.market_by_id(market_id) or markets.default_market()
    return {"shipping": feeds.shipping_of(market), "returns": returns_data(market)}


def _shipping_data(way: Shipping, price: Money) -> dict[str, Any]:
    cost = way.cost(price)
    days = {"@type": "QuantitativeValue", "minValue": way.min_days, "maxValue": way.max_days, "unitCode": "DAY"}
    return {
        "@type": "OfferShippingDetails",
        "shippingRate": {"@type": "MonetaryAmount", "value": str(cost.decimal), "currency": cost.currency},
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": way.country},
        "deliveryTime": {"@type": "ShippingDeliveryTime", "transitTime": days},
    }
