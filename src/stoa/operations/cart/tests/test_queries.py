from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import Product, Variant
from stoa.kernel.money import Money
from stoa.operations.cart.queries import cart_view
from stoa.operations.testing import Shop, make_cart, make_order, make_variant


def test_a_cart_shows_todays_prices_and_sums(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 2, "BOOK": 1})
    view = cart_view(cart, shop.market)
    mug, book = view.lines
    assert (mug.quantity, mug.unit, mug.total, mug.problem) == (2, Money(1200, "EUR"), Money(2400, "EUR"), "")
    assert (book.compare_at, mug.compare_at) == (Money(2500, "EUR"), None)
    assert mug.facts is not None
    assert mug.facts.sku == "MUG"
    assert (view.subtotal, view.count, view.can_check_out, view.is_empty) == (Money(4400, "EUR"), 3, True, False)


def test_no_cart_is_an_empty_one(shop: Shop) -> None:
    cart, _ = make_cart(shop, {})
    for view in (cart_view(None, shop.market), cart_view(cart, shop.market)):
        assert (view.lines, view.subtotal, view.count, view.can_check_out) == ((), Money(0, "EUR"), 0, False)


def test_more_than_is_left_is_shown_as_a_problem(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 8, "BOOK": 1})
    make_order(shop, {"MUG": 9})
    view = cart_view(cart, shop.market)
    assert [line.problem for line in view.lines] == ["Only 1 is left.", ""]
    assert view.lines[0].available == 1
    assert not view.can_check_out
    make_order(shop, {"MUG": 1})
    assert cart_view(cart, shop.market).lines[0].problem == "This is sold out."


@pytest.mark.parametrize("how", ["unpublished", "inactive"])
def test_what_is_no_longer_for_sale_stays_visible_and_costs_nothing(shop: Shop, how: str) -> None:
    cart, _ = make_cart(shop, {"MUG": 2, "BOOK": 1})
    if how == "unpublished":
        Product.objects.filter(pk=shop.mug.product_id).update(live=False)
    else:
        Variant.objects.filter(pk=shop.mug.pk).update(is_active=False)
    view = cart_view(cart, shop.market)
    mug = view.lines[0]
    assert (mug.problem, mug.unit, mug.total) == ("This is no longer for sale.", None, None)
    assert mug.facts is not None
    assert view.subtotal == Money(2000, "EUR")
    assert not view.can_check_out


def test_a_long_cart_takes_as_many_queries_as_a_short_one(shop: Shop) -> None:
    for index in range(12):
        shop.variants[f"P{index}"] = make_variant(
            shop.market, f"P{index}", 100 + index, in_stock=9, location=shop.location
        )
    counts = []
    for size in (2, 12):
        cart, _ = make_cart(shop, {f"P{index}": 1 for index in range(size)})
        with CaptureQueriesContext(connection) as queries:
            assert len(cart_view(cart, shop.market).lines) == size
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
