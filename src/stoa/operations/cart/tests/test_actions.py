from __future__ import annotations

import pytest

from stoa.catalogue.models import Product
from stoa.customers.identity.actions import customer_for_order
from stoa.kernel import ids
from stoa.kernel.actors import GUEST
from stoa.operations.cart import actions, queries, rules
from stoa.operations.cart.errors import (
    CartClosedError,
    CartFullError,
    NotEnoughStockError,
    NotForSaleError,
    QuantityOutOfRangeError,
)
from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.testing import Shop, make_cart, make_order, make_variant


def contents(cart: Cart) -> dict[str, int]:
    return dict(CartLine.objects.filter(cart=cart).order_by("id").values_list("variant__sku", "quantity"))


def test_a_cart_is_found_by_its_token_of_which_only_the_hash_is_kept(shop: Shop) -> None:
    cart, token = actions.open_cart(shop.market)
    assert cart.token_hash == ids.hash_token(token)
    assert token not in str(Cart.objects.values().get())
    assert queries.cart_by_token(token, shop.market) == cart
    assert queries.cart_by_token(token + "x", shop.market) is None
    assert queries.cart_by_token("", shop.market) is None
    assert queries.cart_by_token("\ud800\x00", shop.market) is None


def test_adding_the_same_thing_again_adds_up(shop: Shop) -> None:
    cart, _ = actions.open_cart(shop.market)
    assert actions.add(cart.pk, shop.mug.pk, 2, actor=GUEST) == 2
    assert actions.add(cart.pk, shop.mug.pk, 3, actor=GUEST) == 5
    assert actions.add(cart.pk, shop.book.pk, actor=GUEST) == 1
    assert contents(cart) == {"MUG": 5, "BOOK": 1}
    assert queries.units_in(cart) == 6


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**12])
def test_impossible_quantities_leave_the_cart_as_it_was(shop: Shop, quantity: int) -> None:
    cart, _ = make_cart(shop, {"MUG": 2})
    with pytest.raises(QuantityOutOfRangeError):
        actions.add(cart.pk, shop.mug.pk, quantity, actor=GUEST)
    if quantity:
        with pytest.raises(QuantityOutOfRangeError):
            actions.set_quantity(cart.pk, shop.mug.pk, quantity, actor=GUEST)
    assert contents(cart) == {"MUG": 2}


def test_more_than_there_is_is_refused_with_the_number_that_is_left(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 8})
    with pytest.raises(NotEnoughStockError) as caught:
        actions.add(cart.pk, shop.mug.pk, 3, actor=GUEST)
    assert caught.value.available == 10
    assert caught.value.message == "Only 10 are left."
    assert contents(cart) == {"MUG": 8}
    with pytest.raises(NotEnoughStockError):
        actions.set_quantity(cart.pk, shop.mug.pk, 11, actor=GUEST)
    assert contents(cart) == {"MUG": 8}


def test_what_is_sold_out_says_so(shop: Shop) -> None:
    gone = make_variant(shop.market, "GONE", 100, in_stock=0, location=shop.location)
    cart, _ = actions.open_cart(shop.market)
    with pytest.raises(NotEnoughStockError, match="sold out"):
        actions.add(cart.pk, gone.pk, 1, actor=GUEST)
    assert contents(cart) == {}


def test_what_nobody_counts_is_never_sold_out(shop: Shop) -> None:
    service = make_variant(shop.market, "ADVICE", 5000, is_stock_tracked=False)
    cart, _ = actions.open_cart(shop.market)
    assert actions.add(cart.pk, service.pk, 999, actor=GUEST) == 999


def test_what_is_not_for_sale_cannot_be_added(shop: Shop) -> None:
    cart, _ = actions.open_cart(shop.market)
    Product.objects.filter(pk=shop.mug.product_id).update(live=False)
    for variant_id in (shop.mug.pk, 10**9, 10**30, -1):
        with pytest.raises(NotForSaleError):
            actions.add(cart.pk, variant_id, 1, actor=GUEST)
    assert contents(cart) == {}


def test_a_quantity_is_set_and_nought_takes_it_out(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 2, "BOOK": 1})
    assert actions.set_quantity(cart.pk, shop.mug.pk, 7, actor=GUEST) == 7
    assert actions.set_quantity(cart.pk, shop.book.pk, 0, actor=GUEST) == 0
    assert contents(cart) == {"MUG": 7}


def test_fewer_is_allowed_even_where_that_is_still_too_many(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 10})
    make_order(shop, {"MUG": 8})
    assert actions.set_quantity(cart.pk, shop.mug.pk, 5, actor=GUEST) == 5


