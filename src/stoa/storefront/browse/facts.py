"""What the blocks of a page show of the shop. All of it is read at once: how many blocks there are makes no difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from stoa.catalogue.blocks import queries as blocks
from stoa.catalogue.blocks.choices import choices_of
from stoa.catalogue.blocks.queries import Choice, Facts, Line, Trust
from stoa.catalogue.blocks.together import bought_with
from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.products import queries as products
from stoa.catalogue.types import queries as types
from stoa.inventory.stock import queries as stock
from stoa.storefront.browse import cards, offer
from stoa.storefront.content import queries as content
from stoa.storefront.memo import remembered
from stoa.storefront.shop import Shop

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductCard, ProductPage
    from stoa.inventory.stock.queries import Availability

CARD = "storefront/browse/_card.html"
# Of one shelf, for all blocks of a page; some of them may be sold out.
NEIGHBOURS = 16
TOGETHER = 12
# The states of ``offer.stock_words``, the best first.
_STATES = ("in", "low", "later", "out")


@dataclass(slots=True)
class Lot:
    """The goods that a page shows, with one look at their stock."""

    referred: list[int]
    cards: dict[int, ProductCard]
    neighbours: list[int]
    together: list[int]
    choices: dict[int, list[Choice]]
    availability: Mapping[int, Availability] = field(default_factory=dict)

    @property
    def tags(self) -> list[str]:
        """What the page depends on: also what is not for sale now, because it may be again."""
        return [f"product:{pk}" for pk in dict.fromkeys([*self.referred, *self.cards])]


def gather(market: Market, body: Any, *, page: ProductPage | None = None, rows: int = 0) -> Lot:
    """Goods for the blocks of ``body`` and, with ``rows``, that many neighbours for the page itself."""
    kinds, referred = blocks.block_types(body), blocks.referred_products(body)
    shelf: Sequence[ProductCard] = ()
    if page is not None and page.category is not None and (rows or "related" in kinds):
        shelf = [card for card in _shelf_front(market.pk, page.category.id) if card.id != page.id]
    together = bought_with(page.id, market.pk, TOGETHER) if page is not None and _asks_together(body) else []
    own = [page.id] if page is not None and kinds & {"comparison", "together"} else []
    wanted = list(dict.fromkeys([*own, *referred, *together]))
    found = (
        {card.id: card for card in [*products.cards(wanted, market), *shelf]} if wanted else {c.id: c for c in shelf}
    )
    offered = [*own, *referred] if "together" in kinds else []
    choices = choices_of(offered, market)
    lot = Lot(referred, found, [card.id for card in shelf], [pk for pk in together if pk in found], choices)
    ids = {pk for card in found.values() for pk in card.variant_ids}
    ids |= {choice.variant_id for each in choices.values() for choice in each}
    ids |= set(page.variant_ids) if page is not None else set()
    lot.availability = stock.availability(ids, market.pk)
    return lot


def facts(
    market: Market, body: Any, lot: Lot, *, page: ProductPage | None = None, variant_id: int | None = None
) -> Facts:
    """The facts for ``render_body``. ``variant_id`` is the one that the page shows."""
    kinds = blocks.block_types(body)
    shown = dict(zip(lot.cards, cards.with_stock([list(lot.cards.values())], lot.availability)[0], strict=True))
    compared = [*([page.id] if page is not None else []), *lot.referred]
    lines = types.comparison([pk for pk in compared if pk in shown]) if "comparison" in kinds else ()
    has_table = page is not None and page.id and "specification" in kinds
    return Facts(
        product_id=page.id if page is not None else None,
        cards=shown,
        choices=_sellable(lot),
        lines=[Line(line.name, line.values) for line in lines],
        stock={pk: _best(card, lot.availability) for pk, card in lot.cards.items()} if "comparison" in kinds else {},
        specification=types.specification(page.id, variant_id=variant_id) if has_table and page is not None else (),
        neighbours=[shown[pk] for pk in lot.neighbours],
        together=[shown[pk] for pk in lot.together],
        trust=trust(market) if "trust" in kinds else Trust(),
        card_template=CARD,
    )


def sample(request: Any, block: dict[str, Any]) -> Facts:
    """The facts of a block as if it stood on the page of the shop's first product: for those who choose one."""
    market = markets.market_for_host(request.get_host())
    referred = blocks.referred_products([block])
    first = next((card for card in products.listing(market, size=12).items if card.id not in referred), None)
    page = products.product_page(first.slug, market) if first is not None else None
    return facts(market, [block], gather(market, [block], page=page), page=page)


def front(lot: Lot, count: int) -> list[Any]:
    """The first neighbours as cards, what can be bought before what is sold out."""
    shown = cards.with_stock([[lot.cards[pk] for pk in lot.neighbours]], lot.availability)[0]
    return sorted(shown, key=lambda card: card.is_sold_out)[:count]


def trust(market: Market) -> Trust:
    """What the shop promises, from its settings."""
    return _trust(market.pk, get_language() or market.language)


@remembered("market", "content")
def _trust(market_id: int, language: str) -> Trust:
    market = markets.market_by_id(market_id) or markets.default_market()
    shop = Shop(market)
    policy = content.policies().get("returns")
    return Trust(
        delivery=offer.delivery_line(market, 0),
        returns=market.returns_line,
        returns_url=policy.url if policy is not None else "",
        payments=shop.marks,
        hours=tuple((line.days, line.times) for line in shop.hours),
        zone=shop.zone,
        is_encrypted=shop.is_encrypted,
        policies=tuple((page.title, page.url) for page in shop.policies),
        phone=market.phone,
        phone_link="".join(char for char in market.phone if char.isdigit() or char == "+"),
        email=market.email,
        company=market.legal_name or market.shop_name,
        address=market.address,
    )


@remembered("catalogue")
def colours() -> dict[str, str]:
    """``#2f6f6a`` by the name of the colour in small letters, as the choices of attributes have them."""
    views = types.attribute_views().values()
    return {choice.label.casefold(): choice.swatch for view in views for choice in view.choices if choice.swatch}


@remembered("catalogue", "market", size=2_000)
def _shelf_front(market_id: int, category_id: int) -> tuple[ProductCard, ...]:
    market, node = markets.market_by_id(market_id), categories.category_by_id(category_id)
    if market is None or node is None:
        return ()
    return tuple(products.listing(market, category=node, size=NEIGHBOURS + 1).items)


def _asks_together(body: Any) -> bool:
    return any(
        block["type"] == "related" and isinstance(block["value"], dict) and block["value"].get("rule") == "together"
        for block in blocks.raw_blocks(body)
    )


def _sellable(lot: Lot) -> dict[int, list[Choice]]:
    def kept(choices: Iterable[Choice]) -> list[Choice]:
        here = (each for each in choices if (state := lot.availability.get(each.variant_id)) and state.is_sellable)
        return sorted(here, key=lambda choice: choice.price.minor)

    return {pk: found for pk, choices in lot.choices.items() if (found := kept(choices))}


def _best(card: ProductCard, availability: Mapping[int, Availability]) -> tuple[str, str]:
    """The stock of a product in words: that of its variant that is best off."""
    words = [offer.stock_words(availability.get(pk)) for pk in card.variant_ids]
    return min(words, key=lambda pair: _STATES.index(pair[0]), default=offer.stock_words(None))
