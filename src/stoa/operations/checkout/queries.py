from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.kernel.money import Money, total
from stoa.operations.cart.models import Cart
from stoa.operations.cart.queries import CartView, cart_view
from stoa.operations.checkout.pricing import PricedCart, price_cart
from stoa.operations.credit.spending import payable
from stoa.operations.payments import queries as payments
from stoa.operations.promotions.pricing import NOBODY, Wanted

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.promotions.rules import Outcome
    from stoa.operations.payments.queries import MethodOption
    from stoa.operations.shipping.queries import DeliveryOption
    from stoa.operations.tax.deciding import TaxBuyer


@dataclass(frozen=True, slots=True)
class TaxShown:
    """Tax at one rate; ``percent`` without needless zeros: 19, 8.1."""

    percent: Decimal
    tax: Money
    net: Money
    label: str = ""


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
    # What promotions took off goods and delivery; both are after it.
    discount: Money
    delivery_discount: Money
    outcome: Outcome
    tax_lines: tuple[TaxShown, ...]
    prices_include_tax: bool
    # False for files and services alone: no address and no way of delivery is asked for.
    needs_delivery: bool = True
    # What gift cards of the cart pay of ``total``.
    credit: Money | None = None
    treatment: str = ""

    @property
    def can_order(self) -> bool:
        is_sent = self.delivery is not None or not self.needs_delivery
        return self.cart.can_check_out and is_sent and bool(self.methods)


def summary(
    cart: Cart | None,
    market: Market,
    country: str = "",
    delivery_code: str = "",
    *,
    buyer: TaxBuyer | None = None,
    email: str = "",
) -> CheckoutSummary:
    """The cart with delivery, tax and total for ``country`` (the market's own where blank or not delivered to).

    ``email``: who will buy, where the buyer has sent it in; some promotions go by that.
    """
    view = cart_view(cart, market, with_promotions=False)
    wanted = Wanted(tuple(cart.codes), tuple(cart.sources), cart.customer_id, email) if cart else NOBODY
    country = country if country in market.countries else market.default_country
    quantities = {line.variant_id: line.quantity for line in view.lines if line.unit is not None}
    facts = {line.variant_id: line.facts for line in view.lines if line.facts is not None}
    quotes = {line.variant_id: line.quote for line in view.lines if line.quote is not None}
    priced = price_cart(
        quantities, market, country, delivery_code, facts=facts, quotes=quotes, default_delivery=True, buyer=buyer,
        customer_id=cart.customer_id if cart else None, wanted=wanted,
    )  # fmt: skip
    if priced.tax.lowers_prices:
        view = _repriced(view, priced)
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
        discount=money(priced.outcome.goods_minor),
        delivery_discount=money(priced.outcome.delivery_minor),
        outcome=priced.outcome,
        tax_lines=tuple(
            TaxShown(shown_percent(line.percent), money(line.tax_minor), money(line.net_minor), line.label)
            for line in sums.tax_lines
        ),
        prices_include_tax=priced.tax.prices_include_tax,
        needs_delivery=priced.needs_delivery,
        credit=_credit(cart, market, sums.total_minor),
        treatment=priced.tax.place.treatment.value,
    )


def _credit(cart: Cart | None, market: Market, total_minor: int) -> Money | None:
    if cart is None or not cart.gift_cards:
        return None
    paid = sum(part for _, part in payable(cart.gift_cards, market, total_minor))
    return Money(paid, market.currency) if paid else None


def _repriced(view: CartView, priced: PricedCart) -> CartView:
    """The cart's lines at the prices of this buyer, who pays none with tax."""
    quotes = {goods.variant_id: goods.quote for goods in priced.goods}
    lines = tuple(
        replace(line, quote=quote, total=quote.unit * line.quantity, seen_unit=None)
        if (quote := quotes.get(line.variant_id))
        else line
        for line in view.lines
    )
    return replace(view, lines=lines, subtotal=total((line.total for line in lines if line.total), view.currency))


def shown_percent(percent: Decimal) -> Decimal:
    """19.000 as 19, 8.100 as 8.1."""
    whole = percent.to_integral_value()
    return whole if percent == whole else percent.normalize()