def test_setting_the_quantity_of_what_is_not_there_changes_nothing(shop: Shop) -> None:
    cart, _ = make_cart(shop, {"MUG": 2})
    with pytest.raises(NotForSaleError):
        actions.set_quantity(cart.pk, shop.book.pk, 1, actor=GUEST)
    actions.remove(cart.pk, shop.book.pk, actor=GUEST)
    assert contents(cart) == {"MUG": 2}
    actions.remove(cart.pk, shop.mug.pk, actor=GUEST)
    assert contents(cart) == {}


def test_a_closed_cart_never_changes_again(shop: Shop) -> None:
    order = make_order(shop, {"MUG": 2})
    assert order.cart_id is not None
    for change in (
        lambda: actions.add(order.cart_id, shop.book.pk, 1, actor=GUEST),
        lambda: actions.set_quantity(order.cart_id, shop.mug.pk, 1, actor=GUEST),
        lambda: actions.remove(order.cart_id, shop.mug.pk, actor=GUEST),
        lambda: actions.add(10**12, shop.mug.pk, 1, actor=GUEST),
    ):
        with pytest.raises(CartClosedError):
            change()
    assert dict(CartLine.objects.filter(cart_id=order.cart_id).values_list("variant__sku", "quantity")) == {"MUG": 2}


def test_a_cart_holds_only_so_many_different_things(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_LINES", 1)
    cart, _ = make_cart(shop, {"MUG": 1})
    with pytest.raises(CartFullError):
        actions.add(cart.pk, shop.book.pk, 1, actor=GUEST)
    assert actions.add(cart.pk, shop.mug.pk, 1, actor=GUEST) == 2


def test_a_guests_cart_becomes_the_customers_at_log_in(shop: Shop) -> None:
    ada = customer_for_order("ada@example.com", "Ada")
    cart, token = make_cart(shop, {"MUG": 2})
    merged = actions.merge_on_login(token, ada.pk, shop.market)
    assert merged == cart
    assert queries.cart_of_customer(ada.pk, shop.market) == cart
    # Whoever logs out leaves nothing behind in the cookie.
    assert queries.cart_by_token(token, shop.market) is None


def test_two_carts_become_one_and_nothing_is_lost(shop: Shop) -> None:
    ada = customer_for_order("ada@example.com", "Ada")
    own, _ = make_cart(shop, {"MUG": 2, "BOOK": 3}, customer_id=ada.pk)
    pen = make_variant(shop.market, "PEN", 300, in_stock=9, location=shop.location)
    guest, token = make_cart(shop, {"BOOK": 1, "MUG": 5, "PEN": 1})
    assert actions.merge_on_login(token, ada.pk, shop.market) == own
    assert contents(own) == {"MUG": 5, "BOOK": 3, "PEN": 1}
    guest.refresh_from_db()
    assert guest.closed_at is not None
    assert pen.pk in queries.quantities_of(own.pk)
    # The cookie is sent again (a second tab, a double click): nothing more happens.
    assert actions.merge_on_login(token, ada.pk, shop.market) == own
    assert contents(own) == {"MUG": 5, "BOOK": 3, "PEN": 1}


def test_nothing_is_lost_even_where_it_is_sold_out_or_no_longer_for_sale(shop: Shop) -> None:
    ada = customer_for_order("ada@example.com", "Ada")
    own, _ = make_cart(shop, {"BOOK": 1}, customer_id=ada.pk)
    _, token = make_cart(shop, {"MUG": 9})
    make_order(shop, {"MUG": 10})
    Product.objects.filter(pk=shop.mug.product_id).update(live=False)
    actions.merge_on_login(token, ada.pk, shop.market)
    assert contents(own) == {"BOOK": 1, "MUG": 9}


def test_other_peoples_carts_are_not_merged(shop: Shop) -> None:
    ada, eve = customer_for_order("ada@example.com"), customer_for_order("eve@example.com")
    hers, _ = make_cart(shop, {"MUG": 1}, customer_id=ada.pk)
    assert actions.merge_on_login("", eve.pk, shop.market) is None
    assert actions.merge_on_login("guessed", eve.pk, shop.market) is None
    assert contents(hers) == {"MUG": 1}


def test_a_customer_has_one_open_cart(shop: Shop) -> None:
    ada = customer_for_order("ada@example.com")
    first, token = actions.open_cart(shop.market, customer_id=ada.pk)
    second, empty = actions.open_cart(shop.market, customer_id=ada.pk)
    assert (second, empty) == (first, "")
    assert token
    # A customer's cart is not reached with a token.
    assert queries.cart_by_token(token, shop.market) is None
