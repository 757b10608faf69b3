"""The rows of an order, filled from a priced cart and not yet saved. What is copied here never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from stoa.kernel import clock
from stoa.operations.checkout.fields import BuyerFields
from stoa.operations.checkout.pricing import PricedCart, PricedGoods
from stoa.operations.orders.models import Order, OrderLine, OrderTaxLine
from stoa.operations.shipping.rules import promise

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


def order(priced: PricedCart, buyer: BuyerFields, market: Market, backorders: Mapping[int, date]) -> Order:
    """Buyer, amounts and delivery. Number, status and what else the moment decides are the caller's to set."""
    sums, delivery = priced.totals, priced.delivery
    if delivery is None:
        raise ValueError("an order needs a way of delivery")
    today = clock.today(market.timezone)
    ready = max(backorders.values(), default=None)
    promised_from, promised_to = promise(today, delivery.min_days, delivery.max_days, ready)
    return Order(
        market_id=market.pk,
        email=buyer.email,
        name=buyer.name,
        phone=buyer.phone,
        line1=buyer.line1,
        line2=buyer.line2,
        postal_code=buyer.postal_code,
        city=buyer.city,
        region=buyer.region,
        country=buyer.country,
        customer_note=buyer.note,
        currency=market.currency,
        prices_include_tax=market.prices_include_tax,
        goods_minor=sums.goods_minor,
        delivery_minor=sums.delivery_minor,
        tax_minor=sums.tax_minor,
        tax_added_minor=sums.tax_added_minor,
        total_minor=sums.total_minor,
        delivery_code=delivery.code,
        delivery_name=delivery.name,
        delivery_is_pickup=delivery.is_pickup,
        delivery_tax_percent=priced.delivery_tax_percent,
        promised_from=promised_from,
        promised_to=promised_to,
    )


def lines(order: Order, priced: PricedCart, backorders: Mapping[int, date]) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            variant_id=goods.variant_id,
            sku=goods.facts.sku,
            title=goods.facts.title[:300],
            option_values=goods.facts.option_values,
            quantity=goods.quantity,
            unit_minor=goods.quote.unit.minor,
            total_minor=sums.total_minor,
            compare_at_minor=goods.quote.compare_at.minor if goods.quote.compare_at else None,
            tax_class_code=goods.facts.tax_class_code,
            tax_percent=goods.tax_percent,
            tax_minor=sums.tax_minor,
            cost_minor=_cost(goods, order.currency),
            is_stock_tracked=goods.facts.is_stock_tracked,
            backorder_date=backorders.get(goods.variant_id),
            position=position,
        )
        for position, (goods, sums) in enumerate(zip(priced.goods, priced.totals.lines, strict=True))
    ]


def tax_lines(order: Order, priced: PricedCart) -> list[OrderTaxLine]:
    return [
        OrderTaxLine(
            order=order,
            percent=line.percent,
            net_minor=line.net_minor,
            tax_minor=line.tax_minor,
            gross_minor=line.gross_minor,
        )
        for line in priced.totals.tax_lines
    ]


def _cost(goods: PricedGoods, currency: str) -> int | None:
    """Unknown rather than wrong where it was bought in another currency."""
    cost = goods.facts.cost
    return cost.minor if cost is not None and cost.currency == currency else None
