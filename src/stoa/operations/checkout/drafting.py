"""The rows of an order, filled from a priced cart and not yet saved. What is copied here never changes again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from stoa.kernel import clock
from stoa.operations.checkout.fields import BuyerFields
from stoa.operations.checkout.pricing import PricedCart, PricedGoods
from stoa.operations.orders.models import Order, OrderAdjustment, OrderLine, OrderLineComponent, OrderTaxLine
from stoa.operations.shipping.rules import promise

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import VariantFacts

BUNDLE = "bundle"


def order(priced: PricedCart, buyer: BuyerFields, market: Market, backorders: Mapping[int, date]) -> Order:
    """Buyer, amounts and delivery. Number, status and what else the moment decides are the caller's to set."""
    sums, delivery = priced.totals, priced.delivery
    if delivery is None and priced.needs_delivery:
        raise ValueError("an order needs a way of delivery")
    promised_from = promised_to = None
    if delivery is not None:
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
        prices_include_tax=priced.tax.prices_include_tax,
        tax_treatment=priced.tax.place.treatment.value,
        tax_rounding=priced.tax.settings.rounding,
        tax_review=priced.tax.needs_review,
        vat_id=priced.tax.vat.vat_id if priced.tax.vat else "",
        vat_check_id=priced.tax.vat.check.pk if priced.tax.vat and priced.tax.vat.check else None,
        goods_minor=sums.goods_minor,
        delivery_minor=sums.delivery_minor,
        discount_minor=priced.outcome.goods_minor,
        delivery_discount_minor=priced.outcome.delivery_minor,
        tax_minor=sums.tax_minor,
        tax_added_minor=sums.tax_added_minor,
        total_minor=sums.total_minor,
        needs_delivery=priced.needs_delivery,
        delivery_code=delivery.code if delivery else "",
        delivery_name=delivery.name if delivery else "",
        delivery_is_pickup=delivery is not None and delivery.is_pickup,
        delivery_tax_percent=priced.delivery_tax_percent,
        promised_from=promised_from,
        promised_to=promised_to,
    )


def lines(order: Order, priced: PricedCart, backorders: Mapping[int, date]) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            variant_id=goods.variant_id,
            kind=BUNDLE if goods.facts.is_bundle else goods.facts.kind,
            sku=goods.facts.sku,
            title=goods.facts.title[:300],
            option_values=goods.facts.option_values,
            quantity=goods.quantity,
            unit_minor=goods.quote.unit.minor,
            discount_minor=goods.discount_minor,
            total_minor=sums.total_minor,
            compare_at_minor=goods.quote.compare_at.minor if goods.quote.compare_at else None,
            tax_class_code=goods.facts.tax_class_code,
            tax_percent=goods.tax_percent,
            tax_minor=sums.tax_minor,
            cost_minor=_cost(goods, order.currency),
            is_stock_tracked=goods.is_stock_tracked,
            backorder_date=_later(goods, backorders),
            position=position,
        )
        for position, (goods, sums) in enumerate(zip(priced.goods, priced.totals.lines, strict=True))
    ]


def components(line_ids: Mapping[int, int], priced: PricedCart) -> list[OrderLineComponent]:
    """What is in the bundles. ``line_ids``: position -> id of the lines, which must have been saved."""
    return [
        OrderLineComponent(
            line_id=line_ids[position],
            variant_id=facts.id,
            kind=facts.kind,
            sku=facts.sku,
            title=facts.title[:300],
            option_values=facts.option_values,
            quantity=quantity,
            cost_minor=_cost_of(facts, goods.quote.unit.currency),
            is_stock_tracked=facts.is_stock_tracked,
            position=number,
        )
        for position, goods in enumerate(priced.goods)
        for number, (facts, quantity) in enumerate(goods.parts)
    ]


def adjustments(order: Order, line_ids: Mapping[int, int], priced: PricedCart) -> list[OrderAdjustment]:
    """Why the order costs less. ``line_ids``: position -> id of the lines, which must have been saved."""
    return [
        OrderAdjustment(
            order=order,
            line_id=line_ids[each.line] if each.line is not None else None,
            promotion_id=each.promotion_id,
            code=each.code,
            label=each.label,
            amount_minor=each.amount_minor,
            target=OrderAdjustment.Target.DELIVERY if each.line is None else OrderAdjustment.Target.LINE,
            explanation=each.explanation,
            position=position,
        )
        for position, each in enumerate(priced.outcome.adjustments)
    ]


def tax_lines(order: Order, priced: PricedCart) -> list[OrderTaxLine]:
    return [
        OrderTaxLine(
            order=order,
            percent=line.percent,
            net_minor=line.net_minor,
            tax_minor=line.tax_minor,
            gross_minor=line.gross_minor,
            label=line.label,
            jurisdiction=line.jurisdiction,
            shared_net_minor=line.shared_net_minor,
        )
        for line in priced.totals.tax_lines
    ]


def _later(goods: PricedGoods, backorders: Mapping[int, date]) -> date | None:
    """A bundle leaves when the last of its parts is there."""
    ids = [facts.id for facts, _ in goods.parts] or [goods.variant_id]
    return max((backorders[variant_id] for variant_id in ids if variant_id in backorders), default=None)


def _cost(goods: PricedGoods, currency: str) -> int | None:
    """Of a bundle, the sum of its parts; unknown as soon as one of them is."""
    if not goods.facts.is_bundle:
        return _cost_of(goods.facts, currency)
    costs = [(_cost_of(facts, currency), quantity) for facts, quantity in goods.parts]
    if any(cost is None for cost, _ in costs):
        return None
    return sum(cost * quantity for cost, quantity in costs if cost is not None)


def _cost_of(facts: VariantFacts, currency: str) -> int | None:
    """Unknown rather than wrong where it was bought in another currency."""
    cost = facts.cost
    return cost.minor if cost is not None and cost.currency == currency else None
