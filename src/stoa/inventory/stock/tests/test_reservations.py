from __future__ import annotations

from datetime import date, timedelta

import pytest

from stoa.inventory.models import Reservation, StockLevel, StockMove
from stoa.inventory.stock.actions import claim, expire_reservations, release, reserve, restock, sell, set_policy
from stoa.inventory.stock.errors import (
    AlreadyReservedError,
    OutOfStockError,
    QuantityNotAllowedError,
    ReservationExpiredError,
    SaleReturnedError,
    Shortage,
)
from stoa.inventory.stock.ledger import Sold
from stoa.inventory.testing import make_location, stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM

DOC = "order:1"


def counters(variant, location):
    return StockLevel.objects.values_list("on_hand", "reserved").get(variant=variant, location=location)


def hold(lines, market, expires_at, document=DOC):
    return reserve(lines, market_id=market.pk, document=document, expires_at=expires_at, actor=GUEST)


def test_a_reservation_holds_units_and_moves_nothing(market, location, variant, in_half_an_hour):
    stock(variant, 3)
    (held,) = hold({variant.pk: 2}, market, in_half_an_hour)
    assert (held.variant_id, held.location_id, held.quantity, held.backorder_date) == (variant.pk, location.pk, 2, None)
    assert counters(variant, location) == (3, 2)
    assert StockMove.objects.filter(reason="sold").count() == 0


def test_claiming_sells_what_was_held_and_does_so_once(market, location, variant, in_half_an_hour):
    stock(variant, 3)
    hold({variant.pk: 2}, market, in_half_an_hour)
    first = claim(DOC, actor=GUEST)
    assert first == [Sold(variant.pk, location.pk, 2)]
    assert claim(DOC, actor=GUEST) == first
    assert counters(variant, location) == (1, 0)
    move = StockMove.objects.get(reason="sold")
    assert (move.quantity, move.document, move.actor) == (-2, DOC, "guest")
    assert list(Reservation.objects.values_list("state", "closed_at")) == [("claimed", clock.now())]


def test_selling_after_a_claim_sells_nothing_more(market, location, variant, in_half_an_hour):
    stock(variant, 9)
    hold({variant.pk: 2}, market, in_half_an_hour)
    sold = claim(DOC, actor=GUEST)
    assert sell({variant.pk: 2}, market_id=market.pk, document=DOC, actor=GUEST) == sold
    assert counters(variant, location) == (7, 0)


def test_a_shortage_names_every_short_line_and_takes_nothing(market, location, make_variant, in_half_an_hour):
    one, two, three = (make_variant(sku) for sku in ("A", "B", "C"))
    stock(one, 5), stock(two, 1)
    with pytest.raises(OutOfStockError) as caught:
        hold({three.pk: 1, one.pk: 2, two.pk: 4}, market, in_half_an_hour)
    assert caught.value.shortages == (Shortage(two.pk, 4, 1), Shortage(three.pk, 1, 0))
    assert set(StockLevel.objects.values_list("reserved", flat=True)) == {0}
    assert Reservation.objects.count() == 0


def test_released_units_are_free_again_and_cannot_be_claimed(market, location, variant, in_half_an_hour):
    stock(variant, 1)
    hold({variant.pk: 1}, market, in_half_an_hour)
    assert release(DOC, actor=SYSTEM) == 1
    assert release(DOC, actor=SYSTEM) == 0
    assert counters(variant, location) == (1, 0)
    with pytest.raises(ReservationExpiredError):
        claim(DOC, actor=GUEST)
    assert StockMove.objects.filter(reason="sold").count() == 0


def test_a_claim_whose_goods_have_come_back_cannot_be_claimed_again(market, location, variant, in_half_an_hour):
    stock(variant, 1)
    hold({variant.pk: 1}, market, in_half_an_hour)
    claim(DOC, actor=GUEST)
    restock(DOC, reason="cancelled", actor=SYSTEM)
    with pytest.raises(ReservationExpiredError):
        claim(DOC, actor=GUEST)
    with pytest.raises(SaleReturnedError):
        sell({variant.pk: 1}, market_id=market.pk, document=DOC, actor=GUEST)
    assert counters(variant, location) == (1, 0)


def test_a_released_document_can_hold_again(market, location, variant, in_half_an_hour):
    stock(variant, 1)
    hold({variant.pk: 1}, market, in_half_an_hour)
    release(DOC, actor=SYSTEM)
    hold({variant.pk: 1}, market, in_half_an_hour)
    assert claim(DOC, actor=GUEST) == [Sold(variant.pk, location.pk, 1)]


