"""Goods inside texts: which cards a page's blocks show right now. One look at prices and stock for the whole page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from stoa.catalogue.blocks import queries as page_blocks
from stoa.catalogue.blocks.queries import Facts
from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.inventory.stock import queries as stock
from stoa.kernel.pagecache.tags import tag
from stoa.kernel.web.security import open_frames
from stoa.storefront.browse import cards as shown_cards
from stoa.storefront.browse import facts as browse_facts
from stoa.storefront.memo import remembered

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductCard
    from stoa.storefront.browse.cards import ShownCard

# Beyond those asked for, so that what is sold out can be left out.
SPARE = 8
# In order, cards of pages that show the first row without scrolling are few.
Cards = dict[str, list["ShownCard"]]


@dataclass(frozen=True, slots=True)
class Need:
    """What one block wants: ``chosen`` first, then by ``rule`` from ``category``, ``count`` in all."""

    block: str
    chosen: tuple[int, ...] = ()
    rule: str = ""
    category: int | None = None
    count: int = 1
    is_replaced: bool = True


def needs_of(*bodies: Any) -> list[Need]:
    """Read from the JSON of the bodies: no product is fetched for it."""
    return [need for body in bodies for block in raw(body) if (need := _need(block)) is not None]


def raw(body: Any) -> Iterable[dict[str, Any]]:
    """A body's blocks as JSON has them: ``{"type", "value", "id"}``."""
    return [dict(block) for block in getattr(body, "raw_data", ())]


def _need(block: dict[str, Any]) -> Need | None:
    value = block.get("value")
    if not isinstance(value, dict):
        return None
    match block.get("type"):
        case "product":
            return Need(str(block.get("id", "")), _ids([value.get("product")]))
        case "pick":
            return Need(str(block.get("id", "")), _ids([value.get("product")]), is_replaced=False)
        case "products":
            rule = str(value.get("rule") or "featured")
            count = value.get("count")
            return Need(
                str(block.get("id", "")), _ids(value.get("chosen") or ()), "" if rule == "chosen" else rule,
                next(iter(_ids([value.get("category")])), None), min(max(count, 1), 12) if isinstance(count, int) else 4,
                is_replaced=False,
            )  # fmt: skip
    return None


def _ids(values: Sequence[Any]) -> tuple[int, ...]:
    """Numbers, from plain values or list items of the form ``{"type": "item", "value": 7}``."""
    plain = [str(value.get("value") if isinstance(value, dict) else value) for value in values]
    return tuple(int(value) for value in plain if value.isascii() and value.isdigit())


def referred_products(*bodies: Any) -> list[int]:
    """The products that somebody has put into these bodies by hand, each once."""
    compared = [pk for body in bodies for pk in page_blocks.referred_products(body)]
    return list(dict.fromkeys([*(pk for need in needs_of(*bodies) for pk in need.chosen), *compared]))


def facts_for(request: HttpRequest, market: Market, body: Any) -> Facts:
    """What the blocks that product pages have too show of the shop; here without goods that are sold out."""
    lot = browse_facts.gather(market, body)
    tag(request, *lot.tags, *page_blocks.video_tags(body))
    open_frames(request, page_blocks.frame_origins(body))
    found = browse_facts.facts(market, body, lot)
    return replace(found, cards={pk: card for pk, card in found.cards.items() if not card.is_sold_out})


def read(request: HttpRequest, market: Market, *bodies: Any) -> Cards:
    """Cards by block. Nothing that is sold out, unpublished or without a price is among them.

    The request is tagged, so that the page is made anew when any of it changes.
    """
    needs = needs_of(*bodies)
    if not needs:
        return {}
    chosen = {card.id: card for card in products.cards(list({pk for need in needs for pk in need.chosen}), market)}
    tag(request, *(f"product:{pk}" for need in needs for pk in need.chosen))
    lists = [[chosen[pk] for pk in need.chosen if pk in chosen] for need in needs]
    sellable = _sellable(lists, market)
    fallbacks = [_fallback(need, found, sellable, market) for need, found in zip(needs, lists, strict=True)]
    if any(need.rule for need in needs):
        tag(request, "catalogue")
    sellable |= _sellable([cards for cards in fallbacks if cards], market)
    kept = [
        _first(need.count if need.rule or need.is_replaced else len(found), [*found, *more], sellable)
        for need, found, more in zip(needs, lists, fallbacks, strict=True)
    ]
    tag(request, *(f"product:{card.id}" for cards in kept for card in cards))
    return dict(zip((need.block for need in needs), _shown(kept, market), strict=True))


def _fallback(need: Need, found: Sequence[ProductCard], sellable: set[int], market: Market) -> Sequence[ProductCard]:
    """What may stand in for goods that cannot be bought, or fill a row up."""
    if need.rule:
        category = need.category
        return by_rule(market, need.rule, category, need.count + SPARE)
    if need.is_replaced and not any(card.id in sellable for card in found):
        shelf = categories.primary_categories(need.chosen)
        nodes = [shelf[pk] for pk in need.chosen if pk in shelf]
        gone = set(need.chosen)
        return (
            [card for card in by_rule(market, "featured", nodes[0].id, SPARE) if card.id not in gone] if nodes else ()
        )
    return ()


def by_rule(market: Market, rule: str, category_id: int | None, size: int) -> tuple[ProductCard, ...]:
    """The first ``size`` products by a rule ("newest", "best-selling" ...); none for a category that is not shown."""
    return _by_rule(market.pk, rule, category_id, size)


@remembered("catalogue", "market", "categories", size=500)
def _by_rule(market_id: int, rule: str, category_id: int | None, size: int) -> tuple[ProductCard, ...]:
    from stoa.catalogue.markets.queries import market_by_id

    market = market_by_id(market_id)
    node = categories.category_by_id(category_id) if category_id is not None else None
    if market is None or (category_id is not None and node is None):
        return ()
    return tuple(products.listing(market, category=node, sort=rule, size=size, facets=False).items)


def _sellable(lists: Iterable[Sequence[ProductCard]], market: Market) -> set[int]:
    """Of these products, those with a variant that can be bought now."""
    cards = {card.id: card for cards in lists for card in cards}
    states = stock.availability({pk for card in cards.values() for pk in card.variant_ids}, market.pk)
    return {pk for pk, card in cards.items() if any(pk in states and states[pk].is_sellable for pk in card.variant_ids)}


def _first(count: int, cards: Sequence[ProductCard], sellable: set[int]) -> list[ProductCard]:
    once = {card.id: card for card in cards if card.id in sellable}
    return list(once.values())[:count]


def _shown(lists: Sequence[Sequence[ProductCard]], market: Market) -> list[list[ShownCard]]:
    return shown_cards.shown_lists(lists, market)
