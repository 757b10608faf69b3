from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import Price, Product, Variant
from stoa.customers.identity.actions import customer_for_order
from stoa.inventory.models import Reservation, StockLevel, StockMove
from stoa.inventory.stock import actions as stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.models import AuditEntry, OutboxEvent
from stoa.operations.cart import actions as cart_actions
from stoa.operations.cart import queries as cart_queries
from stoa.operations.cart.models import Cart
from stoa.operations.checkout.actions import PlacedOrder, PlaceOrder, place_order
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
from stoa.operations.models import Order, OrderLine, Payment
from stoa.operations.orders.importing import HistoricalLine, HistoricalOrder, import_history
from stoa.operations.orders.queries import order_path
from stoa.operations.testing import BUYER, Shop, make_cart, make_order, make_shop, make_variant

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def place(shop: Shop, token: str, **wish: Any) -> PlacedOrder:
    return place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST)


def on_hand(variant: Variant) -> tuple[int, int]:
    level = StockLevel.objects.get(variant=variant)
    return level.on_hand, level.reserved


def nothing_happened(shop: Shop, token: str) -> bool:
    return (
        not Order.objects.exists()
        and not Payment.objects.exists()
        and not OutboxEvent.objects.filter(name__startswith="operations.").exists()
        and not StockMove.objects.filter(reason="sold").exists()
        and not Reservation.objects.exists()
        and not AuditEntry.objects.filter(subject_type="order").exists()
        and cart_queries.cart_by_token(token, shop.market) is not None
    )


def events(order: Order) -> list[str]:
    rows = OutboxEvent.objects.filter(name__startswith="operations.", payload__order_id=order.pk).order_by("id")
    return list(rows.values_list("name", flat=True))


def test_an_order_on_account_is_a_sale_at_once(shop: Shop) -> None:
    _, token = make_cart(shop, {"MUG": 2, "BOOK": 1})
    with clock.at(MONDAY):
        placed = place(shop, token, note="Ring twice")
    order = Order.objects.get()
    assert (placed.order, placed.is_new, placed.next_url) == (order, True, order_path(order))
    assert (order.number, order.status, order.payment_status, order.payment_due_at) == ("1001", "open", "unpaid", None)
    assert (order.goods_minor, order.delivery_minor, order.tax_added_minor, order.total_minor) == (4400, 490, 0, 4890)
    assert order.tax_minor == 383 + 131 + 78
    assert list(order.tax_lines.order_by("-percent").values_list("percent", "gross_minor", "tax_minor")) == [
        (Decimal(19), 2890, 461), (Decimal(7), 2000, 131),
    ]  # fmt: skip
    assert (order.email, order.name, order.country, order.customer_note) == (
        "ada@example.com",
        "Ada Lovelace",
        "DE",
        "Ring twice",
    )
    assert (order.delivery_code, order.delivery_name, order.delivery_is_pickup) == ("standard", "Standard", False)
    assert (order.promised_from, order.promised_to) == (date(2026, 3, 4), date(2026, 3, 6))
    assert (order.placed_at, order.language, order.payment_method) == (MONDAY, "en", "bank_transfer")
    assert on_hand(shop.mug) == (8, 0)
    assert on_hand(shop.book) == (4, 0)
    assert events(order) == ["operations.OrderPlaced"]
    payment = Payment.objects.get()
    assert (payment.order, payment.amount_minor, payment.currency, payment.status) == (order, 4890, "EUR", "pending")
    cart = Cart.objects.get()
    assert cart.closed_at == MONDAY
    assert order.cart == cart
    assert AuditEntry.objects.get(subject_type="order", subject_id="1001").verb == "order.placed"


def test_lines_are_a_snapshot(shop: Shop) -> None:
    order = make_order(shop, {"MUG": 2, "BOOK": 1})
    Product.objects.filter(pk=shop.mug.product_id).update(title="Something else")
    Price.objects.update(amount_minor=1, compare_at_minor=None)
    Variant.objects.filter(pk=shop.mug.pk).update(sku="NEW", cost_minor=1)
    mug, book = OrderLine.objects.filter(order=order)
    assert (mug.sku, mug.title, mug.quantity, mug.unit_minor, mug.total_minor) == ("MUG", "The MUG", 2, 1200, 2400)
    assert (mug.tax_class_code, mug.tax_percent, mug.tax_minor, mug.cost_minor) == ("standard", 19, 383, 500)
    assert (book.tax_percent, book.tax_minor, book.compare_at_minor, book.cost_minor) == (7, 131, 2500, None)
    assert [mug.position, book.position] == [0, 1]


