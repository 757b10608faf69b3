"""What a cart costs at this moment, for a country and a way of delivery. Reads only; page and order share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.catalogue.prices import queries as prices
from stoa.catalogue.products import queries as products
from stoa.kernel import clock
from stoa.operations.checkout.rules import PricedLine, Totals, totals
from stoa.operations.shipping import queries as shipping
from stoa.operations.tax import queries as tax

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import VariantFacts
    from stoa.operations.shipping.queries import DeliveryOption


@dataclass(frozen=True, slots=True)
class PricedGoods:
    variant_id: int
    quantity: int
    facts: VariantFacts
    quote: Quote
    tax_percent: Decimal


@dataclass(frozen=True, slots=True)
class PricedCart:
    """``missing``: what the cart holds and the shop no longer sells; it is in no total."""

    goods: tuple[PricedGoods, ...]
    missing: tuple[int, ...]
    missing_titles: tuple[str, ...]
    options: tuple[DeliveryOption, ...]
    delivery: DeliveryOption | None
    delivery_tax_percent: Decimal
    totals: Totals


def price_cart(
    quantities: Mapping[int, int],
    market: Market,
    country: str,
    delivery_code: str,
    *,
    customer_id: int | None = None,
    facts: Mapping[int, VariantFacts] | None = None,
    quotes: Mapping[int, Quote] | None = None,
    default_delivery: bool = False,
) -> PricedCart:
    """``delivery`` is None where ``delivery_code`` is no option for this country and this worth of goods, unless
    ``default_delivery`` puts the first option in its place. ``facts`` and ``quotes`` spare reading them twice."""
    if facts is None:
        facts = products.variants_by_id(quantities, with_pictures=False)
    if quotes is None:
        quotes = prices.quote(quantities, market, quantities=quantities, customer_id=customer_id)
    sold = [variant_id for variant_id in quantities if variant_id in quotes and variant_id in facts]
    goods_minor = sum(quotes[variant_id].unit.minor * quantities[variant_id] for variant_id in sold)
    options = tuple(shipping.options(market, country, goods_minor))
    fallback = options[0] if options and default_delivery else None
    delivery = next((option for option in options if option.code == delivery_code), fallback)
    classes = {facts[variant_id].tax_class_code for variant_id in sold}
    rates = _rates(country, classes | ({delivery.tax_class_code} if delivery else set()), clock.today(market.timezone))
    goods = tuple(
        PricedGoods(
            variant_id, quantities[variant_id], facts[variant_id], quotes[variant_id],
            rates[facts[variant_id].tax_class_code],
        )
        for variant_id in sold
    )  # fmt: skip
    delivery_percent = rates[delivery.tax_class_code] if delivery else Decimal(0)
    missing = tuple(variant_id for variant_id in quantities if variant_id not in sold)
    return PricedCart(
        goods=goods,
        missing=missing,
        missing_titles=tuple(facts[variant_id].display_title for variant_id in missing if variant_id in facts),
        options=options,
        delivery=delivery,
        delivery_tax_percent=delivery_percent,
        totals=totals(
            [PricedLine(line.quote.unit.minor, line.quantity, line.tax_percent) for line in goods],
            prices_include_tax=market.prices_include_tax,
            delivery_minor=delivery.price.minor if delivery else 0,
            delivery_tax_percent=delivery_percent,
        ),
    )


def _rates(country: str, classes: set[str], on: date) -> dict[str, Decimal]:
    return {code: tax.rate(country, code, on) for code in classes}
