"""Public reads of the search. Each part is in the file that its name says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.catalogue.categories.queries import tree
from stoa.catalogue.search import asking
from stoa.catalogue.search.analysis import plain
from stoa.catalogue.search.choosing import Chosen, Facet, FacetValue
from stoa.catalogue.search.models import Curation, Synonym
from stoa.catalogue.search.node import TAG
from stoa.catalogue.search.rules import fold
from stoa.catalogue.search.table import SOLD_TAG, current

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.listing import ProductCard

__all__ = [
    "SOLD_TAG", "TAG", "Chosen", "Facet", "FacetValue", "Suggestions", "curations", "facet_codes", "search", "suggest",
    "synonyms",
]  # fmt: skip
MOST_CATEGORIES, MOST_COMPLETIONS = 3, 4


@dataclass(frozen=True, slots=True)
class Suggestions:
    """For a text that is still being typed. ``shown``: what was looked for instead, where it had a slip."""

    cards: list[ProductCard]
    categories: list[CategoryNode]
    completions: list[str]
    total: int
    shown: str = ""


def search(market: Market, text: str, *, limit: int = 8) -> list[ProductCard]:
    """The best ``limit`` matches."""
    from stoa.catalogue.products.listing import listing

    return listing(market, text=text, size=limit).items


def suggest(market: Market, text: str, *, limit: int = 6) -> Suggestions:
    """Products, categories and longer queries for what has been typed so far."""
    from stoa.catalogue.products.listing import listing

    if not fold(text) and not plain().analyze(text):
        return Suggestions([], [], [], 0)
    found = listing(market, text=text, size=limit, facets=False)
    said = found.found.shown or text
    return Suggestions(
        found.items, _categories(said), _completions(market, said, [card.title for card in found.items]), found.total,
        found.found.shown,
    )  # fmt: skip


def facet_codes(market: Market) -> tuple[str, ...]:
    """The codes of all facets that the market's goods may be filtered by."""
    with current(market) as table:
        return tuple(sorted(table.names.groups))


def synonyms() -> QuerySet[Synonym]:
    return Synonym.objects.select_related("market").order_by("words", "pk")


def curations(market_id: int, text: str = "") -> QuerySet[Curation]:
    """What is put first or left out by hand in a market, for one query or for all."""
    rows = Curation.objects.filter(market_id=market_id).select_related("product").order_by("text", "position", "pk")
    return rows.filter(text=fold(text)) if text else rows


def _categories(text: str) -> list[CategoryNode]:
    words = fold(text).split()
    if not words:
        return []
    ranked = []
    for place, node in enumerate(_all(tree())):
        names = fold(node.name).split()
        hits = [word for word in words if any(name.startswith(word) for name in names)]
        if words[-1] in hits and len(words[-1]) > 1:
            ranked.append((-len(hits), node.depth, place, node))
    return [node for *_, node in sorted(ranked, key=lambda each: each[:3])[:MOST_CATEGORIES]]


def _all(nodes: Iterable[CategoryNode]) -> Iterable[CategoryNode]:
    for node in nodes:
        yield node
        yield from _all(node.children)


def _completions(market: Market, text: str, titles: list[str]) -> list[str]:
    finder = asking.finder_of(market)
    if finder is None:
        return []
    words = finder.words(text)
    written = {folded: word for title in titles for word in title.split() for folded in [fold(word)]}
    before = text.rsplit(None, 1)[0] + " " if len(words) > 1 and " " in text else ""
    ends = [end for end in finder.completions(text, MOST_COMPLETIONS + 1) if not words or end != words[-1]]
    return [f"{before}{written.get(end, end)}".lower() for end in ends[:MOST_COMPLETIONS]]