def test_a_cost_in_another_currency_is_not_taken_for_ours(shop: Shop) -> None:
    Variant.objects.filter(pk=shop.mug.pk).update(cost_currency="USD")
    assert OrderLine.objects.get(order=make_order(shop)).cost_minor is None


def test_hosted_payment_holds_the_stock_and_announces_nothing_yet(shop: Shop) -> None:
    _, token = make_cart(shop)
    with clock.at(MONDAY):
        placed = place(shop, token, payment_method="sandbox")
    order = placed.order
    assert (order.status, order.payment_status) == ("awaiting_payment", "unpaid")
    assert order.payment_due_at == MONDAY + timedelta(minutes=30)
    assert on_hand(shop.mug) == (10, 2)
    assert Reservation.objects.get().expires_at > order.payment_due_at
    assert events(order) == []
    assert Payment.objects.get().provider == "sandbox"
    assert placed.next_url != order_path(order)


def test_asked_again_it_is_the_same_order(shop: Shop) -> None:
    _, token = make_cart(shop)
    first = place(shop, token)
    again = place(shop, token, email="eve@example.com", payment_method="cash_on_delivery")
    assert (again.order, again.is_new, again.next_url) == (first.order, False, first.next_url)
    assert Order.objects.get().email == "ada@example.com"
    assert Payment.objects.count() == 1
    assert on_hand(shop.mug) == (8, 0)
    assert events(first.order) == ["operations.OrderPlaced"]


def test_asked_again_hosted_payment_goes_on_at_the_same_session(shop: Shop) -> None:
    _, token = make_cart(shop)
    first = place(shop, token, payment_method="sandbox")
    again = place(shop, token, payment_method="sandbox")
    assert (again.order, again.is_new, again.next_url) == (first.order, False, first.next_url)
    assert Payment.objects.count() == 1


def test_numbers_have_no_gap_where_an_order_failed(shop: Shop) -> None:
    assert make_order(shop).number == "1001"
    _, token = make_cart(shop, {"MUG": 3})
    make_order(shop, {"MUG": 6})
    with pytest.raises(OutOfStockError):
        place(shop, token)
    assert make_order(shop, {"BOOK": 1}).number == "1003"


def test_numbers_that_an_import_brought_are_left_out(shop: Shop) -> None:
    foreign = HistoricalOrder("elsewhere:1001", "1001", MONDAY, "EUR", [HistoricalLine("X", "X", 1, 100, 100)])
    import_history([foreign], market_id=shop.market.pk, actor=SYSTEM)
    assert [make_order(shop, {"MUG": 1}).number for _ in range(2)] == ["1002", "1003"]
    assert verify().findings == []


def test_what_is_gone_is_named_with_what_is_left(shop: Shop) -> None:
    _, token = make_cart(shop, {"MUG": 8, "BOOK": 5})
    stock.adjust(shop.mug.pk, shop.location.pk, -9, reason="damaged", note="", actor=SYSTEM)
    stock.adjust(shop.book.pk, shop.location.pk, -5, reason="damaged", note="", actor=SYSTEM)
    with pytest.raises(OutOfStockError) as caught:
        place(shop, token)
    assert caught.value.lines == (ShortLine(shop.mug.pk, "The MUG", 8, 1), ShortLine(shop.book.pk, "The BOOK", 5, 0))
    assert caught.value.message == "Only 1 of The MUG is left. The BOOK is sold out."
    assert nothing_happened(shop, token)
    assert on_hand(shop.mug) == (1, 0)


@pytest.mark.parametrize("method", ["bank_transfer", "sandbox"])
def test_no_method_sells_what_is_not_there(shop: Shop, method: str) -> None:
    _, token = make_cart(shop, {"MUG": 8})
    stock.adjust(shop.mug.pk, shop.location.pk, -3, reason="damaged", note="", actor=SYSTEM)
    with pytest.raises(OutOfStockError):
        place(shop, token, payment_method=method)
    assert nothing_happened(shop, token)


