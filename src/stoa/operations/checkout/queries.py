from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.kernel.money import Money
from stoa.operations.cart.models import Cart
from stoa.operations.cart.queries import CartView, cart_view
from stoa.operations.checkout.pricing import price_cart
from stoa.operations.payments import queries as payments

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.operations.payments.queries import MethodOption
    from stoa.operations.shipping.queries import DeliveryOption


@dataclass(frozen=True, slots=True)
class TaxShown:
    """Tax at one rate; ``percent`` without needless zeros: 19, 8.1."""

    percent: Decimal
    tax: Money
    net: Money


@dataclass(frozen=True, slots=True)
class CheckoutSummary:
    """What the checkout page shows. Nothing is written for it.

    ``delivery`` is the chosen option, the first one where none was chosen, or None where nothing goes to ``country``.
    ``goods.minor`` is what a form sends back as ``seen_goods_minor``.
    """

    cart: CartView
    country: str
    options: tuple[DeliveryOption, ...]
    delivery: DeliveryOption | None
    methods: tuple[MethodOption, ...]
    goods: Money
    delivery_price: Money
    tax: Money
    tax_added: Money
    total: Money
    tax_lines: tuple[TaxShown, ...]
    prices_include_tax: bool
    # False for files and services alone: no address and no way of delivery is asked for.
    needs_delivery: bool = True

    @property
    def can_order(self) -> bool:
        is_sent = self.delivery is not None or not self.needs_delivery
        return self.cart.can_check_out and is_sent and bool(self.methods)


def summary(cart: Cart | None, market: Market, country: str = "", delivery_code: str = "") -> CheckoutSummary:
    """The cart with delivery, tax and total for ``country`` (the market's own where blank or not delivered to)."""
    view = cart_view(cart, market)
    country = country if country in market.countries else market.default_country
    quantities = {line.variant_id: line.quantity for line in view.lines if line.unit is not None}
    facts = {line.variant_id: line.facts for line in view.lines if line.facts is not None}
    quotes = {line.variant_id: line.quote for line in view.lines if line.quote is not None}
    priced = price_cart(quantities, market, country, delivery_code, facts=facts, quotes=quotes, default_delivery=True)
    sums = priced.totals
    is_pickup = priced.delivery is not None and priced.delivery.is_pickup

    def money(minor: int) -> Money:
        return Money(minor, market.currency)

    return CheckoutSummary(
        cart=view,
        country=country,
        options=priced.options,
        delivery=priced.delivery,
        methods=tuple(
            payments.payment_methods(market, country, is_pickup=is_pickup, needs_delivery=priced.needs_delivery)
        ),
        goods=money(sums.goods_minor),
        delivery_price=money(sums.delivery_minor),
        tax=money(sums.tax_minor),
        tax_added=money(sums.tax_added_minor),
        total=money(sums.total_minor),
        tax_lines=tuple(
            TaxShown(shown_percent(line.percent), money(line.tax_minor), money(line.net_minor))
            for line in sums.tax_lines
        ),
        prices_include_tax=market.prices_include_tax,
        needs_delivery=priced.needs_delivery,
    )


def shown_percent(percent: Decimal) -> Decimal:
    """19.000 as 19, 8.100 as 8.1."""
    whole = percent.to_integral_value()
    return whole if percent == whole else percent.normalize()
