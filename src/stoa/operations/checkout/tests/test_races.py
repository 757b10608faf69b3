"""Many buyers at once, in threads with connections of their own: on PostgreSQL and on SQLite."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet

from stoa.customers.identity.actions import customer_for_order
from stoa.inventory.models import Reservation, StockLevel
from stoa.inventory.testing import stock
from stoa.kernel.actors import GUEST, SYSTEM, Actor
from stoa.kernel.books import verify
from stoa.kernel.errors import DomainError
from stoa.kernel.models import OutboxEvent
from stoa.operations.cart import actions as cart_actions
from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.checkout import actions as checkout_actions
from stoa.operations.checkout.actions import place_order
from stoa.operations.models import Order, Payment, Refund
from stoa.operations.orders import actions as orders
from stoa.operations.orders import rules
from stoa.operations.payments import actions as payments
from stoa.operations.testing import BUYER, Shop, make_cart, make_order

pytestmark = pytest.mark.django_db(transaction=True)


def together(calls: Sequence[Callable[[], Any]]) -> list[str]:
    """Start all calls at one moment, each in its own thread and connection; what each returned, or its error's code."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            # A connection that is open before the start brings the calls closer together.
            _connect()
            start.wait(timeout=60)
            return str(call())
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _connect() -> None:
    """A server that others use too may have none free for a moment."""
    for _ in range(100):
        try:
            return connection.ensure_connection()
        except OperationalError:
            time.sleep(0.2)
    return connection.ensure_connection()


def checkout(shop: Shop, token: str, index: int = 0, **wish: Any) -> str:
    wish = {"email": f"buyer{index}@example.com", **wish}
    placed = place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST)
    return "new" if placed.is_new else "same"


def assert_clean() -> None:
    report = verify()
    assert report.findings == []
    assert {"orders.stock", "orders.announced", "orders.carts"} <= set(report.checks)


@pytest.mark.parametrize("method", ["bank_transfer", "sandbox"])
def test_of_fifty_buyers_one_gets_the_last_one(shop: Shop, method: str) -> None:
    stock(shop.mug, 1, shop.location)
    tokens = [make_cart(shop, {"MUG": 1})[1] for _ in range(50)]
    outcomes = Counter(
        together([lambda i=i, t=t: checkout(shop, t, i, payment_method=method) for i, t in enumerate(tokens)])
    )
    assert outcomes == {"new": 1, "out_of_stock": 49}
    order = Order.objects.get()
    assert (order.number, order.lines.get().quantity) == ("1001", 1)
    assert Payment.objects.count() == 1
    assert OutboxEvent.objects.filter(name="operations.OrderPlaced").count() == (method == "bank_transfer")
    level = StockLevel.objects.get(variant=shop.mug)
    assert (level.on_hand, level.reserved) == ((0, 0) if method == "bank_transfer" else (1, 1))
    # The losers still have their carts, and may choose something else.
    assert Cart.objects.filter(closed_at__isnull=True).count() == 49
    assert_clean()


def test_one_cart_sent_ten_times_at_once_is_one_order(shop: Shop) -> None:
    _, token = make_cart(shop, {"MUG": 1})
    outcomes = Counter(together([lambda i=i: checkout(shop, token, i) for i in range(10)]))
    assert outcomes == {"new": 1, "same": 9}
    assert Order.objects.count() == 1
    assert Payment.objects.count() == 1
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 9
    assert OutboxEvent.objects.filter(name="operations.OrderPlaced").count() == 1
    assert_clean()


