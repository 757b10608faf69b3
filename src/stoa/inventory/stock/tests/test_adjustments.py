from __future__ import annotations

from datetime import date

import pytest

from stoa.inventory.models import StockLevel, StockMove
from stoa.inventory.stock import books
from stoa.inventory.stock.actions import adjust, open_level, release, reserve, restock, sell, set_on_hand, set_policy
from stoa.inventory.stock.errors import (
    BackorderLimitTooLowError,
    BackorderTermsError,
    LevelExistsError,
    OutOfStockError,
    QuantityNotAllowedError,
    StockTooLowError,
)
from stoa.inventory.testing import stock
from stoa.kernel.actors import GUEST, SYSTEM, Actor
from stoa.kernel.models import AuditEntry

CLERK = Actor.staff(7, "Kim")
MAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _books_stay_clean(db):
    yield
    assert books.check() == []


def level(variant):
    return StockLevel.objects.get(variant=variant)


def test_opening_writes_the_first_move_and_happens_once(location, variant):
    open_level(variant.pk, location.pk, 4, actor=CLERK, note="first delivery")
    with pytest.raises(LevelExistsError):
        open_level(variant.pk, location.pk, 4, actor=CLERK)
    assert level(variant).on_hand == 4
    assert list(StockMove.objects.values_list("quantity", "reason", "note", "actor")) == [
        (4, "opening", "first delivery", "Kim")
    ]


def test_an_adjustment_needs_a_reason_and_leaves_a_trail(location, variant):
    stock(variant, 4)
    assert adjust(variant.pk, location.pk, -1, reason="damaged", note="fell", actor=CLERK) == 3
    assert adjust(variant.pk, location.pk, 2, reason="received", note="", actor=CLERK) == 5
    entry = AuditEntry.objects.filter(verb="stock.adjusted").earliest("id")
    assert (entry.actor_label, entry.subject_id) == ("Kim", str(variant.pk))
    assert entry.facts == {"location": location.pk, "delta": -1, "on_hand": 3, "reason": "damaged", "note": "fell"}
    for reason in ("sold", "cancelled", "opening", "whim"):
        with pytest.raises(ValueError, match=reason):
            adjust(variant.pk, location.pk, 1, reason=reason, actor=CLERK)
    assert level(variant).on_hand == 5


def test_promised_units_cannot_be_adjusted_away(market, location, variant, in_half_an_hour):
    stock(variant, 4)
    reserve({variant.pk: 3}, market_id=market.pk, document="order:1", expires_at=in_half_an_hour, actor=GUEST)
    with pytest.raises(StockTooLowError) as caught:
        adjust(variant.pk, location.pk, -2, reason="damaged", actor=CLERK)
    assert caught.value.available == 1
    assert adjust(variant.pk, location.pk, -1, reason="damaged", actor=CLERK) == 3
    assert AuditEntry.objects.filter(verb="stock.adjusted").count() == 1


def test_a_count_writes_the_difference(location, variant):
    stock(variant, 4)
    assert set_on_hand(variant.pk, location.pk, 7, reason="counted", actor=CLERK) == 7
    assert set_on_hand(variant.pk, location.pk, 7, reason="counted", actor=CLERK) == 7
    assert set_on_hand(variant.pk, location.pk, 0, reason="counted", actor=CLERK) == 0
    assert list(StockMove.objects.order_by("id").values_list("quantity", flat=True)) == [4, 3, -7]


def test_stock_that_arrives_at_a_new_place_makes_its_level(location, variant):
    assert set_on_hand(variant.pk, location.pk, 3, reason="counted", actor=CLERK) == 3
    assert level(variant).on_hand == 3


def test_nothing_can_be_taken_from_where_nothing_is(location, variant):
    with pytest.raises(StockTooLowError) as caught:
        adjust(variant.pk, location.pk, -1, reason="damaged", actor=CLERK)
    assert caught.value.available == 0
    assert StockLevel.objects.count() == 0


@pytest.mark.parametrize("delta", [0, 1.5, "1", None, True, 10**9, -(10**9)])
def test_odd_quantities_are_refused(location, variant, delta):
    stock(variant, 4)
    with pytest.raises(QuantityNotAllowedError):
        adjust(variant.pk, location.pk, delta, reason="counted", actor=CLERK)
    for action in (open_level, set_on_hand):
        more = {} if action is open_level else {"reason": "counted"}
        with pytest.raises(QuantityNotAllowedError):
            action(variant.pk, location.pk, -1, actor=CLERK, **more)
    assert level(variant).on_hand == 4


def test_back_order_terms_need_a_date_and_a_limit(location, variant):
    stock(variant, 0)
    for limit, day in ((0, MAY), (-1, MAY), (5, None), (10**9, MAY)):
        with pytest.raises(BackorderTermsError):
            set_policy(variant.pk, location.pk, policy="backorder", limit=limit, date=day, actor=CLERK)
    with pytest.raises(ValueError, match="whim"):
        set_policy(variant.pk, location.pk, policy="whim", actor=CLERK)
    assert level(variant).policy == "deny"


def test_a_return_to_deny_keeps_what_is_owed_and_sells_no_more(market, location, variant):
    stock(variant, 1)
    set_policy(variant.pk, location.pk, policy="backorder", limit=10, date=MAY, actor=CLERK)
    sell({variant.pk: 4}, market_id=market.pk, document="order:1", actor=GUEST)
    set_policy(variant.pk, location.pk, policy="deny", actor=CLERK)
    now = level(variant)
    assert (now.on_hand, now.policy, now.backorder_limit, now.backorder_date) == (-3, "deny", 3, None)
    with pytest.raises(OutOfStockError):
        sell({variant.pk: 1}, market_id=market.pk, document="order:2", actor=GUEST)
    adjust(variant.pk, location.pk, 2, reason="received", actor=CLERK)
    with pytest.raises(OutOfStockError):
        sell({variant.pk: 1}, market_id=market.pk, document="order:2", actor=GUEST)
    restock("order:1", reason="cancelled", actor=SYSTEM)
    assert level(variant).on_hand == 3
    sell({variant.pk: 3}, market_id=market.pk, document="order:2", actor=GUEST)
    with pytest.raises(OutOfStockError):
        sell({variant.pk: 1}, market_id=market.pk, document="order:3", actor=GUEST)


def test_holds_on_units_that_are_owed_survive_a_return_to_deny(market, location, variant, in_half_an_hour):
    stock(variant, 0)
    set_policy(variant.pk, location.pk, policy="backorder", limit=10, date=MAY, actor=CLERK)
    reserve({variant.pk: 2}, market_id=market.pk, document="order:1", expires_at=in_half_an_hour, actor=GUEST)
    set_policy(variant.pk, location.pk, policy="deny", actor=CLERK)
    assert release("order:1", actor=SYSTEM) == 2
    assert level(variant).reserved == 0


def test_a_limit_cannot_be_less_than_what_is_owed(market, location, variant):
    stock(variant, 0)
    set_policy(variant.pk, location.pk, policy="backorder", limit=10, date=MAY, actor=CLERK)
    sell({variant.pk: 4}, market_id=market.pk, document="order:1", actor=GUEST)
    with pytest.raises(BackorderLimitTooLowError) as caught:
        set_policy(variant.pk, location.pk, policy="backorder", limit=3, date=MAY, actor=CLERK)
    assert caught.value.owed == 4
    set_policy(variant.pk, location.pk, policy="backorder", limit=4, date=MAY, actor=CLERK)
    assert level(variant).backorder_limit == 4
