"""Content pages as schema.org has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.products.cleaning import plain_text
from stoa.storefront.content import live
from stoa.storefront.seo import tags as seo

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.storefront.content.base import ShopPage

_NAMES = {"journalpostpage": "BlogPosting", "guidepage": "Article", "comparisonpage": "Article"}
_MOST_QUESTIONS = 100


def of_page(
    market: Market, page: ShopPage, trail: Sequence[tuple[str, str]], context: dict[str, Any]
) -> list[dict[str, Any]]:
    """What search engines may read about ``page``. ``trail``: (name, path) from the top down to the page itself."""
    name = page._meta.model_name or ""
    if name == "homepage":
        found = [seo.organisation_data(market), seo.site_data(market)]
    else:
        found = [seo.crumbs_data(market, trail)]
    if name in _NAMES:
        found.append(article_data(market, page, trail[-1][1], _NAMES[name]))
    if questions := questions_of(page):
        found.append(faq_data(questions))
    return found


def article_data(market: Market, page: Any, path: str, kind: str) -> dict[str, Any]:
    url = seo.base_url(market) + path
    picture = picture_view(page.picture) if page.picture is not None else None
    author = page.author
    facts: dict[str, Any] = {
        "@type": kind,
        "headline": page.title[:110],
        "description": page.search_description or page.intro,
        "image": [seo.absolute(market, picture.url_for(1400))] if picture else None,
        "datePublished": page.first_published_at.isoformat() if page.first_published_at else None,
        "dateModified": page.last_published_at.isoformat() if page.last_published_at else None,
        "author": {"@type": "Person", "name": author.name, "jobTitle": author.role or None} if author
        else {"@type": "Organization", "name": market.shop_name},
        "publisher": {"@type": "Organization", "name": market.shop_name, "url": f"{seo.base_url(market)}/"},
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "url": url,
    }  # fmt: skip
    if author:
        facts["author"] = {key: value for key, value in facts["author"].items() if value}
    return {key: value for key, value in facts.items() if value}


def questions_of(page: ShopPage) -> list[tuple[str, str]]:
    """(question, answer in plain words) of a page's blocks, in their order."""
    found: list[tuple[str, str]] = []
    for block in live.raw(getattr(page, "body", None)):
        value = block.get("value")
        if not isinstance(value, dict):
            continue
        if block.get("type") == "question":
            found.append(_question(value))
        elif block.get("type") == "group":
            rows = [row.get("value", row) for row in value.get("questions") or () if isinstance(row, dict)]
            found += [_question(row) for row in rows if isinstance(row, dict)]
    return [(question, answer) for question, answer in found if question and answer][:_MOST_QUESTIONS]


def _question(value: dict[str, Any]) -> tuple[str, str]:
    return str(value.get("question") or "").strip(), plain_text(str(value.get("answer") or ""))


def faq_data(questions: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for question, answer in questions
        ],
    }
