"""What rooms below may know of the pages: names, addresses, and what they lead to."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from wagtail.models import Page

from stoa.catalogue.blocks.fields import BodyField
from stoa.catalogue.blocks.leading import HREF, page_ids
from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.marketing.pages import PageFact
from stoa.storefront.content import live, queries
from stoa.storefront.content.models import HomePage
from stoa.storefront.content.paths import path_of, root

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


class ShopPages:
    def shown(self, page_ids: Collection[int]) -> dict[int, PageFact]:
        found = queries.shown_pages().filter(pk__in=page_ids)
        return {page.pk: PageFact(page.pk, page.title, path_of(page)) for page in found}

    def choices(self) -> list[tuple[int, str]]:
        top = root().depth
        return [
            (page.pk, "— " * (page.depth - top - 1) + page.title) for page in queries.shown_pages().order_by("path")
        ]

    def footer(self) -> list[PageFact]:
        return [PageFact(link.id, link.title, link.url) for link in queries.footer_pages()]

    def policies(self) -> dict[str, PageFact]:
        return {code: PageFact(link.id, link.title, link.url) for code, link in queries.policies().items()}

    def with_links(self, market: Market) -> list[PageFact]:
        pages = [page for page in queries.shown_pages().order_by("path").specific() if _is_for(page, market)]
        address = {page.pk: path_of(page) for page in pages}
        goods = {pk for page in pages for pk in live.referred_products(*_bodies(page))}
        slugs = dict(products.live_products().filter(pk__in=goods).values_list("pk", "slug"))
        made = [
            PageFact(page.pk, page.title, address[page.pk], page._meta.model_name or "",
                     frozenset(_links(page, pages, address, slugs, market)))
            for page in pages
        ]  # fmt: skip
        return made if any(fact.url == "/" for fact in made) else [_plain_home(market), *made]


def _is_for(page: Page, market: Market) -> bool:
    return not isinstance(page, HomePage) or page.market_id in (None, market.pk)


def _bodies(page: Page) -> list[Any]:
    return [getattr(page, field.name) for field in page._meta.get_fields() if isinstance(field, BodyField)]


def _links(
    page: Page, pages: Iterable[Page], address: dict[int, str], slugs: dict[int, str], market: Market
) -> Iterator[str]:
    bodies = _bodies(page)
    text = json.dumps([list(live.raw(body)) for body in bodies])
    yield from HREF.findall(text)
    yield from (address[pk] for pk in page_ids(text) if pk in address)
    yield from (f"/p/{slugs[pk]}/" for pk in live.referred_products(*bodies) if pk in slugs)
    for need in live.needs_of(*bodies):
        if need.rule:
            yield from (card.url for card in live.by_rule(market, need.rule, need.category, need.count))
    for block in (block for body in bodies for block in live.raw(body)):
        yield from _led_to(block, pages, address)
    # Indexes show their children; a page shows the way back and, in its end, the categories that it is about.
    yield from (
        address[child.pk] for child in pages if child.depth == page.depth + 1 and child.path.startswith(page.path)
    )
    for row in page.about_categories.all():
        if (node := categories.category_by_id(row.category_id)) is not None:
            yield node.url


def _led_to(block: dict[str, Any], pages: Iterable[Page], address: dict[int, str]) -> Iterator[str]:
    value = block.get("value")
    if block.get("type") == "reading" and isinstance(value, dict):
        kind = value.get("kind")
        wanted = (
            {"journalpostpage", "journalindexpage"}
            if kind == "journal"
            else {"guidepage", "comparisonpage", "buyingaidpage"}
        )
        newest = sorted(
            (page for page in pages if page._meta.model_name in wanted),
            key=lambda page: (page._meta.model_name == "journalindexpage", str(page.first_published_at)),
            reverse=True,
        )
        yield from (address[page.pk] for page in newest[: int(value.get("count") or 3) + 1])
    if block.get("type") == "categories":
        yield from (node.url for node in categories.tree())
    if isinstance(value, dict):
        for link in (value, value.get("button"), value.get("second")):
            if isinstance(link, dict):
                if link.get("page") in address:
                    yield address[link["page"]]
                elif str(link.get("address") or "").startswith("/"):
                    yield str(link["address"]).partition("#")[0].partition("?")[0]


def _plain_home(market: Market) -> PageFact:
    """The home page that the shop makes by itself."""
    shown = [*live.by_rule(market, "featured", None, 8), *live.by_rule(market, "newest", None, 16)]
    links = {card.url for card in shown} | {node.url for node in categories.tree(market)}
    return PageFact(0, market.shop_name, "/", "home", frozenset(links))
