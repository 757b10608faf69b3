"""What a promotion would sell below the margin floor, told before anybody buys: each article alone, as few as it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.catalogue.promotions import queries
from stoa.catalogue.promotions.rules import Chosen, Context, Goods, Promotion, apply
from stoa.kernel import clock
from stoa.operations.promotions.pricing import least
from stoa.operations.tax.queries import rate

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.promotions.models import Promotion as Row

# Articles that are looked at, those with the least margin first.
LOOKED_AT = 500
MOST_PIECES = 999


@dataclass(frozen=True, slots=True)
class BelowFloor:
    """``paid_minor`` for ``quantity`` pieces, of which the floor asks ``floor_minor``. ``is_loss``: less than they cost."""

    variant_id: int
    product_id: int
    sku: str
    title: str
    quantity: int
    paid_minor: int
    floor_minor: int
    is_loss: bool


def below_floor(row: Row, market: Market, *, looked_at: int = LOOKED_AT) -> list[BelowFloor]:
    """Without a floor of the market, what would be sold for less than it cost. Goods of unknown cost are not looked at."""
    if row.currency != market.currency or row.kind == "free_delivery":
        return []
    terms = replace(queries.terms_of(row), starts_at=None, ends_at=None)
    chosen = Chosen(frozenset(product for product, _ in terms.bundle)) if terms.bundle else terms.chosen
    prices = list(queries.articles_by_margin(market.price_list_id, market.currency, chosen, looked_at))
    ids = {price.variant.product_id for price in prices}
    brands, categories, choices = queries.brands_of(ids), queries.categories_of(ids), queries.choices_of(ids)
    today = clock.now().date()
    percents = {
        code: rate(market.default_country, code, today) if market.prices_include_tax else Decimal(0)
        for code in {price.variant.product.tax_class_id for price in prices}
    }
    floor_bp = max(market.floor_per_product_bp or 0, market.floor_per_order_bp or 0)
    below = []
    for price in prices:
        variant = price.variant
        product = variant.product_id
        goods = Goods(
            price.amount_minor, 1, variant.pk, product, categories.get(product, frozenset()),
            choices.get(product, frozenset()) | choices.get(-variant.pk, frozenset()), brands.get(product, ""),
        )  # fmt: skip
        goods = replace(goods, quantity=_fewest(terms, goods.unit_minor))
        off = apply([goods], 0, [terms], _buyer(terms)).goods_minor
        cost = variant.cost_minor * goods.quantity * (1 + percents[variant.product.tax_class_id] / 100)
        paid, floor = goods.total_minor - off, least(cost, floor_bp)
        if off and paid < floor:
            below.append(
                BelowFloor(
                    variant.pk, product, variant.sku, variant.product.title, goods.quantity, paid, floor, paid < cost
                )
            )
    return below


def running_below_floor(rows: Iterable[Row], markets: Iterable[Market], *, most: int) -> list[tuple[Row, int]]:
    """Of the promotions that run, those that sell something below the floor, and how many articles that are of the
    ``most`` with the least margin."""
    found, sold_in = [], list(markets)
    for row in rows:
        if queries.state_of(row) != "running":
            continue
        count = max(
            (len(below_floor(row, market, looked_at=most)) for market in sold_in if row.market_id in {None, market.pk}),
            default=0,
        )
        if count:
            found.append((row, count))
    return found


def _fewest(terms: Promotion, unit_minor: int) -> int:
    """So many pieces must be bought for the promotion to give all that it can."""
    pieces = terms.buy + terms.get if terms.kind == "buy_get" else 1
    spend = terms.min_spend_minor
    if terms.kind == "quantity_tiers":
        pieces = max(tier.threshold for tier in terms.tiers)
    elif terms.kind == "spend_tiers":
        spend = max(spend, *(tier.threshold for tier in terms.tiers))
    return min(max(pieces, -(-spend // unit_minor), 1), MOST_PIECES)


def _buyer(terms: Promotion) -> Context:
    """One who may have it."""
    return Context(
        clock.now(), min(terms.countries, default=""), min(terms.customer_groups, default=None), terms.sources,
        is_first_order=True,
    )  # fmt: skip
