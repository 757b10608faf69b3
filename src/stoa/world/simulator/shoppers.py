"""Shoppers: they come, fill a cart, and order, the way the storefront lets them."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from stoa.catalogue.products.selling import ForSale, everything_for_sale
from stoa.catalogue.promotions.errors import CodeRefusedError
from stoa.catalogue.promotions.queries import all_codes
from stoa.kernel.actors import GUEST
from stoa.kernel.errors import DomainError
from stoa.operations.cart import actions as carts
from stoa.operations.checkout.actions import PlaceOrder, place_order
from stoa.operations.payments.actions import retry_payment
from stoa.operations.payments.queries import latest_payment
from stoa.operations.payments.sandbox import buyer
from stoa.operations.shipping.queries import options
from stoa.world.simulator.demand import Good, basket
from stoa.world.simulator.people import Person, meet

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.operations.orders.models import Order
    from stoa.operations.payments.models import Payment

# Of new people, every so many has the code of the demo shop, where there is one.
HAVE_A_CODE, WELCOME_CODE = 12, "welcome"
RETURNING = 0.32  # of orders come from somebody who bought before
PAYMENT_SHARES = {"sandbox": 72, "bank_transfer": 20, "cash_on_delivery": 8}
# What becomes of a visit to the card page: pays at once; is declined, then pays; is declined and gives up; closes the window.
CARD_SHARES = {"pays": 93, "second_try": 3, "declined": 2, "leaves": 2}


class Shoppers:
    """The people who know the shop. What the merchant features more is wanted more."""

    def __init__(self, market: Market, chance: random.Random) -> None:
        self._market = market
        self._chance = chance
        self._people: list[Person] = []
        self._goods = _wanted(everything_for_sale(market))
        self._met = 0
        self._deliveries: dict[str, list[str]] = {}
        self._is_new = False
        self._has_code = all_codes().filter(code=WELCOME_CODE).exists()

    def one_buys(self) -> bool:
        """One visit that means to end in an order. False where what was wanted had sold out."""
        person = self._somebody()
        try:
            cart, token = carts.open_cart(self._market)
            for variant_id, quantity in basket(self._goods, self._chance).items():
                carts.add(cart.pk, variant_id, quantity, actor=GUEST)
            if self._is_new and self._met % HAVE_A_CODE == 0 and self._has_code:
                self._type_code(cart.pk)
            order = self._order(person, token)
        except DomainError:
            return False
        if order.status == "awaiting_payment":
            self._pay(order)
        return True

    def _type_code(self, cart_id: int) -> None:
        """Once in the cart: what is in it may not be worth enough."""
        with suppress(CodeRefusedError):
            carts.add_code(cart_id, WELCOME_CODE, actor=GUEST)

    def _order(self, person: Person, token: str) -> Order:
        offers = self._offered(person.country)
        delivery_code = self._chance.choices(offers, [6 if index == 0 else 1 for index in range(len(offers))])[0]
        methods = [m for m in PAYMENT_SHARES if not (m == "cash_on_delivery" and person.country != "DE")]
        wish = PlaceOrder(
            email=person.email,
            name=person.name,
            line1=person.line1,
            postal_code=person.postal_code,
            city=person.city,
            country=person.country,
            phone=person.phone,
            delivery_code=delivery_code,
            payment_method=self._chance.choices(methods, [PAYMENT_SHARES[m] for m in methods])[0],
            cart_token=token,
        )
        return place_order(wish, market=self._market, actor=GUEST).order

    def _pay(self, order: Order) -> None:
        fate = self._chance.choices(list(CARD_SHARES), list(CARD_SHARES.values()))[0]
        if fate == "leaves":
            return
        if fate != "pays":
            buyer.visit(self._payment(order), pays=False)
        if fate == "second_try":
            retry_payment(order.pk, actor=GUEST)
        if fate in {"pays", "second_try"}:
            # Some close the window too soon, and only the webhook tells; some webhooks are late, and the return does.
            way = self._chance.choices(("return", "webhook", "both"), (55, 30, 15))[0]
            buyer.visit(self._payment(order), returns=way != "webhook", is_reported=way != "return")

    def _payment(self, order: Order) -> Payment:
        payment = latest_payment(order.pk)
        if payment is None:
            raise LookupError(f"order {order.number} has no payment")
        return payment

    def _offered(self, country: str) -> list[str]:
        """Codes of the ways of delivery. Nobody changes them while the shop is simulated."""
        if country not in self._deliveries:
            self._deliveries[country] = [option.code for option in options(self._market, country, 0)]
        return self._deliveries[country]

    def _somebody(self) -> Person:
        self._is_new = not (self._people and self._chance.random() < RETURNING)
        if not self._is_new:
            return self._chance.choice(self._people)
        self._met += 1
        person = meet(self._chance, self._met)
        self._people.append(person)
        return person


def _wanted(goods: list[ForSale]) -> list[Good]:
    """Popularity falls off with the position, and a product's variants share it."""
    variants = Counter(good.product_id for good in goods)
    places = {position: place for place, position in enumerate(sorted({good.position for good in goods}))}
    return [Good(good.variant_id, 1 / (3 + places[good.position]) / variants[good.product_id] ** 0.7) for good in goods]
