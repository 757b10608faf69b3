from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from stoa.customers.identity.actions import customer_for_order
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.errors import NotFoundError
from stoa.operations.models import Order
from stoa.operations.orders import actions, queries
from stoa.operations.orders.queries import OrderFilters
from stoa.operations.payments import actions as payments
from stoa.operations.testing import Shop, make_order, make_variant

STAFF = Actor.staff(7, "Grace")


def numbers(orders: object) -> list[str]:
    return [order.number for order in orders]  # type: ignore[attr-defined]


def test_a_link_opens_its_order(shop: Shop) -> None:
    order = make_order(shop)
    token = queries.access_token(order)
    assert queries.order_by_token(order.number, token) == order
    assert queries.order_path(order) == f"/order/1001/{token}/"
    assert len(token) == 32


def test_nothing_else_opens_it(shop: Shop) -> None:
    order, other = make_order(shop), make_order(shop)
    token = queries.access_token(order)
    wrong = [
        ("1001", ""), ("1001", token[:-1]), ("1001", token + "A"), ("1001", token.swapcase()), ("1001", "null"),
        ("1001", queries.access_token(other)), ("1002", token), ("9999", token), ("", token), ("1001\x00", token),
        ("\ud800", token), ("1001", "\ud800"), ("1001", "\x00"), ("x" * 10_000, token), ("1001", "🎉"), ("01", token),
    ]  # fmt: skip
    for number, key in wrong:
        with pytest.raises(NotFoundError):
            queries.order_by_token(number, key)


def test_a_new_link_makes_the_old_one_dead(shop: Shop) -> None:
    order = make_order(shop)
    old = queries.access_token(order)
    order = actions.renew_access(order.pk, actor=STAFF)
    assert queries.order_by_token(order.number, queries.access_token(order)) == order
    with pytest.raises(NotFoundError):
        queries.order_by_token(order.number, old)


def test_links_survive_a_change_of_the_secret_key_as_long_as_it_is_named(shop: Shop) -> None:
    order = make_order(shop)
    token = queries.access_token(order)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert queries.order_by_token(order.number, token) == order
        assert queries.access_token(order) != token
    with override_settings(SECRET_KEY="another"), pytest.raises(NotFoundError):
        queries.order_by_token(order.number, token)


def test_an_order_without_a_nonce_has_no_link(shop: Shop) -> None:
    order = make_order(shop)
    Order.objects.filter(pk=order.pk).update(access_nonce="")
    order.refresh_from_db()
    with pytest.raises(NotFoundError):
        queries.order_by_token(order.number, queries.access_token(order))


def test_customers_see_their_own_orders_alone(shop: Shop) -> None:
    first, second = make_order(shop), make_order(shop, {"MUG": 1, "BOOK": 1})
    eves = make_order(shop, email="eve@example.com")
    ada, eve = customer_for_order("ada@example.com"), customer_for_order("eve@example.com")
    assert numbers(queries.orders_of(ada)) == [second.number, first.number]
    assert [order.line_count for order in queries.orders_of(ada)] == [2, 1]
    assert numbers(queries.orders_of(eve)) == [eves.number]
    assert queries.order_of(ada, first.number) == first
    for number in (eves.number, "9999", "", "\x00"):
        with pytest.raises(NotFoundError):
            queries.order_of(ada, number)


def test_the_merchants_list_is_narrowed_down(shop: Shop) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        old = make_order(shop, {"BOOK": 1}, name="Charles Babbage", email="charles@example.com")
    new = make_order(shop, country="FR", postal_code="75001", payment_method="cash_on_delivery")
    waiting = make_order(shop, payment_method="sandbox")

    def found(**filters: object) -> list[str]:
        return numbers(queries.orders_overview(OrderFilters(**filters)))  # type: ignore[arg-type]

    assert found() == [waiting.number, new.number, old.number]
    assert found(text="babbage") == found(text="CHARLES@") == found(text="book") == found(text="1001") == [old.number]
    assert found(text="\x00\ud800nobody") == []
    assert found(statuses=("awaiting_payment",)) == found(payment_method="sandbox") == [waiting.number]
    assert found(statuses=("awaiting_payment", "open"), country="FR") == [new.number]
    assert found(placed_before=clock.now() - timedelta(days=1)) == [old.number]
    assert found(placed_from=clock.now() - timedelta(days=1), country="DE") == [waiting.number]
    assert found(source="import") == []
    assert found(market_id=shop.market.pk, payment_statuses=("paid",)) == []
    assert numbers(queries.orders_overview()) == found()


