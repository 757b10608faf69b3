from __future__ import annotations

from datetime import date

import pytest

from stoa.inventory.models import StockLevel, StockMove
from stoa.inventory.stock import books
from stoa.inventory.stock.actions import restock, sell, set_policy
from stoa.inventory.stock.errors import OutOfStockError, QuantityNotAllowedError, SaleReturnedError, Shortage
from stoa.inventory.stock.ledger import Restocked, Sold
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import GUEST, SYSTEM

DOC = "order:7"


@pytest.fixture(autouse=True)
def _books_stay_clean(db):
    yield
    assert books.check() == []


def on_hand(variant, location):
    return StockLevel.objects.get(variant=variant, location=location).on_hand


def sale(lines, market, document=DOC):
    return sell(lines, market_id=market.pk, document=document, actor=GUEST)


def test_a_sale_moves_stock_once(market, location, variant):
    stock(variant, 5)
    first = sale({variant.pk: 2}, market)
    assert first == [Sold(variant.pk, location.pk, 2)]
    assert sale({variant.pk: 2}, market) == first
    assert on_hand(variant, location) == 3
    assert list(StockMove.objects.filter(reason="sold").values_list("quantity", "document")) == [(-2, DOC)]


def test_a_second_sale_of_a_document_is_refused_even_if_it_would_come_from_elsewhere(market, location, variant):
    second = make_location(market, "second", priority=1)
    stock(variant, 2, location), stock(variant, 9, second)
    sale({variant.pk: 2}, market)
    sale({variant.pk: 2}, market)
    assert (on_hand(variant, location), on_hand(variant, second)) == (0, 9)


def test_a_short_line_keeps_the_whole_sale_back(market, location, make_variant):
    one, two = make_variant("A"), make_variant("B")
    stock(one, 5), stock(two, 1)
    with pytest.raises(OutOfStockError) as caught:
        sale({one.pk: 1, two.pk: 2}, market)
    assert caught.value.shortages == (Shortage(two.pk, 2, 1),)
    assert (on_hand(one, location), on_hand(two, location)) == (5, 1)


def test_a_back_order_says_the_date_only_where_units_are_owed(market, location, variant):
    stock(variant, 2)
    set_policy(variant.pk, location.pk, policy="backorder", limit=5, date=date(2026, 5, 1), actor=SYSTEM)
    assert sale({variant.pk: 2}, market, "order:1")[0].backorder_date is None
    assert sale({variant.pk: 1}, market, "order:2")[0].backorder_date == date(2026, 5, 1)
    assert on_hand(variant, location) == -1


def test_everything_goes_back_to_where_it_came_from_once(market, location, variant):
    second = make_location(market, "second", priority=1)
    stock(variant, 2, location), stock(variant, 2, second)
    sale({variant.pk: 3}, market)
    back = restock(DOC, reason="cancelled", actor=SYSTEM)
    assert back == [Restocked(variant.pk, location.pk, 2), Restocked(variant.pk, second.pk, 1)]
    assert restock(DOC, reason="cancelled", actor=SYSTEM) == []
    assert restock(DOC, {variant.pk: 1}, reason="returned", actor=SYSTEM, key="refund:1") == []
    assert (on_hand(variant, location), on_hand(variant, second)) == (2, 2)


def test_parts_of_a_line_go_back_by_key_and_never_more_than_was_sold(market, location, variant):
    stock(variant, 5)
    sale({variant.pk: 3}, market)
    for _ in range(3):
        restock(DOC, {variant.pk: 1}, reason="returned", actor=SYSTEM, key="refund:1")
    assert on_hand(variant, location) == 3
    assert restock(DOC, {variant.pk: 9}, reason="returned", actor=SYSTEM, key="refund:2") == [
        Restocked(variant.pk, location.pk, 2)
    ]
    assert restock(DOC, reason="cancelled", actor=SYSTEM) == []
    assert on_hand(variant, location) == 5


def test_different_lines_may_go_back_in_calls_of_their_own(market, location, make_variant):
    one, two = make_variant("A"), make_variant("B")
    stock(one, 1), stock(two, 1)
    sale({one.pk: 1, two.pk: 1}, market)
    restock(DOC, {one.pk: 1}, reason="returned", actor=SYSTEM)
    restock(DOC, {two.pk: 1}, reason="returned", actor=SYSTEM)
    assert (on_hand(one, location), on_hand(two, location)) == (1, 1)


def test_what_was_not_sold_for_the_document_does_not_come_back(market, location, make_variant):
    one, two = make_variant("A"), make_variant("B")
    stock(one, 5), stock(two, 5)
    sale({one.pk: 1}, market)
    sale({two.pk: 1}, market, "order:8")
    assert restock(DOC, {two.pk: 1}, reason="returned", actor=SYSTEM) == []
    assert restock("order:9", reason="cancelled", actor=SYSTEM) == []
    assert (on_hand(one, location), on_hand(two, location)) == (4, 4)


def test_a_sale_that_has_come_back_is_not_sold_again_in_silence(market, location, variant):
    stock(variant, 5)
    sale({variant.pk: 2}, market)
    restock(DOC, {variant.pk: 1}, reason="returned", actor=SYSTEM, key="refund:1")
    assert sale({variant.pk: 2}, market) == [Sold(variant.pk, location.pk, 2)]
    restock(DOC, reason="cancelled", actor=SYSTEM)
    with pytest.raises(SaleReturnedError):
        sale({variant.pk: 2}, market)
    assert on_hand(variant, location) == 5


def test_a_key_that_begins_like_another_is_another(market, location, variant):
    stock(variant, 5)
    sale({variant.pk: 3}, market)
    for key in ("refund:12", "refund:1", "refund:1:2", "refund"):
        restock(DOC, {variant.pk: 1}, reason="returned", actor=SYSTEM, key=key)
    assert on_hand(variant, location) == 5


def test_a_return_needs_a_reason_that_brings_goods_back(market, location, variant):
    stock(variant, 5)
    sale({variant.pk: 1}, market)
    with pytest.raises(ValueError, match="received"):
        restock(DOC, {variant.pk: 1}, reason="received", actor=SYSTEM)
    with pytest.raises(QuantityNotAllowedError):
        restock(DOC, {variant.pk: -1}, reason="returned", actor=SYSTEM)
    assert on_hand(variant, location) == 4
