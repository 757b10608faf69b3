"""Whether JSON-LD has the shape that Google's documentation of structured data asks for. Pure.

https://developers.google.com/search/docs/appearance/structured-data: what is required of each type is an error when it is
missing, what is recommended is not asked for here; values are checked for their form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from stoa.marketing.feeds.gtins import gtin_problem

_PRICE = re.compile(r"\d+(\.\d{1,4})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_AVAILABILITY = {
    "InStock", "OutOfStock", "BackOrder", "PreOrder", "SoldOut", "Discontinued", "LimitedAvailability", "InStoreOnly",
    "OnlineOnly",
}  # fmt: skip
_RETURNS = {"MerchantReturnFiniteReturnWindow", "MerchantReturnNotPermitted", "MerchantReturnUnlimitedWindow"}

# What a thing of a type cannot do without.
REQUIRED: dict[str, tuple[str, ...]] = {
    "Product": ("name",),
    "ProductGroup": ("name", "productGroupID", "variesBy", "hasVariant"),
    "Offer": ("price", "priceCurrency", "availability"),
    "AggregateOffer": ("lowPrice", "priceCurrency"),
    "OfferShippingDetails": ("shippingRate", "shippingDestination"),
    "MonetaryAmount": ("value", "currency"),
    "DefinedRegion": ("addressCountry",),
    "MerchantReturnPolicy": ("applicableCountry", "returnPolicyCategory"),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name"),
    "FAQPage": ("mainEntity",),
    "Question": ("name", "acceptedAnswer"),
    "Answer": ("text",),
    "Organization": ("name", "url"),
    "OnlineStore": ("name", "url"),
    "WebSite": ("name", "url"),
    "Article": ("headline",),
    "BlogPosting": ("headline",),
    "Brand": ("name",),
    "Person": ("name",),
}


def _is_url(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _is_moment(value: Any) -> bool:
    try:
        if isinstance(value, str) and "T" in value:
            datetime.fromisoformat(value)
        else:
            date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_one_of(values: set[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value.removeprefix("https://schema.org/") in values


FORMS: dict[str, Callable[[Any], bool]] = {
    "url": _is_url, "item": _is_url, "logo": lambda value: _is_url(value) or isinstance(value, dict),
    "image": lambda value: all(_is_url(each) or isinstance(each, dict) for each in (value if isinstance(value, list) else [value])),
    "price": lambda value: _PRICE.fullmatch(str(value)) is not None,
    "lowPrice": lambda value: _PRICE.fullmatch(str(value)) is not None,
    "value": lambda value: _PRICE.fullmatch(str(value)) is not None,
    "priceCurrency": lambda value: _CURRENCY.fullmatch(str(value)) is not None,
    "currency": lambda value: _CURRENCY.fullmatch(str(value)) is not None,
    "availability": _is_one_of(_AVAILABILITY), "returnPolicyCategory": _is_one_of(_RETURNS),
    "itemCondition": _is_one_of({"NewCondition", "UsedCondition", "RefurbishedCondition", "DamagedCondition"}),
    "addressCountry": lambda value: _COUNTRY.fullmatch(str(value)) is not None,
    "applicableCountry": lambda value: _COUNTRY.fullmatch(str(value)) is not None,
    "gtin": lambda value: isinstance(value, str) and not gtin_problem(value),
    "priceValidUntil": _is_moment, "datePublished": _is_moment, "dateModified": _is_moment,
    "position": lambda value: isinstance(value, int) and value > 0,
    "merchantReturnDays": lambda value: isinstance(value, int) and value > 0,
    "name": lambda value: isinstance(value, str) and bool(value.strip()),
    "headline": lambda value: isinstance(value, str) and 0 < len(value) <= 300,
    "sku": lambda value: isinstance(value, str) and bool(value.strip()),
}  # fmt: skip


def faults(data: Any, where: str = "") -> Iterator[str]:
    """What is wrong, each as ``Product.offers: missing`` or ``Offer.price: not its form``. Nothing for what is right."""
    if isinstance(data, list):
        for each in data:
            yield from faults(each, where)
        return
    if not isinstance(data, dict):
        yield f"{where or 'data'}: no object"
        return
    if "@graph" in data:
        yield from faults(data["@graph"], where)
        return
    kind = data.get("@type")
    if not isinstance(kind, str):
        yield f"{where or 'data'}: no @type"
        return
    if not where and data.get("@context") not in ("https://schema.org", "http://schema.org"):
        yield f"{kind}: no @context of schema.org"
    for name in REQUIRED.get(kind, ()):
        if data.get(name) in (None, "", [], {}):
            yield f"{kind}.{name}: missing"
    yield from _own(kind, data, where)
    for name, value in data.items():
        if name.startswith("@") or value in (None, ""):
            continue
        fits = FORMS.get(name)
        if fits is not None and not isinstance(value, dict) and not fits(value):
            yield f"{kind}.{name}: not its form"
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from faults(each, f"{kind}.{name}")


def _own(kind: str, data: dict[str, Any], where: str) -> Iterator[str]:
    """What a type asks for beyond single properties."""
    if kind == "Product":
        if not any(data.get(name) for name in ("offers", "review", "aggregateRating")):
            yield "Product.offers: missing"
        if not where and not data.get("image"):
            yield "Product.image: missing"
    if kind == "ProductGroup" and isinstance(data.get("hasVariant"), list):
        skus = [each.get("sku") for each in data["hasVariant"] if isinstance(each, dict)]
        if len(set(skus)) != len(skus):
            yield "ProductGroup.hasVariant: the same sku twice"
    if kind == "BreadcrumbList" and isinstance(data.get("itemListElement"), list):
        rows = [each for each in data["itemListElement"] if isinstance(each, dict)]
        if [each.get("position") for each in rows] != list(range(1, len(rows) + 1)):
            yield "BreadcrumbList.itemListElement: positions do not count up from 1"
        if any(not each.get("item") for each in rows[:-1]):
            yield "ListItem.item: missing"
    is_finite = str(data.get("returnPolicyCategory", "")).endswith("FiniteReturnWindow")
    if kind == "MerchantReturnPolicy" and is_finite and not data.get("merchantReturnDays"):
        yield "MerchantReturnPolicy.merchantReturnDays: missing"
