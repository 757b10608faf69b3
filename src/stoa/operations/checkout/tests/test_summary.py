from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import Product
from stoa.inventory.stock import actions as stock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.money import Money
from stoa.operations.checkout.queries import shown_percent, summary
from stoa.operations.models import DeliveryMethod, Order
from stoa.operations.payments.actions import configure_method
from stoa.operations.testing import Shop, make_cart, make_order, make_shop, make_variant


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_the_page_shows_what_the_order_will_cost(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 2, "BOOK": 1})
    shown = summary(cart, shop.market, "DE", "standard")
    assert (shown.goods, shown.delivery_price, shown.tax_added, shown.total) == (eur(4400), eur(490), eur(0), eur(4890))
    assert [(line.percent, line.tax, line.net) for line in shown.tax_lines] == [
        (Decimal(19), eur(461), eur(2429)), (Decimal(7), eur(131), eur(1869)),
    ]  # fmt: skip
    assert [option.code for option in shown.options] == ["standard", "pickup"]
    assert {method.code for method in shown.methods} == {"bank_transfer", "cash_on_delivery", "sandbox"}
    assert shown.can_order
    assert not Order.objects.exists()
    order = make_order(shop, {"MUG": 2, "BOOK": 1})
    assert (order.total_minor, order.tax_minor) == (shown.total.minor, shown.tax.minor)


def test_without_a_choice_it_shows_home_and_the_first_way_of_delivery(shop: Shop) -> None:
    cart, _ = make_cart(shop)
    for country, code in (("", ""), ("XX", "none"), ("\x00", "\ud800")):
        shown = summary(cart, shop.market, country, code)
        assert shown.country == "DE"
        assert shown.delivery is not None
        assert shown.delivery.code == "standard"


def test_where_nothing_is_delivered_to_nothing_can_be_ordered(shop: Shop) -> None:
    cart, _ = make_cart(shop)
    DeliveryMethod.objects.all().delete()
    shown = summary(cart, shop.market, "FR")
    assert (shown.options, shown.delivery, shown.can_order, shown.total) == ((), None, False, eur(2400))


def test_without_a_payment_method_nothing_can_be_ordered(shop: Shop) -> None:
    cart, _ = make_cart(shop)
    for code in ("bank_transfer", "cash_on_delivery", "sandbox"):
        configure_method(shop.market.pk, code, actor=SYSTEM, is_active=False)
    shown = summary(cart, shop.market)
    assert (shown.methods, shown.can_order) == ((), False)


@pytest.mark.parametrize("fault", ["unpublished", "sold out"])
def test_a_line_with_a_problem_blocks_the_order(shop: Shop, fault: str) -> None:
    cart, _ = make_cart(shop, {"MUG": 1, "BOOK": 1})
    if fault == "unpublished":
        Product.objects.filter(pk=shop.mug.product_id).update(live=False)
    else:
        stock.adjust(shop.mug.pk, shop.location.pk, -10, reason="damaged", note="", actor=SYSTEM)
    shown = summary(cart, shop.market)
    assert not shown.can_order
    assert shown.cart.lines[0].problem
    # What has no price any more is in no sum.
    assert shown.goods == (eur(2000) if fault == "unpublished" else eur(3200))


def test_an_empty_cart_has_a_summary_too(shop: Shop) -> None:
    shown = summary(None, shop.market)
    assert (shown.goods, shown.can_order) == (eur(0), False)


@pytest.mark.django_db
def test_tax_is_shown_on_top_where_prices_exclude_it() -> None:
    shop = make_shop(prices_include_tax=False)
    cart, _ = make_cart(shop, {"MUG": 1})
    shown = summary(cart, shop.market, "DE", "standard")
    assert (shown.goods, shown.tax_added, shown.total) == (eur(1200), eur(228 + 93), eur(2011))


def test_a_long_cart_takes_as_many_queries_as_a_short_one(shop: Shop) -> None:
    for index in range(12):
        shop.variants[f"P{index}"] = make_variant(shop.market, f"P{index}", 100, in_stock=9, location=shop.location)
    counts = []
    for size in (2, 12):
        cart, _ = make_cart(shop, {f"P{index}": 1 for index in range(size)})
        with CaptureQueriesContext(connection) as captured:
            assert summary(cart, shop.market, "DE", "standard").can_order
        counts.append(len(captured))
    # One read each: lines, goods, pictures, prices, stock, tax settings, rates, promotions, delivery, payment.
    assert counts == [10, 10]


@pytest.mark.parametrize(
    ("percent", "shown"), [("19.000", "19"), ("8.100", "8.1"), ("0", "0"), ("20.00", "20"), ("5.5", "5.5")]
)
def test_rates_are_shown_without_needless_zeros(percent: str, shown: str) -> None:
    assert str(shown_percent(Decimal(percent))) == shown
