"""What a cart costs at this moment, for a country and a way of delivery. Reads only; page and order share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.catalogue.bundles import queries as bundles
from stoa.catalogue.prices import queries as prices
from stoa.catalogue.products import queries as products
from stoa.catalogue.promotions.rules import NO_OUTCOME, Outcome
from stoa.operations.checkout.rules import PricedLine, Totals, totals
from stoa.operations.promotions.pricing import NOBODY, Wanted, outcome, promotions_for
from stoa.operations.shipping import queries as shipping
from stoa.operations.tax.deciding import TaxBuyer, TaxTerms, percent_of, tax_terms
from stoa.operations.tax.reckoning import Levy

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import VariantFacts
    from stoa.operations.shipping.queries import DeliveryOption


# What is packed and sent. Files and services are not.
SENT = "physical"


@dataclass(frozen=True, slots=True)
class PricedGoods:
    """``parts``: of a bundle, what is in each of it and how often."""

    variant_id: int
    quantity: int
    facts: VariantFacts
    quote: Quote
    tax_percent: Decimal
    # What promotions take off the line.
    discount_minor: int = 0
    parts: tuple[tuple[VariantFacts, int], ...] = ()
    levies: tuple[Levy, ...] = ()

    @property
    def is_stock_tracked(self) -> bool:
        """For a bundle, whether any of its parts is counted. One that has lost its parts cannot be sold."""
        if not self.facts.is_bundle:
            return self.facts.is_stock_tracked
        return not self.parts or any(part.is_stock_tracked for part, _ in self.parts)

    @property
    def is_sent(self) -> bool:
        contents = [part for part, _ in self.parts] or [self.facts]
        return any(facts.kind == SENT or (facts.is_bundle and not self.parts) for facts in contents)


@dataclass(frozen=True, slots=True)
class PricedCart:
    """``missing``: what the cart holds and the shop no longer sells; it is in no total.

    Where nothing ``needs_delivery``, there are no ``options`` and no ``delivery``, and the order goes without.
    """

    goods: tuple[PricedGoods, ...]
    missing: tuple[int, ...]
    missing_titles: tuple[str, ...]
    options: tuple[DeliveryOption, ...]
    delivery: DeliveryOption | None
    delivery_tax_percent: Decimal
    totals: Totals
    tax: TaxTerms
    needs_delivery: bool = True
    # What promotions give, and why.
    outcome: Outcome = NO_OUTCOME


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
    buyer: TaxBuyer | None = None,
    wanted: Wanted = NOBODY,
) -> PricedCart:
    """``delivery`` is None where ``delivery_code`` is no option for this country and this worth of goods, unless
    ``default_delivery`` puts the first option in its place. ``facts`` and ``quotes`` spare reading them twice.
    ``wanted`` is what promotions go by. Delivery that is free from some worth on is so by what the goods cost in the end."""
    if facts is None:
        facts = products.variants_by_id(quantities, with_pictures=False)
    if quotes is None:
        quotes = prices.quote(quantities, market, quantities=quantities, customer_id=customer_id)
    sold = [variant_id for variant_id in quantities if variant_id in quotes and variant_id in facts]
    terms = tax_terms(market, country, buyer, customer_id=customer_id)
    if terms.lowers_prices:
        quotes = {pk: terms.quote(quotes[pk], facts[pk].tax_class_code) for pk in sold}
    contents = bundles.contents(variant_id for variant_id in sold if facts[variant_id].is_bundle)
    unrated = [
        PricedGoods(
            variant_id, quantities[variant_id], facts[variant_id], quotes[variant_id], Decimal(0),
            parts=tuple(contents.get(variant_id, ())),
        )
        for variant_id in sold
    ]  # fmt: skip
    levies = {code: terms.levies(code) for code in {facts[variant_id].tax_class_code for variant_id in sold}}
    goods = tuple(
        replace(line, tax_percent=percent_of(levies[code]), levies=levies[code])
        for line in unrated
        for code in [line.facts.tax_class_code]
    )
    found = promotions_for(market, wanted) if unrated else []
    kept = {line.variant_id: line.quantity for line in goods}
    percents = {line.variant_id: line.tax_percent for line in goods}
    given = outcome(found, kept, facts, quotes, percents, 0, market, country, wanted) if found else _nothing(goods)
    goods_minor = sum(line.quote.unit.minor * line.quantity for line in goods) - given.goods_minor
    # A cart with nothing in it to sell is shown like one that is to be sent.
    needs_delivery = not unrated or any(line.is_sent for line in unrated)
    options = tuple(shipping.options(market, country, goods_minor)) if needs_delivery else ()
    if options and terms.lowers_prices:
        options = tuple(replace(each, price=terms.money(each.price, each.tax_class_code)) for each in options)
    fallback = options[0] if options and default_delivery else None
    delivery = next((option for option in options if option.code == delivery_code), fallback)
    if found and delivery is not None and delivery.price.minor:
        given = outcome(found, kept, facts, quotes, percents, delivery.price.minor, market, country, wanted)
    goods = tuple(replace(line, discount_minor=off) for line, off in zip(goods, given.lines, strict=True))
    delivery_levies = terms.delivery_levies(delivery.tax_class_code, levies.values()) if delivery else ()
    delivery_percent = percent_of(delivery_levies)
    missing = tuple(variant_id for variant_id in quantities if variant_id not in sold)
    return PricedCart(
        goods=goods,
        missing=missing,
        missing_titles=tuple(facts[variant_id].display_title for variant_id in missing if variant_id in facts),
        options=options,
        delivery=delivery,
        delivery_tax_percent=delivery_percent,
        totals=totals(
            [
                PricedLine(line.quote.unit.minor, line.quantity, line.tax_percent, line.discount_minor, line.levies)
                for line in goods
            ],
            prices_include_tax=terms.prices_include_tax,
            delivery_minor=delivery.price.minor - given.delivery_minor if delivery else 0,
            delivery_tax_percent=delivery_percent,
            delivery_levies=delivery_levies,
            delivery_follows_goods=terms.delivery_follows_goods,
            rounding=terms.settings.rounding,
        ),
        tax=terms,
        needs_delivery=needs_delivery,
        outcome=given,
    )


def _nothing(goods: tuple[PricedGoods, ...]) -> Outcome:
    return Outcome((0,) * len(goods), 0, ())