def test_a_price_that_changed_under_the_buyer_is_told_before_anything_happens(shop: Shop) -> None:
    _, token = make_cart(shop, {"MUG": 2})
    Price.objects.filter(variant=shop.mug).update(amount_minor=1500)
    with pytest.raises(PriceChangedError) as caught:
        place(shop, token, seen_goods_minor=2400)
    assert (caught.value.seen_minor, caught.value.actual_minor) == (2400, 3000)
    assert nothing_happened(shop, token)
    assert place(shop, token, seen_goods_minor=3000).order.goods_minor == 3000


def test_what_is_no_longer_for_sale_blocks_the_order_until_it_is_taken_out(shop: Shop) -> None:
    cart, token = make_cart(shop, {"MUG": 2, "BOOK": 1})
    Product.objects.filter(pk=shop.mug.product_id).update(live=False)
    with pytest.raises(NotForSaleError) as caught:
        place(shop, token)
    assert caught.value.message == "No longer for sale: The MUG. Please remove it from your cart."
    assert nothing_happened(shop, token)
    cart_actions.remove(cart.pk, shop.mug.pk, actor=GUEST)
    assert place(shop, token).order.goods_minor == 2000


@pytest.mark.parametrize("code", ["", "express", "STANDARD", "standard\x00", "🎉"])
def test_only_ways_of_delivery_that_are_offered(shop: Shop, code: str) -> None:
    _, token = make_cart(shop)
    with pytest.raises(DeliveryUnavailableError):
        place(shop, token, delivery_code=code)
    assert nothing_happened(shop, token)


@pytest.mark.parametrize("code", ["", "bitcoin", "sandbox "])
def test_only_payment_methods_that_are_offered(shop: Shop, code: str) -> None:
    _, token = make_cart(shop)
    with pytest.raises(PaymentMethodUnavailableError):
        place(shop, token, payment_method=code)
    assert nothing_happened(shop, token)


def test_fields_are_checked_before_anything_happens(shop: Shop) -> None:
    _, token = make_cart(shop)
    with pytest.raises(FieldErrors) as caught:
        place(shop, token, email="ada@example.com\r\nBcc: eve@example.com", country="US")
    assert set(caught.value.errors) == {"email", "country"}
    assert nothing_happened(shop, token)


@pytest.mark.parametrize("token", ["", "guessed", "\ud800", "\x00", "x" * 10_000])
def test_there_is_no_order_without_a_cart(shop: Shop, token: str) -> None:
    make_cart(shop)
    with pytest.raises(EmptyCartError):
        place(shop, token)
    assert not Order.objects.exists()


def test_an_empty_cart_and_a_merged_one_are_no_orders(shop: Shop) -> None:
    _, token = make_cart(shop, {})
    with pytest.raises(EmptyCartError):
        place(shop, token)
    ada = customer_for_order("ada@example.com")
    make_cart(shop, {"BOOK": 1}, customer_id=ada.pk)
    _, guest_token = make_cart(shop, {"MUG": 1})
    cart_actions.merge_on_login(guest_token, ada.pk, shop.market)
    with pytest.raises(EmptyCartError):
        place(shop, guest_token)
    assert not Order.objects.exists()


def test_a_customers_cart_is_ordered_by_that_customer_alone(shop: Shop) -> None:
    ada, eve = customer_for_order("ada@example.com"), customer_for_order("eve@example.com")
    cart, token = make_cart(shop, customer_id=ada.pk)
    wish = replace(BUYER, cart_id=cart.pk)
    for customer in (None, eve):
        with pytest.raises(EmptyCartError):
            place_order(wish, market=shop.market, actor=GUEST, user_customer=customer)
    with pytest.raises(EmptyCartError):
        place(shop, token)
    placed = place_order(wish, market=shop.market, actor=GUEST, user_customer=ada)
    assert placed.order.customer_id == ada.pk
    assert place_order(wish, market=shop.market, actor=GUEST, user_customer=ada).order == placed.order


def test_guests_of_one_address_are_one_customer(shop: Shop) -> None:
    first, second = make_order(shop), make_order(shop, email="ADA@example.com")
    assert first.customer_id == second.customer_id
    assert second.email == "ADA@example.com"