def test_what_is_to_be_shipped(shop: Shop) -> None:
    transfer = make_order(shop)
    on_delivery = make_order(shop, payment_method="cash_on_delivery")
    make_order(shop, payment_method="sandbox")
    assert numbers(queries.to_ship()) == [on_delivery.number]
    payments.mark_received(transfer.pk, transfer.total_minor, actor=STAFF)
    assert numbers(queries.to_ship()) == [transfer.number, on_delivery.number]
    actions.mark_shipped(transfer.pk, actor=STAFF)
    assert numbers(queries.to_ship()) == [on_delivery.number]


def test_money_that_should_go_back(shop: Shop) -> None:
    order = make_order(shop)
    payments.mark_received(order.pk, order.total_minor, actor=STAFF)
    assert numbers(queries.refund_due()) == []
    actions.cancel_order(order.pk, "x", actor=STAFF, refund=False)
    assert numbers(queries.refund_due()) == [order.number]


@pytest.mark.django_db(transaction=True)
def test_all_about_an_order(shop: Shop) -> None:
    order = make_order(shop, {"MUG": 2, "BOOK": 1})
    payments.mark_received(order.pk, order.total_minor, actor=STAFF)
    payments.refund(order.payments.get().pk, 490, "late", "key", actor=STAFF)
    actions.add_note(order.pk, "Called", actor=STAFF)
    detail = queries.order_detail(order.pk)
    assert [line.sku for line in detail.lines] == ["MUG", "BOOK"]
    assert [line.percent for line in detail.tax_lines] == [19, 7]
    assert (detail.captured_minor, detail.refunded_minor) == (4890, 490)
    assert [refund.amount_minor for refund in detail.refunds] == [490]
    assert [note.text for note in detail.notes] == ["Called"]
    verbs = [entry.verb for entry in detail.timeline]
    assert verbs[0] == "order.placed"
    assert {"order.paid", "order.refunded", "order.noted"} <= set(verbs)
    assert detail.steps == ("ship", "cancel")
    with pytest.raises(NotFoundError):
        queries.order_detail(999)


def test_a_cancelled_order_offers_no_step_to_staff(shop: Shop) -> None:
    order = make_order(shop)
    actions.cancel_order(order.pk, "x", actor=SYSTEM, refund=False)
    assert queries.order_detail(order.pk).steps == ()


def test_query_counts_do_not_grow(shop: Shop) -> None:
    for index in range(12):
        shop.variants[f"P{index}"] = make_variant(shop.market, f"P{index}", 100, is_stock_tracked=False)
    counts = []
    for size in (2, 12):
        order = make_order(shop, {f"P{index}": 1 for index in range(size)})
        with CaptureQueriesContext(connection) as captured:
            assert len(queries.order_detail(order.pk).lines) == size
        with CaptureQueriesContext(connection) as listed:
            assert all(len(one.lines.all()) for one in queries.with_lines(queries.orders_overview()))
        counts.append((len(captured), len(listed)))
    assert counts[0] == counts[1]
    assert counts[0] <= (9, 3)


def test_the_report_for_machines(shop: Shop) -> None:
    make_order(shop)
    second = make_order(shop, email="eve@example.com")
    row = queries.orders_report([second.number]).get()
    assert {key: row[key] for key in ("number", "status", "email", "total_minor", "currency")} == {
        "number": "1002", "status": "open", "email": "eve@example.com", "total_minor": 2890, "currency": "EUR",
    }  # fmt: skip
    assert [row["number"] for row in queries.orders_report()] == ["1001", "1002"]
    assert not queries.orders_report(source="import").exists()