@pytest.mark.postgres
def test_without_the_lock_the_constraint_has_the_last_word(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    cart, token = make_cart(shop, {"MUG": 1})
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    real, started = checkout_actions.next_number, []

    def rival_in_the_middle(name: str) -> int:
        if not started:
            started.append(True)
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(lambda: together([lambda: checkout(shop, token, 1)])).result() == ["new"]
        return real(name)

    monkeypatch.setattr(checkout_actions, "next_number", rival_in_the_middle)
    assert checkout(shop, token, 2) == "same"
    assert Order.objects.get(cart=cart).email == "buyer1@example.com"
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 9
    assert_clean()


def test_carts_with_the_same_things_in_other_orders_do_not_wait_for_each_other_for_ever(shop: Shop) -> None:
    goods = [{"MUG": 1, "BOOK": 1}, {"BOOK": 1, "MUG": 1}] * 4
    tokens = [make_cart(shop, one)[1] for one in goods]
    outcomes = Counter(together([lambda i=i, t=t: checkout(shop, t, i) for i, t in enumerate(tokens)]))
    assert outcomes == {"new": 5, "out_of_stock": 3}
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 5
    assert_clean()


def test_one_guest_in_many_tabs_is_one_customer(shop: Shop) -> None:
    tokens = [make_cart(shop, {"MUG": 1})[1] for _ in range(6)]
    outcomes = Counter(together([lambda t=t: checkout(shop, t) for t in tokens]))
    assert outcomes == {"new": 6}
    assert Order.objects.values("customer").distinct().count() == 1
    assert sorted(Order.objects.values_list("number", flat=True)) == [str(number) for number in range(1001, 1007)]
    assert_clean()


def test_two_who_cancel_at_once_cancel_once(shop: Shop) -> None:
    order = make_order(shop, {"MUG": 2})
    payments.mark_received(order.pk, order.total_minor, actor=SYSTEM)
    staff = Actor.staff(1, "Grace")
    outcomes = Counter(together([lambda: orders.cancel_order(order.pk, "twice", actor=staff).status for _ in range(6)]))
    assert outcomes == {"cancelled": 1, "invalid_transition": 5}
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 10
    assert Refund.objects.get().amount_minor == order.total_minor
    assert OutboxEvent.objects.filter(name="operations.OrderCancelled").count() == 1
    assert_clean()


def test_shipping_and_cancelling_at_once_have_one_winner(shop: Shop) -> None:
    staff = Actor.staff(1, "Grace")
    for _ in range(5):
        order = make_order(shop, {"MUG": 1})
        outcomes = together(
            [
                lambda pk=order.pk: orders.mark_shipped(pk, actor=staff).status,
                lambda pk=order.pk: orders.cancel_order(pk, "changed mind", actor=staff).status,
            ]
        )
        order.refresh_from_db()
        assert sorted(outcomes) == sorted([order.status, "invalid_transition"])
    shipped = Order.objects.filter(status="shipped").count()
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 10 - shipped
    assert_clean()


def test_money_and_the_end_of_patience_at_once_lose_nothing(shop: Shop) -> None:
    for _ in range(5):
        order = make_order(shop, {"MUG": 1}, payment_method="sandbox")
        payment = order.payments.get()
        outcomes = together(
            [
                lambda pk=order.pk, payment=payment: orders.confirm_paid(pk, payment_id=payment.pk, actor=SYSTEM).value,
                lambda pk=order.pk: orders.cancel_order(pk, rules.UNPAID_REASON, actor=SYSTEM, refund=False).status,
            ]
        )
        order.refresh_from_db()
        # The money came first (and staff may still cancel the open order), or last (and takes the order up again).
        assert outcomes[0] == "confirmed"
        assert outcomes[1] == "cancelled"
        assert order.payment_status == "paid"
        level = StockLevel.objects.get(variant=shop.mug)
        assert (level.on_hand, level.reserved) == (10 - Order.objects.filter(status="open").count(), 0)
    assert not Reservation.objects.filter(state="open").exists()


def test_a_buyer_who_clicks_fast_fills_one_cart(shop: Shop) -> None:
    cart, _ = cart_actions.open_cart(shop.market)
    outcomes = Counter(together([lambda: cart_actions.add(cart.pk, shop.mug.pk, 1, actor=GUEST) for _ in range(12)]))
    assert outcomes["not_enough_stock"] == 2
    assert CartLine.objects.get(cart=cart).quantity == 10


def test_a_thing_added_during_checkout_is_in_the_order_or_in_no_cart_at_all(shop: Shop) -> None:
    for _ in range(5):
        cart, token = make_cart(shop, {"MUG": 1})
        outcomes = together(
            [
                lambda token=token: checkout(shop, token),
                lambda pk=cart.pk: cart_actions.add(pk, shop.book.pk, 1, actor=GUEST),
            ]
        )
        order = Order.objects.get(cart=cart)
        assert outcomes[0] == "new"
        assert order.lines.count() == (2 if outcomes[1] == "1" else 1)
        assert dict(order.lines.values_list("sku", "quantity")) == dict(
            CartLine.objects.filter(cart=cart).values_list("variant__sku", "quantity")
        )
    assert_clean()


def test_logging_in_twice_at_once_merges_once(shop: Shop) -> None:
    ada = customer_for_order("ada@example.com")
    own, _ = make_cart(shop, {"BOOK": 1}, customer_id=ada.pk)
    _, token = make_cart(shop, {"MUG": 3})
    merged = together([lambda: cart_actions.merge_on_login(token, ada.pk, shop.market).pk for _ in range(4)])
    assert set(merged) == {str(own.pk)}
    assert dict(CartLine.objects.filter(cart=own).values_list("variant__sku", "quantity")) == {"BOOK": 1, "MUG": 3}


def test_two_guests_carts_brought_to_one_new_account_at_once_lose_nothing(shop: Shop) -> None:
    ada = customer_for_order("ada@example.com")
    _, first = make_cart(shop, {"MUG": 3})
    _, second = make_cart(shop, {"BOOK": 2})
    together([lambda t=t: cart_actions.merge_on_login(t, ada.pk, shop.market).pk for t in (first, second)])
    lines = CartLine.objects.filter(cart__customer=ada, cart__closed_at__isnull=True)
    assert dict(lines.values_list("variant__sku", "quantity")) == {"MUG": 3, "BOOK": 2}
