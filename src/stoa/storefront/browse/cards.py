"""Cards of a listing, with the stock state that the catalogue does not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from stoa.inventory.stock import queries as stock
from stoa.kernel.pagecache.tags import tag

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.queries import PictureView
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import ProductCard
    from stoa.inventory.stock.queries import Availability
    from stoa.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ShownCard:
    """``id`` is the product's, and ``place`` where it stands in the list, from 1: texts, as templates want them."""

    id: str
    place: str
    title: str
    url: str
    brand: str
    price: Money
    price_varies: bool
    compare_at: Money | None
    picture: PictureView | None
    is_sold_out: bool
    loading: str
    quote: Quote | None = None


def shown(cards: Sequence[ProductCard], market: Market, *, eager: int = 0) -> list[ShownCard]:
    """``eager`` pictures are fetched at once: those that are seen without scrolling."""
    return shown_lists([cards], market, eager=eager)[0]


def shown_lists(lists: Sequence[Sequence[ProductCard]], market: Market, *, eager: int = 0) -> list[list[ShownCard]]:
    """Several lists of one page, with one look at the stock."""
    ids = {variant_id for cards in lists for card in cards for variant_id in card.variant_ids}
    return with_stock(lists, stock.availability(ids, market.pk), eager=eager)


def with_stock(
    lists: Sequence[Sequence[ProductCard]], availability: Mapping[int, Availability], *, eager: int = 0
) -> list[list[ShownCard]]:
    """For a page that has asked for the stock already."""
    sellable = {variant_id for variant_id, state in availability.items() if state.is_sellable}
    return [
        [
            ShownCard(
                str(card.id), str(position + 1), card.title, card.url, card.brand, card.price, card.price_varies, card.compare_at,
                card.picture, sellable.isdisjoint(card.variant_ids), "eager" if position < eager else "lazy", card.quote,
            )
            for position, card in enumerate(cards)
        ]
        for cards in lists
    ]  # fmt: skip


def tag_cards(request: HttpRequest, cards: Sequence[ProductCard]) -> None:
    """For a page that shows a few cards and should outlive changes of all the other products."""
    tag(request, *(f"product:{card.id}" for card in cards))
