"""What search engines and previews of links read: description, canonical address, OpenGraph, JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from stoa.catalogue.markets import queries as markets
from stoa.catalogue.markets.queries import base_url
from stoa.catalogue.media.queries import picture_view
from stoa.marketing.feeds import queries as feeds
from stoa.marketing.feeds.rules import plain, shortened
from stoa.storefront.shop import market_of
from stoa.storefront.support import hours_data

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.queries import PictureView
    from stoa.storefront.content.models import ContentPage

__all__ = [
    "Seo", "absolute", "base_url", "crumbs_data", "first_words", "for_content", "organisation_data", "page_tags",
    "returns_data", "script", "site_data",
]  # fmt: skip

# What a search engine shows of a description, roughly; more is cut there anyway.
LONGEST_DESCRIPTION = 320
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True, slots=True)
class Seo:
    """``title`` is the page's own; ``tags`` is what goes into the head."""

    title: str
    tags: SafeString


def page_tags(
    market: Market,
    path: str,
    title: str,
    *,
    description: str = "",
    picture: PictureView | None = None,
    kind: str = "website",
    is_indexed: bool = True,
    data: Sequence[dict[str, Any]] = (),
) -> Seo:
    """``path`` is the canonical one, with its query. ``data``: JSON-LD objects."""
    url = base_url(market) + path
    description = shortened(plain(description).replace("\n", " "), LONGEST_DESCRIPTION)
    properties = [
        ("og:title", title), ("og:type", kind), ("og:url", url), ("og:site_name", market.shop_name),
        ("og:locale", market.language.replace("-", "_")),
    ]  # fmt: skip
    if description:
        properties.append(("og:description", description))
    if picture is not None:
        properties.append(("og:image", absolute(market, picture.url_for(960))))
        if picture.alt:
            properties.append(("og:image:alt", picture.alt))
    parts: list[str] = [
        format_html('<link rel="canonical" href="{}">', url),
        *(_alternates(path) if is_indexed else ()),
        format_html_join("\n", '<meta property="{}" content="{}">', properties),
        # The rest of the card is read from the properties above.
        format_html('<meta name="twitter:card" content="{}">', "summary_large_image" if picture else "summary"),
        *map(script, data),
    ]
    if description:
        parts.insert(0, format_html('<meta name="description" content="{}">', description))
    if not is_indexed:
        parts.append(format_html('<meta name="robots" content="{}">', "noindex, follow"))
    return Seo(title, mark_safe("\n".join(parts)))  # noqa: S308 - every part is escaped


def _alternates(path: str) -> list[SafeString]:
    """The same page in the other shop fronts; nothing where there is one only."""
    fronts = markets.all_markets()
    if len({base_url(front) for front in fronts}) < 2:
        return []
    codes = [(f"{front.language}-{front.default_country}", base_url(front) + path) for front in fronts]
    rows = [*dict(reversed(codes)).items(), ("x-default", base_url(fronts[0]) + path)]
    return [format_html('<link rel="alternate" hreflang="{}" href="{}">', code, address) for code, address in rows]


def first_words(body: Iterable[Any], most: int = 160) -> str:
    """The beginning of what a page's text blocks say, for pages without a description of their own."""
    for block in body:
        if block.block_type == "text" and (words := plain(str(getattr(block.value, "source", block.value)))):
            return shortened(words.replace("\n", " "), most)
    return ""


def returns_data(market: Market) -> dict[str, Any]:
    """How goods may be returned, where the settings say; else empty."""
    terms = feeds.returns_of(market.pk)
    if terms is None:
        return {}
    is_free = terms.return_fees == "free"
    return {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": market.default_country,
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": terms.return_days,
        "returnMethod": "https://schema.org/ReturnByMail",
        "returnFees": f"https://schema.org/{'FreeReturn' if is_free else 'ReturnFeesCustomerResponsibility'}",
    }


def script(data: dict[str, Any]) -> SafeString:
    """A data block. What could end a script is written as its escape."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')  # noqa: S308


def absolute(market: Market, url: str) -> str:
    return url if url.startswith(("http://", "https://")) else base_url(market) + url


def crumbs_data(market: Market, crumbs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """``crumbs``: (name, path)."""
    base = base_url(market)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": base + path}
            for position, (name, path) in enumerate(crumbs, 1)
        ],
    }


def organisation_data(market: Market) -> dict[str, Any]:
    base = base_url(market)
    shop = {
        "@type": "OnlineStore", "name": market.shop_name, "legalName": market.legal_name, "url": f"{base}/",
        "email": market.email, "telephone": market.phone, "vatID": market.vat_id,
        "logo": absolute(market, picture_view(market.logo).url_for(640)) if market.logo else "",
        "address": _postal_address(market), "hasMerchantReturnPolicy": returns_data(market),
        "contactPoint": _contact_point(market),
    }  # fmt: skip
    return {key: value for key, value in shop.items() if value}


def _contact_point(market: Market) -> dict[str, Any]:
    """Whom to ask, and when: hours belong to the contact, for a shop on the web has no doors that open."""
    point = {
        "@type": "ContactPoint", "contactType": "customer support", "telephone": market.phone, "email": market.email,
        "availableLanguage": market.language, "hoursAvailable": hours_data(market),
    }  # fmt: skip
    return {key: value for key, value in point.items() if value}


def _postal_address(market: Market) -> dict[str, Any]:
    """The address as it is written, on one line: which of its lines is what, nobody has said."""
    lines = ", ".join(line.strip() for line in market.address.splitlines() if line.strip())
    return {"@type": "PostalAddress", "streetAddress": lines, "addressCountry": market.default_country} if lines else {}


def site_data(market: Market) -> dict[str, Any]:
    base = base_url(market)
    return {
        "@type": "WebSite",
        "name": market.shop_name,
        "url": f"{base}/",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{base}/search/?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def for_content(request: HttpRequest, page: ContentPage) -> Seo:
    market = market_of(request)
    description = page.search_description or page.intro
    path = f"/{page.slug}/"
    data = [crumbs_data(market, [(page.title, path)])]
    return page_tags(market, path, page.seo_title or page.title, description=description, kind="article", data=data)
