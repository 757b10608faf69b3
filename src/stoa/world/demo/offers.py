"""Prices that a visitor should be able to see today: a sale, promotions, what is cheaper by the dozen, and friends of the
trade."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.prices.actions import create_price_list, schedule_sale, set_breaks, set_group_price_list
from stoa.catalogue.prices.queries import SaleTerms, price_list_by_id, prices_of, sale_preview
from stoa.catalogue.products.selling import product_ids_on, products_by_title, variant_ids_of
from stoa.catalogue.promotions.actions import PromotionData, create_promotion
from stoa.customers.groups.actions import create_group
from stoa.kernel import clock
from stoa.world.simulator.shoppers import WELCOME_CODE

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

ON_SALE, SALE_NAME, DAYS = "textiles", "End of the summer linen", 12
BY_THE_DOZEN = ("Pencils, box of twelve", "Olive soap", "Correspondence cards")
GROUP = "Studios and cafés"


def welcome(market: Market, *, actor: Actor) -> None:
    """From the opening on: the shoppers of the year know the code (``simulator.shoppers``)."""
    data = PromotionData(
        "Welcome", "percent", market.currency, label="Welcome: 10 % off", is_automatic=False, code=WELCOME_CODE,
        terms={"percent_bp": 1000}, conditions={"min_spend_minor": 3000, "first_order": True}, limit_per_customer=1,
    )  # fmt: skip
    create_promotion(data, actor=actor)


def _promotions(market: Market, actor: Actor) -> None:
    """One on the shelf, one that somebody plans."""
    now = clock.now()
    garden, ceramics = category_by_slug("garden").id, category_by_slug("ceramics").id
    shelf = PromotionData(
        "Autumn in the garden", "percent", market.currency, terms={"percent_bp": 1500}, group="season",
        conditions={"chosen": {"categories": [garden]}}, ends_at=now + timedelta(days=20),
    )  # fmt: skip
    create_promotion(shelf, actor=actor)
    plan = PromotionData(
        "Three for two on ceramics", "buy_get", market.currency, label="Three for two", group="season",
        terms={"buy": 2, "get": 1, "percent_bp": 10_000}, conditions={"chosen": {"categories": [ceramics]}},
        starts_at=now + timedelta(days=21), ends_at=now + timedelta(days=35), limit_total=200,
    )  # fmt: skip
    create_promotion(plan, actor=actor)


def make_offers(market: Market, *, actor: Actor) -> None:
    """As of the demo's last day. The sale is over twelve days later, by itself."""
    _sell_off(market, actor)
    _by_the_dozen(market, actor)
    _promotions(market, actor)
    trade = create_price_list(
        "Trade", market.currency, actor=actor, based_on=market.price_list_id, factor=Decimal("0.85"), ending="50"
    )
    set_group_price_list(create_group(GROUP, actor=actor).pk, market, trade.pk, actor=actor)


def _sell_off(market: Market, actor: Actor) -> None:
    terms, now = SaleTerms(percent=Decimal(20), ending="90"), clock.now()
    shelf = product_ids_on(category_by_slug(ON_SALE).id)
    currency = price_list_by_id(market.price_list_id).currency
    rows = sale_preview(market.price_list_id, currency, terms, now, now + timedelta(days=DAYS), product_ids=shelf[:4])
    prices = {row.variant_id: row.new_minor for row in rows if not row.problem}
    if prices:
        schedule_sale(
            SALE_NAME,
            market.price_list_id,
            prices,
            ends_at=now + timedelta(days=DAYS),
            terms=terms.facts(),
            actor=actor,
        )


def _by_the_dozen(market: Market, actor: Actor) -> None:
    variants = variant_ids_of(products_by_title(BY_THE_DOZEN).values())
    for variant_id, price in sorted(prices_of(variants, market.price_list_id).items()):
        steps = [(count, price.unit.minor * percent // 1000 * 10) for count, percent in ((6, 92), (12, 85))]
        set_breaks(variant_id, market.price_list_id, steps, actor=actor)
