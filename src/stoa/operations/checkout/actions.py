"""Placing an order: a cart becomes a sale, once, or nothing at all happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from stoa.customers.identity.actions import customer_for_order
from stoa.inventory.stock import actions as stock
from stoa.inventory.stock.errors import OutOfStockError as StockOutOfStockError
from stoa.kernel import clock, ids
from stoa.kernel.audit.actions import record
from stoa.kernel.outbox.actions import announce
from stoa.kernel.prepared import Prepared, Slot, change, insert, insert_all
from stoa.kernel.sequences.actions import next_number
from stoa.operations.cart.models import Cart
from stoa.operations.cart.queries import quantities_of
from stoa.operations.checkout import drafting
from stoa.operations.checkout.asked.queries import field_rules
from stoa.operations.checkout.errors import (
    DeliveryUnavailableError,
    EmptyCartError,
    FieldErrors,
    NotForSaleError,
    OutOfStockError,
    PaymentMethodUnavailableError,
    PriceChangedError,
    ShortLine,
)
from stoa.operations.checkout.fields import BuyerFields, clean, clean_country
from stoa.operations.checkout.pricing import PricedCart, price_cart
from stoa.operations.credit import spending as credit
from stoa.operations.credit.errors import CreditChangedError
from stoa.operations.events import OrderPaid, OrderPlaced
from stoa.operations.orders import rules as order_rules
from stoa.operations.orders import states
from stoa.operations.orders.handing_over import hand_over_files
from stoa.operations.orders.models import Order, OrderLine
from stoa.operations.orders.queries import order_path
from stoa.operations.payments import actions as payments
from stoa.operations.payments import queries as payment_queries
from stoa.operations.payments.errors import TooManyAttemptsError
from stoa.operations.promotions.pricing import Wanted
from stoa.operations.promotions.uses import take_for
from stoa.operations.tax import queries as tax
from stoa.operations.tax import vat
from stoa.operations.tax.deciding import TaxBuyer, VatAnswer
from stoa.operations.tax.errors import VatIdError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.customers.identity.models import Customer
    from stoa.kernel.actors import Actor
    from stoa.operations.checkout.asked.rules import FieldRules
    from stoa.operations.payments.queries import MethodOption

# How long a buyer may take at a provider's page.
TIME_TO_PAY = timedelta(minutes=30)
# Stock stays held a little longer, so that money on its way when the time is over still meets its goods.
HOLD_GRACE = timedelta(minutes=15)
_TAKEN = Prepared(lambda: Order.objects.filter(number=Slot("number")).values_list("pk"))


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """What the checkout form says, as typed. Amounts are not in it: they are computed here.

    The cart is named by a guest's ``cart_token``, or by a ``cart_id`` that the caller can vouch for (from the log-in, or
    signed; never as a plain form field). ``seen_goods_minor``: the sum of the goods on the submitted page, where known.
    """

    email: str = ""
    name: str = ""
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    phone: str = ""
    delivery_code: str = ""
    payment_method: str = ""
    note: str = ""
    cart_token: str = ""
    cart_id: int | None = None
    seen_goods_minor: int | None = None
    language: str = ""
    vat_id: str = ""
    # What gift cards were to pay on the submitted page, where known.
    seen_credit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """``is_new`` is False where the cart had become this order before. ``next_url``: where the buyer goes now."""

    order: Order
    is_new: bool
    next_url: str


def place_order(
    wish: PlaceOrder, *, market: Market, actor: Actor, user_customer: Customer | None = None, client: str = ""
) -> PlacedOrder:
    """Turn a cart into an order, in one transaction; for hosted payment, then open the provider's page.

    A cart becomes one order: asked again, or twice at once, this returns the same one. ``client`` is the buyer's
    network address, for limits on payment attempts. Needs to be outside any transaction where payment is hosted.
    Raises EmptyCartError, FieldErrors, NotForSaleError, PriceChangedError, DeliveryUnavailableError,
    PaymentMethodUnavailableError, OutOfStockError, CreditChangedError and UsedUpError; then nothing was charged, and cart,
    cards and stock are as they were.
    """
    # Lets the process keep the rates, which it does not do inside a transaction.
    tax.rate(market.default_country, tax.STANDARD, clock.today(market.timezone))
    rules = field_rules(market)
    # Another server's word is asked for while nothing is locked.
    vat_answer = _vat_answer(wish, market, client)
    try:
        order, is_new = _place(wish, market, user_customer, actor, vat_answer, rules)
    except IntegrityError:
        # The unique cart of an order is the last word, whatever happened to the lock.
        existing = _order_of(wish, market, user_customer)
        if existing is None:
            raise
        order, is_new = existing, False
    return PlacedOrder(order, is_new, _next_url(order, client))


def _vat_answer(wish: PlaceOrder, market: Market, client: str) -> VatAnswer | None:
    try:
        return vat.answer(wish.vat_id, clean_country(wish.country), market, client=client)
    except VatIdError as error:
        raise FieldErrors({"vat_id": str(error.message)}) from error


@transaction.atomic
def _place(
    wish: PlaceOrder,
    market: Market,
    customer: Customer | None,
    actor: Actor,
    vat_answer: VatAnswer | None,
    rules: FieldRules,
) -> tuple[Order, bool]:
    cart = _carts(wish, market, customer).select_for_update().first()
    if cart is None:
        raise EmptyCartError
    if cart.closed_at is not None:
        existing = Order.objects.filter(cart_id=cart.pk).first()
        if existing is None:
            raise EmptyCartError
        return existing, False
    quantities = quantities_of(cart.pk)
    if not quantities:
        raise EmptyCartError
    # What is in the cart decides what has to be known of its buyer. It is priced for whom it was shown: a guest's cart
    # that has not become the customer's yet has everybody's prices.
    country = clean_country(wish.country)
    wanted = Wanted(tuple(cart.codes), tuple(cart.sources), cart.customer_id, wish.email)
    priced = price_cart(
        quantities, market, country, wish.delivery_code, customer_id=cart.customer_id, wanted=wanted,
        buyer=TaxBuyer(wish.region, wish.postal_code, vat_answer),
    )  # fmt: skip
    buyer = clean(asdict(wish), market.countries, needs_delivery=priced.needs_delivery, rules=rules)
    method = _checked(priced, wish, market, buyer)
    return _write(cart, priced, method, wish, market, buyer, customer, actor), True


def _checked(priced: PricedCart, wish: PlaceOrder, market: Market, buyer: BuyerFields) -> MethodOption:
    """The payment method, where the cart can be ordered as it was shown."""
    if priced.missing:
        raise NotForSaleError(priced.missing_titles, priced.missing)
    if wish.seen_goods_minor is not None and wish.seen_goods_minor != priced.totals.goods_minor:
        raise PriceChangedError(wish.seen_goods_minor, priced.totals.goods_minor)
    if priced.delivery is None and priced.needs_delivery:
        raise DeliveryUnavailableError
    is_pickup = priced.delivery is not None and priced.delivery.is_pickup
    offered = payment_queries.payment_methods(
        market, buyer.country, is_pickup=is_pickup, needs_delivery=priced.needs_delivery
    )
    method = next((option for option in offered if option.code == wish.payment_method), None)
    if method is None:
        raise PaymentMethodUnavailableError
    return method


def _write(
    cart: Cart,
    priced: PricedCart,
    method: MethodOption,
    wish: PlaceOrder,
    market: Market,
    buyer: BuyerFields,
    customer: Customer | None,
    actor: Actor,
) -> Order:
    now = clock.now()
    cards = credit.hold(cart.gift_cards, market, priced.totals.total_minor)
    credit_minor = sum(part for _, part in cards)
    if wish.seen_credit_minor is not None and credit_minor < min(wish.seen_credit_minor, priced.totals.total_minor):
        raise CreditChangedError
    is_free = priced.totals.total_minor == credit_minor
    pays_first = method.is_redirect and not is_free
    number = _free_number()
    promised_later = _take_stock(priced, market, number, pays_first, actor)
    if customer is None:
        customer = customer_for_order(buyer.email, buyer.name, buyer.phone, language=wish.language)
    order = drafting.order(priced, buyer, market, promised_later)
    order.number = number
    order.credit_minor = credit_minor
    order.access_nonce = order_rules.new_nonce()
    order.cart_id = cart.pk
    order.customer_id = customer.pk
    order.language = (wish.language or market.language)[:12]
    order.payment_method = method.code
    order.placed_at = now
    order.status = states.AWAITING_PAYMENT if pays_first else states.OPEN
    order.payment_due_at = now + TIME_TO_PAY if pays_first else None
    if is_free:
        order.payment_status, order.paid_at = Order.PaymentStatus.PAID, now
    insert(order)
    credit.spend(order, cards, actor)
    insert_all(drafting.lines(order, priced, promised_later))
    if priced.outcome.adjustments or any(goods.parts for goods in priced.goods):
        line_ids = dict(OrderLine.objects.filter(order_id=order.pk).values_list("position", "pk"))
        insert_all(drafting.components(line_ids, priced))
        insert_all(drafting.adjustments(order, line_ids, priced))
        take_for(order, priced.outcome)
    insert_all(drafting.tax_lines(order, priced))
    change(Cart, {"pk": cart.pk}, closed_at=now, updated_at=now)
    if not is_free:
        payments.create_payment(order, method.code)
    record(actor, "order.placed", "order", number, total_minor=order.total_minor, currency=order.currency)
    if not pays_first:
        announce(OrderPlaced(order.pk))
    if is_free:
        if credit_minor:
            announce(OrderPaid(order.pk, 0))
        hand_over_files(order, actor)
    return order


def _free_number() -> str:
    """The next number that no imported order has brought along from elsewhere."""
    number = order_rules.order_number(next_number("order"))
    while _TAKEN.all(number=number):
        number = order_rules.order_number(next_number("order"))
    return number


def _take_stock(priced: PricedCart, market: Market, number: str, pays_first: bool, actor: Actor) -> dict[int, date]:
    """Hold or sell what is counted; variant -> the later date for what is back-ordered. Raises OutOfStockError."""
    lines = {line.variant_id: line.quantity for line in priced.goods if line.is_stock_tracked}
    if not lines:
        return {}
    # What the order will say was in its bundles is what is taken, even if they are being put together anew.
    recipes = {
        line.variant_id: [(part.id, quantity) for part, quantity in line.parts if part.is_stock_tracked]
        for line in priced.goods
        if line.parts
    }
    document = order_rules.document(number)
    taken: Sequence[stock.ReservationFacts | stock.Sold]
    try:
        if pays_first:
            until = clock.now() + TIME_TO_PAY + HOLD_GRACE
            taken = stock.reserve(
                lines, market_id=market.pk, document=document, expires_at=until, actor=actor, recipes=recipes
            )
        else:
            taken = stock.sell(lines, market_id=market.pk, document=document, actor=actor, recipes=recipes)
    except StockOutOfStockError as error:
        titles = {line.variant_id: line.facts.display_title for line in priced.goods}
        raise OutOfStockError(
            [
                ShortLine(short.variant_id, titles[short.variant_id], short.wanted, short.available)
                for short in error.shortages
            ]
        ) from error
    return {part.variant_id: part.backorder_date for part in taken if part.backorder_date is not None}


def _carts(wish: PlaceOrder, market: Market, customer: Customer | None) -> QuerySet[Cart]:
    """The cart that the buyer may order: open or closed, a guest's by token, a customer's only by its own customer."""
    carts = Cart.objects.filter(market_id=market.pk)
    guests = Q(customer__isnull=True)
    own = Q(customer_id=customer.pk) if customer else guests
    if wish.cart_id is not None:
        return carts.filter(own, pk=wish.cart_id)
    return carts.filter(own | guests, token_hash=ids.hash_token(wish.cart_token)) if wish.cart_token else carts.none()


def _order_of(wish: PlaceOrder, market: Market, customer: Customer | None) -> Order | None:
    cart_ids = _carts(wish, market, customer).values("pk")
    return Order.objects.filter(cart_id__in=cart_ids).first()


def _next_url(order: Order, client: str) -> str:
    if order.status != states.AWAITING_PAYMENT:
        return order_path(order)
    payment = payment_queries.latest_payment(order.pk)
    if payment is None:
        return order_path(order)
    try:
        return payments.start_payment(payment.pk, client=client)
    except TooManyAttemptsError:
        # The order stands; its page says how to go on.
        return order_path(order)
