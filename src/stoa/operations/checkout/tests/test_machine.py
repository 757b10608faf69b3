"""Any sequence of what buyers and staff may do, beside a model of it that fits in a few dictionaries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from stoa.inventory.models import StockLevel
from stoa.inventory.stock import actions as stock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.errors import DomainError
from stoa.operations.cart import actions as carts
from stoa.operations.cart import queries
from stoa.operations.checkout.actions import place_order
from stoa.operations.models import Order
from stoa.operations.orders import actions as orders
from stoa.operations.payments import actions as payments
from stoa.operations.testing import BUYER, make_shop

SKUS = ("MUG", "BOOK")


class Shopping(RuleBasedStateMachine):
    made_carts = Bundle("made_carts")
    made_orders = Bundle("made_orders")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.shop = make_shop()
        self.on_hand = {"MUG": 10, "BOOK": 5}
        self.reserved = {"MUG": 0, "BOOK": 0}
        self.carts: dict[str, dict[str, int]] = {}
        self.closed: dict[str, str] = {}
        self.sold: dict[str, dict[str, int]] = {}
        self.status: dict[str, str] = {}

    def teardown(self) -> None:
        try:
            report = verify()
            assert report.findings == []
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def free(self, sku: str) -> int:
        return self.on_hand[sku] - self.reserved[sku]

    @rule(target=made_carts)
    def open_a_cart(self) -> tuple[int, str]:
        cart, token = carts.open_cart(self.shop.market)
        self.carts[token] = {}
        return cart.pk, token

    @rule(cart=made_carts, sku=st.sampled_from(SKUS), quantity=st.integers(-1, 12))
    def add(self, cart: tuple[int, str], sku: str, quantity: int) -> None:
        pk, token = cart
        present = self.carts[token].get(sku, 0)
        outcome = _code(carts.add, pk, self.shop.variants[sku].pk, quantity, actor=GUEST)
        if token in self.closed:
            assert outcome == "cart_closed"
        elif quantity < 1:
            assert outcome == "quantity_out_of_range"
        elif present + quantity > self.free(sku):
            assert outcome == "not_enough_stock"
        else:
            assert outcome == "done"
            self.carts[token][sku] = present + quantity

    @rule(cart=made_carts, sku=st.sampled_from(SKUS), quantity=st.integers(0, 12))
    def set_quantity(self, cart: tuple[int, str], sku: str, quantity: int) -> None:
        pk, token = cart
        present = self.carts[token].get(sku)
        outcome = _code(carts.set_quantity, pk, self.shop.variants[sku].pk, quantity, actor=GUEST)
        if token in self.closed:
            assert outcome == "cart_closed"
        elif quantity == 0:
            assert outcome == "done"
            self.carts[token].pop(sku, None)
        elif present is None:
            assert outcome == "not_for_sale"
        elif quantity > max(present, self.free(sku)):
            assert outcome == "not_enough_stock"
        else:
            assert outcome == "done"
            self.carts[token][sku] = quantity

    @rule(cart=made_carts, method=st.sampled_from(("bank_transfer", "sandbox")), target=made_orders)
    def check_out(self, cart: tuple[int, str], method: str) -> str:
        _pk, token = cart
        goods = self.carts[token]
        wish = replace(BUYER, cart_token=token, payment_method=method)
        if token in self.closed:
            placed = place_order(wish, market=self.shop.market, actor=GUEST)
            assert (placed.order.number, placed.is_new) == (self.closed[token], False)
            return placed.order.number
        if not goods or any(quantity > self.free(sku) for sku, quantity in goods.items()):
            expected = "out_of_stock" if goods else "cart_empty"
            assert _code(place_order, wish, market=self.shop.market, actor=GUEST) == expected
            return ""
        number = place_order(wish, market=self.shop.market, actor=GUEST).order.number
        self.closed[token] = number
        self.sold[number] = dict(goods)
        self.status[number] = "open" if method == "bank_transfer" else "awaiting_payment"
        self._take(self.on_hand if method == "bank_transfer" else self.reserved, goods, method == "bank_transfer")
        return number

    def _take(self, counter: dict[str, int], goods: dict[str, int], is_sale: bool) -> None:
        for sku, quantity in goods.items():
            counter[sku] += -quantity if is_sale else quantity

    @rule(number=made_orders)
    def cancel(self, number: str) -> None:
        if not number:
            return
        before, goods = self.status[number], self.sold[number]
        outcome = _code(orders.cancel_order, _pk(number), "changed mind", actor=SYSTEM, refund=False)
        if before not in ("open", "awaiting_payment"):
            assert outcome == "invalid_transition"
            return
        assert outcome == "done"
        self.status[number] = "cancelled"
        for sku, quantity in goods.items():
            if before == "open":
                self.on_hand[sku] += quantity
            else:
                self.reserved[sku] -= quantity

    @rule(number=made_orders)
    def pay_later_after_all(self, number: str) -> None:
        if not number:
            return
        before, goods = self.status[number], self.sold[number]
        outcome = _code(orders.confirm_on_account, _pk(number), actor=GUEST)
        if before != "awaiting_payment":
            assert outcome == "invalid_transition"
            return
        assert outcome == "done"
        self.status[number] = "open"
        for sku, quantity in goods.items():
            self.reserved[sku] -= quantity
            self.on_hand[sku] -= quantity

    @rule(number=made_orders)
    def ship(self, number: str) -> None:
        if number:
            outcome = _code(orders.mark_shipped, _pk(number), actor=SYSTEM)
            assert outcome == ("done" if self.status[number] == "open" else "invalid_transition")
            self.status[number] = "shipped" if outcome == "done" else self.status[number]

    @rule(number=made_orders)
    def the_money_arrives(self, number: str) -> None:
        order = Order.objects.filter(
            number=number, payment_method="bank_transfer", status__in=("open", "shipped")
        ).first()
        if order is not None:
            payments.mark_received(order.pk, order.total_minor, actor=SYSTEM)

    @rule(sku=st.sampled_from(SKUS), units=st.integers(1, 4))
    def goods_arrive(self, sku: str, units: int) -> None:
        stock.adjust(self.shop.variants[sku].pk, self.shop.location.pk, units, reason="received", note="", actor=SYSTEM)
        self.on_hand[sku] += units

    @invariant()
    def counters_are_as_the_model_has_them(self) -> None:
        for sku in SKUS:
            level = StockLevel.objects.get(variant=self.shop.variants[sku])
            assert (level.on_hand, level.reserved) == (self.on_hand[sku], self.reserved[sku])

    @invariant()
    def carts_and_orders_are_as_the_model_has_them(self) -> None:
        assert dict(Order.objects.values_list("number", "status")) == self.status
        names = {self.shop.variants[sku].pk: sku for sku in SKUS}
        for token, goods in self.carts.items():
            cart = queries.cart_by_token(token, self.shop.market)
            assert (cart is None) == (token in self.closed)
            if cart is not None:
                held = queries.quantities_of(cart.pk)
                assert {names[variant_id]: quantity for variant_id, quantity in held.items()} == goods


def _pk(number: str) -> int:
    return Order.objects.values_list("pk", flat=True).get(number=number)


def _code(action: Any, *arguments: Any, **named: Any) -> str:
    try:
        action(*arguments, **named)
    except DomainError as refusal:
        return refusal.code
    return "done"


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_buyers_and_staff_do_the_books_stay_true() -> None:
    run_state_machine_as_test(
        Shopping,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
