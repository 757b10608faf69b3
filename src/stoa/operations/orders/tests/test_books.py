"""Every planted fault is found by its own check, and a healthy shop has no findings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from stoa.inventory.models import Reservation, StockMove
from stoa.inventory.stock import actions as stock
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.models import OutboxEvent, Sequence
from stoa.operations.cart.models import Cart
from stoa.operations.models import Order, OrderLine, OrderTaxLine
from stoa.operations.orders import actions
from stoa.operations.testing import Shop, make_cart, make_order


def findings() -> dict[str, list[dict[str, object]]]:
    return {finding.check: finding.rows for finding in verify().findings if finding.check.startswith("orders.")}


def test_a_lived_in_shop_is_clean(shop: Shop) -> None:
    shipped = make_order(shop, {"MUG": 1, "BOOK": 1})
    actions.mark_shipped(shipped.pk, actor=SYSTEM)
    cancelled = make_order(shop, {"MUG": 1})
    actions.cancel_order(cancelled.pk, "x", actor=SYSTEM, refund=False)
    make_order(shop, {"MUG": 1}, payment_method="sandbox")
    given_up = make_order(shop, {"MUG": 1}, payment_method="sandbox")
    actions.cancel_order(given_up.pk, "x", actor=SYSTEM, refund=False)
    make_cart(shop)
    assert verify().findings == []


def _wrong_goods(shop: Shop, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(goods_minor=2401, total_minor=2891)


def _lost_line(shop: Shop, order: Order) -> None:
    OrderLine.objects.filter(order=order).delete()


def _wrong_line(shop: Shop, order: Order) -> None:
    OrderLine.objects.filter(order=order).update(unit_minor=1201)


def _wrong_tax(shop: Shop, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(tax_minor=1)


def _lost_tax_line(shop: Shop, order: Order) -> None:
    OrderTaxLine.objects.filter(order=order).delete()


def _open_cart(shop: Shop, order: Order) -> None:
    Cart.objects.filter(pk=order.cart_id).update(closed_at=None)


def _lost_order(shop: Shop, order: Order) -> None:
    Sequence.objects.filter(name="order").update(last=2)


def _never_sold(shop: Shop, order: Order) -> None:
    StockMove.objects.filter(document=f"order:{order.number}").delete()


def _sold_twice(shop: Shop, order: Order) -> None:
    move = StockMove.objects.get(document=f"order:{order.number}")
    move.pk, move.key = None, None
    move.save(force_insert=True)


def _cancelled_but_not_restocked(shop: Shop, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(status="cancelled")


def _held_for_an_open_order(shop: Shop, order: Order) -> None:
    stock.reserve(
        {shop.mug.pk: 1},
        market_id=shop.market.pk,
        document=f"order:{order.number}",
        expires_at=clock.now(),
        actor=SYSTEM,
    )


def _never_announced(shop: Shop, order: Order) -> None:
    OutboxEvent.objects.filter(name="operations.OrderPlaced").delete()


def _announced_twice(shop: Shop, order: Order) -> None:
    event = OutboxEvent.objects.get(name="operations.OrderPlaced")
    event.pk, event.uuid = None, "00000000-0000-7000-8000-000000000000"
    event.save(force_insert=True)


def _announced_for_nobody(shop: Shop, order: Order) -> None:
    event = OutboxEvent.objects.get(name="operations.OrderPlaced")
    event.pk, event.uuid, event.payload = None, "00000000-0000-7000-8000-000000000000", {"order_id": 999}
    event.save(force_insert=True)


def _shipped_in_silence(shop: Shop, order: Order) -> None:
    actions.mark_shipped(order.pk, actor=SYSTEM)
    OutboxEvent.objects.filter(name="operations.OrderShipped").delete()


def _shipped_with_two_announcements(shop: Shop, order: Order) -> None:
    actions.mark_shipped(order.pk, actor=SYSTEM)
    event = OutboxEvent.objects.get(name="operations.OrderShipped")
    event.pk, event.uuid = None, "00000000-0000-7000-8000-000000000000"
    event.save(force_insert=True)


def _cancelled_in_silence(shop: Shop, order: Order) -> None:
    actions.cancel_order(order.pk, "x", actor=SYSTEM, refund=False)
    OutboxEvent.objects.filter(name="operations.OrderCancelled").delete()


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (_wrong_goods, "orders.goods"),
        (_lost_line, "orders.goods"),
        (_wrong_line, "orders.lines"),
        (_wrong_tax, "orders.tax"),
        (_lost_tax_line, "orders.tax"),
        (_open_cart, "orders.carts"),
        (_lost_order, "orders.numbers"),
        (_never_sold, "orders.stock"),
        (_sold_twice, "orders.stock"),
        (_cancelled_but_not_restocked, "orders.stock"),
        (_held_for_an_open_order, "orders.holds"),
        (_never_announced, "orders.announced"),
        (_announced_twice, "orders.announced"),
        (_announced_for_nobody, "orders.announced"),
        (_shipped_in_silence, "orders.steps_announced"),
        (_shipped_with_two_announcements, "orders.steps_announced"),
        (_cancelled_in_silence, "orders.steps_announced"),
    ],
)
def test_a_planted_fault_is_found(shop: Shop, plant: Callable[[Shop, Order], None], check: str) -> None:
    order = make_order(shop)
    assert findings() == {}
    plant(shop, order)
    found = findings()
    assert check in found
    assert found[check]


def test_an_order_sold_without_an_announcement_of_its_payment_is_found(shop: Shop) -> None:
    order = make_order(shop, payment_method="sandbox")
    Order.objects.filter(pk=order.pk).update(status="open")
    assert {"orders.stock", "orders.holds", "orders.announced"} <= set(findings())


def test_rows_name_what_to_look_at(shop: Shop) -> None:
    order = make_order(shop)
    _wrong_goods(shop, order)
    assert findings()["orders.goods"] == [
        {
            "number": "1001", "lines_minor": 2400, "goods_minor": 2401, "delivery_minor": 490, "tax_added_minor": 0,
            "total_minor": 2891,
        }
    ]  # fmt: skip
    Reservation.objects.all().delete()
    _never_sold(shop, order)
    assert findings()["orders.stock"] == [
        {"document": "order:1001", "variant_id": shop.mug.pk, "sold": 2, "left_the_stock": 0}
    ]


def test_the_checks_take_as_many_queries_for_many_orders_as_for_one(shop: Shop) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        make_order(shop, {"MUG": 1, "BOOK": 1})
        with CaptureQueriesContext(connection) as queries:
            assert verify().findings == []
        counts.append(len(queries))
    assert counts[0] == counts[1]
