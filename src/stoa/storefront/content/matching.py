"""Goods that fit several wishes at once, from the shop's own listing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.catalogue.types import queries as types

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductCard
    from stoa.storefront.content.aid import Wish

# An aid recommends among the merchant's first so many of a category.
LOOKED_AT = 100


def candidates(market: Market, wishes: Sequence[Wish], size: int) -> list[ProductCard]:
    """At most ``size`` products for sale that meet all wishes, in the merchant's order; stock is not asked."""
    node = _category(wishes)
    if node is None and any(wish.categories is not None for wish in wishes):
        return []
    floors = [wish.at_least for wish in wishes if wish.at_least is not None]
    ceilings = [wish.at_most for wish in wishes if wish.at_most is not None]
    lowest, highest = max(floors, default=None), min(ceilings, default=None)
    found = [
        card
        for card in products.listing(market, category=node, size=LOOKED_AT).items
        if (lowest is None or card.price.minor >= lowest) and (highest is None or card.price.minor <= highest)
    ]
    pairs = [wish.attribute for wish in wishes if wish.attribute is not None]
    return (_with_values(found, pairs) if pairs else found)[:size]


def _category(wishes: Sequence[Wish]) -> categories.CategoryNode | None:
    """The category that lies inside all those that were wished for; None for none, or where they do not overlap."""
    wanted = [wish.categories for wish in wishes if wish.categories is not None]
    if not wanted:
        return None
    shared = frozenset.intersection(*wanted)
    nodes = (categories.category_by_id(pk) for pk in shared)
    return next((node for node in nodes if node is not None and node.subtree_ids == shared), None)


def _with_values(cards: Sequence[ProductCard], pairs: Sequence[tuple[str, str]]) -> list[ProductCard]:
    facts = types.facet_values([card.id for card in cards])
    said = {
        pk: {(fact.code, word.casefold()) for fact in rows for word in (fact.value, fact.label)}
        for pk, rows in facts.items()
    }
    return [card for card in cards if all((code, value.casefold()) in said.get(card.id, ()) for code, value in pairs)]