def test_another_country_another_tax(shop: Shop) -> None:
    order = make_order(shop, {"MUG": 1}, country="FR", postal_code="75001")
    assert list(order.tax_lines.values_list("percent", flat=True)) == [Decimal(20)]
    assert (order.total_minor, order.tax_minor) == (1690, 200 + 82)


def test_collecting_is_free_and_from_a_sum_on_delivery_too(shop: Shop) -> None:
    assert make_order(shop, {"MUG": 1}, delivery_code="pickup").total_minor == 1200
    order = make_order(shop, {"BOOK": 5})
    assert (order.delivery_minor, order.total_minor) == (0, 10000)
    assert order.tax_lines.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("currency", "tax"), [("JPY", 456), ("BHD", 456)])
def test_tax_is_added_where_prices_exclude_it_in_currencies_of_any_exponent(currency: str, tax: int) -> None:
    shop = make_shop(currency=currency, prices_include_tax=False)
    order = make_order(shop, {"MUG": 2}, delivery_code="pickup")
    assert (order.goods_minor, order.tax_minor, order.tax_added_minor, order.total_minor) == (
        2400,
        tax,
        tax,
        2400 + tax,
    )
    assert Payment.objects.get().amount_minor == order.total_minor
    assert Payment.objects.get().currency == currency


def test_what_nobody_counts_moves_no_stock(shop: Shop) -> None:
    make_variant(shop.market, "ADVICE", 5000, is_stock_tracked=False)
    order = make_order(shop, {"ADVICE": 3, "MUG": 1})
    assert list(order.lines.values_list("sku", "is_stock_tracked")) == [("ADVICE", False), ("MUG", True)]
    assert StockMove.objects.filter(document="order:1001").count() == 1


def test_what_comes_later_is_promised_for_later(shop: Shop) -> None:
    with clock.at(MONDAY):
        stock.set_policy(
            shop.mug.pk, shop.location.pk, policy="backorder", limit=5, date=date(2026, 3, 16), actor=SYSTEM
        )
        order = make_order(shop, {"MUG": 12, "BOOK": 1})
    mug, book = order.lines.all()
    assert (mug.backorder_date, book.backorder_date) == (date(2026, 3, 16), None)
    assert (order.promised_from, order.promised_to) == (date(2026, 3, 18), date(2026, 3, 20))


def test_what_costs_nothing_needs_no_payment(shop: Shop) -> None:
    make_variant(shop.market, "SAMPLE", 0, in_stock=5, location=shop.location)
    order = make_order(shop, {"SAMPLE": 1}, delivery_code="pickup", payment_method="sandbox")
    assert (order.status, order.payment_status, order.total_minor) == ("open", "paid", 0)
    assert not Payment.objects.exists()
    assert events(order) == ["operations.OrderPlaced"]


def test_names_of_any_kind_are_no_crash(shop: Shop) -> None:
    order = make_order(shop, name="🎉 {{7*7}} <b>\x00\ud800", note="x" * 2000, phone="+49 30 123")
    assert order.name == "🎉 {{7*7}} <b>"


def test_amounts_are_not_a_part_of_what_a_form_may_say() -> None:
    allowed = set(PlaceOrder.__dataclass_fields__)
    assert not allowed & {
        "price",
        "unit_price",
        "total",
        "total_minor",
        "discount",
        "currency",
        "tax",
        "delivery_minor",
    }


def test_an_order_of_twelve_lines_takes_a_few_more_queries_than_one_of_two_only_in_stock(shop: Shop) -> None:
    for index in range(12):
        shop.variants[f"P{index}"] = make_variant(shop.market, f"P{index}", 100 + index, is_stock_tracked=False)
    make_order(shop)
    counts = []
    for size in (2, 12):
        _, token = make_cart(shop, {f"P{index}": 1 for index in range(size)})
        with CaptureQueriesContext(connection) as queries:
            place(shop, token)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


def test_the_books_are_clean_after_all_kinds_of_orders(shop: Shop) -> None:
    make_order(shop, {"MUG": 2, "BOOK": 1})
    make_order(shop, {"MUG": 1}, payment_method="sandbox")
    make_order(
        shop, {"BOOK": 1}, country="GB", postal_code="N1", payment_method="cash_on_delivery", delivery_code="pickup"
    )
    assert verify().findings == []