def test_only_overdue_holds_expire(market, location, variant, in_half_an_hour):
    stock(variant, 5)
    hold({variant.pk: 1}, market, in_half_an_hour)
    hold({variant.pk: 2}, market, in_half_an_hour + timedelta(minutes=10), document="order:2")
    assert expire_reservations() == []
    clock.advance(timedelta(minutes=30))
    assert expire_reservations() == [DOC]
    assert expire_reservations() == []
    assert counters(variant, location) == (5, 2)


def test_an_overdue_hold_can_be_claimed_until_it_has_expired(market, location, variant, in_half_an_hour):
    stock(variant, 1)
    hold({variant.pk: 1}, market, in_half_an_hour)
    clock.advance(timedelta(hours=2))
    assert claim(DOC, actor=GUEST) == [Sold(variant.pk, location.pk, 1)]
    assert expire_reservations() == []
    assert counters(variant, location) == (0, 0)


def test_asking_again_for_the_same_holds_longer_and_takes_nothing_more(market, location, variant, in_half_an_hour):
    stock(variant, 3)
    hold({variant.pk: 1}, market, in_half_an_hour)
    later = in_half_an_hour + timedelta(minutes=30)
    (held,) = hold({variant.pk: 1}, market, later)
    assert held.expires_at == later
    assert counters(variant, location) == (3, 1)
    assert Reservation.objects.get().expires_at == later


def test_a_document_that_holds_cannot_hold_something_else(market, location, variant, in_half_an_hour):
    stock(variant, 3)
    hold({variant.pk: 1}, market, in_half_an_hour)
    with pytest.raises(AlreadyReservedError):
        hold({variant.pk: 2}, market, in_half_an_hour)
    assert counters(variant, location) == (3, 1)


def test_what_nobody_counts_is_neither_held_nor_sold(market, location, make_variant, in_half_an_hour):
    service, poster = make_variant("SERVICE", is_stock_tracked=False), make_variant("POSTER", is_stock_tracked=False)
    stock(poster, 0)
    assert hold({service.pk: 3, poster.pk: 3}, market, in_half_an_hour) == []
    assert claim(DOC, actor=GUEST) == []
    assert sell({service.pk: 3, poster.pk: 3}, market_id=market.pk, document=DOC, actor=GUEST) == []
    assert StockMove.objects.count() == 0


def test_a_line_is_spread_over_locations_where_none_has_it_all(market, location, variant, in_half_an_hour):
    second = make_location(market, "second", priority=1)
    stock(variant, 2, location), stock(variant, 2, second)
    held = hold({variant.pk: 3}, market, in_half_an_hour)
    assert [(one.location_id, one.quantity) for one in held] == [(location.pk, 2), (second.pk, 1)]
    assert claim(DOC, actor=GUEST) == [Sold(variant.pk, location.pk, 2), Sold(variant.pk, second.pk, 1)]
    assert (counters(variant, location), counters(variant, second)) == ((0, 0), (1, 0))


def test_closed_locations_and_those_of_other_markets_are_not_sold_from(market, location, variant, in_half_an_hour):
    elsewhere, closed = make_location(None, "elsewhere"), make_location(market, "closed", is_active=False)
    stock(variant, 5, elsewhere), stock(variant, 5, closed), stock(variant, 1, location)
    with pytest.raises(OutOfStockError) as caught:
        hold({variant.pk: 2}, market, in_half_an_hour)
    assert caught.value.shortages == (Shortage(variant.pk, 2, 1),)


def test_back_orders_carry_the_date_through_the_claim(market, location, variant, in_half_an_hour):
    stock(variant, 1)
    promised = date(2026, 4, 1)
    set_policy(variant.pk, location.pk, policy="backorder", limit=2, date=promised, actor=SYSTEM)
    (held,) = hold({variant.pk: 3}, market, in_half_an_hour)
    assert held.backorder_date == promised
    with pytest.raises(OutOfStockError) as caught:
        hold({variant.pk: 1}, market, in_half_an_hour, document="order:2")
    assert caught.value.shortages == (Shortage(variant.pk, 1, 0),)
    assert claim(DOC, actor=GUEST) == [Sold(variant.pk, location.pk, 3, promised)]
    assert counters(variant, location) == (-2, 0)


@pytest.mark.parametrize("quantity", [0, -1, True, 1.5, "2", None, 2**31])
def test_quantities_that_are_no_count_are_refused(market, location, variant, in_half_an_hour, quantity):
    stock(variant, 3)
    with pytest.raises(QuantityNotAllowedError):
        hold({variant.pk: quantity}, market, in_half_an_hour)
    with pytest.raises(QuantityNotAllowedError):
        sell({variant.pk: quantity}, market_id=market.pk, document=DOC, actor=GUEST)
    assert counters(variant, location) == (3, 0)
