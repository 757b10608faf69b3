"""Redirects that there are, what a file of them would change, and addresses that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets.queries import base_url, default_market
from stoa.catalogue.products import queries as products
from stoa.marketing.addresses import rules
from stoa.marketing.addresses.models import MissingAddress

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.categories.queries import CategoryNode


def leads() -> dict[str, str]:
    """Source -> target of the redirects to addresses; those to pages of the tree end there."""
    rows = Redirect.objects.filter(redirect_page=None, site=None).exclude(redirect_link="")
    return dict(rows.values_list("old_path", "redirect_link"))


def plan_import(rows: list[tuple[int, str, str]]) -> list[rules.Planned]:
    """What a file would change. Nothing is written."""
    host = urlsplit(base_url(default_market())).hostname or ""
    return rules.plan(rows, leads(), host, live_sources(old for _, old, _ in rows))


def live_sources(texts: Iterable[str]) -> set[str]:
    """Of these addresses, those at which a product or a category stands."""
    sources = {source for text in texts if (source := rules.source_of(text))}
    slugs = {source[3:] for source in sources if source.startswith("/p/")}
    live: set[str] = set()
    wanted = sorted(slugs)
    for start in range(0, len(wanted), 500):
        found = products.live_products().filter(slug__in=wanted[start : start + 500]).values_list("slug", flat=True)
        live |= {f"/p/{slug}" for slug in found}
    shelves = {f"/c/{node.slug}" for node in _all(categories.tree())}
    return live | (sources & shelves)


def _all(nodes: Iterable[CategoryNode]) -> Iterator[CategoryNode]:
    for node in nodes:
        yield node
        yield from _all(node.children)


def missing_addresses(market_id: int) -> QuerySet[MissingAddress]:
    """Those that nobody has decided about, the most asked for first."""
    return MissingAddress.objects.filter(market_id=market_id, ignored_at=None).order_by("-hits", "-last_at", "pk")
