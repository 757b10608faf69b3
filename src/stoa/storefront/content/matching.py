"""Goods that fit several wishes at once, from the shop's own listing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.catalogue.products.queries import Chosen

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductCard
    from stoa.storefront.content.aid import Wish


def candidates(market: Market, wishes: Sequence[Wish], size: int) -> list[ProductCard]:
    """At most ``size`` products for sale that meet all wishes, in the merchant's order; stock is not asked."""
    node = _category(wishes)
    if node is None and any(wish.categories is not None for wish in wishes):
        return []
    floors = [wish.at_least for wish in wishes if wish.at_least is not None]
    ceilings = [wish.at_most for wish in wishes if wish.at_most is not None]
    attributes: dict[str, tuple[str, ...]] = {}
    for code, value in (wish.attribute for wish in wishes if wish.attribute is not None):
        attributes[code] = (value,)
    chosen = Chosen(
        min_price=max(floors, default=None), max_price=min(ceilings, default=None), in_stock=True, attributes=attributes
    )
    return products.listing(market, category=node, chosen=chosen, size=size, facets=False).items


def _category(wishes: Sequence[Wish]) -> categories.CategoryNode | None:
    """The category that lies inside all those that were wished for; None for none, or where they do not overlap."""
    wanted = [wish.categories for wish in wishes if wish.categories is not None]
    if not wanted:
        return None
    shared = frozenset.intersection(*wanted)
    nodes = (categories.category_by_id(pk) for pk in shared)
    return next((node for node in nodes if node is not None and node.subtree_ids == shared), None)
