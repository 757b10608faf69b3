"""Real threads on one database: exactly what there is gets sold, and the books say the same.

Both engines run these. Between plan and UPDATE there is a pause, as a database at the end of a wire would make it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from stoa.inventory.models import Reservation, StockLevel, StockMove
from stoa.inventory.stock import books
from stoa.inventory.stock.actions import adjust, claim, expire_reservations, release, reserve, restock, sell
from stoa.inventory.stock.errors import OutOfStockError, ReservationExpiredError, StockTooLowError
from stoa.inventory.stock.levels import Levels
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import GUEST, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _books_stay_clean(transactional_db):
    yield
    assert books.check() == []


@pytest.fixture
def slow_wire(monkeypatch):
    change = Levels.change

    def late(self, *args, **kwargs):
        time.sleep(0.005)
        return change(self, *args, **kwargs)

    monkeypatch.setattr(Levels, "change", late)


def together(jobs):
    """Run the functions at the same moment, each on a connection of its own. What each returned or raised, in order."""
    barrier = threading.Barrier(len(jobs))

    def run(job):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def kinds(results):
    return Counter(type(result).__name__ for result in results)


def seller(market, variant, number, quantity=1):
    return lambda: sell({variant.pk: quantity}, market_id=market.pk, document=f"order:{number}", actor=GUEST)


def holder(market, variant, number, until, quantity=1):
    return lambda: reserve(
        {variant.pk: quantity}, market_id=market.pk, document=f"order:{number}", expires_at=until, actor=GUEST
    )


def test_fifty_buyers_and_one_unit(market, location, variant, slow_wire):
    stock(variant, 1)
    results = together([seller(market, variant, number) for number in range(50)])
    assert kinds(results) == {"list": 1, "OutOfStockError": 49}
    assert StockLevel.objects.get().on_hand == 0
    assert StockMove.objects.filter(reason="sold").count() == 1
    losers = [result for result in results if isinstance(result, OutOfStockError)]
    assert {loser.shortages[0].available for loser in losers} == {0}


def test_fifty_holds_and_one_unit(market, location, variant, slow_wire, in_half_an_hour):
    stock(variant, 1)
    results = together([holder(market, variant, number, in_half_an_hour) for number in range(50)])
    assert kinds(results) == {"list": 1, "OutOfStockError": 49}
    assert StockLevel.objects.values_list("on_hand", "reserved").get() == (1, 1)
    assert Reservation.objects.count() == 1


def test_sixty_threads_on_a_hundred_units(market, location, variant):
    stock(variant, 100)

    def buy_three_times(number):
        won = 0
        for attempt in range(3):
            try:
                seller(market, variant, f"{number}-{attempt}")()
                won += 1
            except OutOfStockError:
                pass
        return won

    results = together([lambda number=number: buy_three_times(number) for number in range(60)])
    assert sum(results) == 100
    assert StockLevel.objects.get().on_hand == 0
    assert -sum(StockMove.objects.filter(reason="sold").values_list("quantity", flat=True)) == 100


def test_the_loser_of_one_location_is_served_from_the_other(market, location, variant, slow_wire):
    second = make_location(market, "second", priority=1)
    stock(variant, 5, location), stock(variant, 5, second)
    results = together([seller(market, variant, number, quantity=2) for number in range(8)])
    assert kinds(results) == {"list": 5, "OutOfStockError": 3}
    assert sum(StockLevel.objects.values_list("on_hand", flat=True)) == 0


def test_orders_of_the_same_two_goods_never_wait_for_each_other_in_a_circle(market, location, make_variant, slow_wire):
    one, two = make_variant("A"), make_variant("B")
    stock(one, 20), stock(two, 20)

    def order(number):
        lines = {one.pk: 1, two.pk: 1} if number % 2 else {two.pk: 1, one.pk: 1}
        return lambda: sell(lines, market_id=market.pk, document=f"order:{number}", actor=GUEST)

    assert kinds(together([order(number) for number in range(24)])) == {"list": 20, "OutOfStockError": 4}
    assert set(StockLevel.objects.values_list("on_hand", flat=True)) == {0}


def test_a_short_second_line_gives_the_first_back(market, location, make_variant, slow_wire):
    plenty, single = make_variant("A"), make_variant("B")
    stock(plenty, 50), stock(single, 1)
    lines = {plenty.pk: 1, single.pk: 1}
    results = together([
        lambda number=number: sell(lines, market_id=market.pk, document=f"order:{number}", actor=GUEST)
        for number in range(20)
    ])  # fmt: skip
    assert kinds(results) == {"list": 1, "OutOfStockError": 19}
    assert StockLevel.objects.get(variant=plenty).on_hand == 49


@pytest.mark.parametrize("round_", range(5))
def test_expiry_and_claim_of_one_hold(market, location, variant, at_noon, round_):
    stock(variant, 1)
    holder(market, variant, 1, at_noon)()
    claims = [lambda: claim("order:1", actor=GUEST)] * 3
    results = together([claims[0], expire_reservations, claims[1], expire_reservations, claims[2]])
    expired = [document for result in (results[1], results[3]) for document in result]
    state = Reservation.objects.get().state
    level = StockLevel.objects.get()
    assert level.reserved == 0
    claimed = [results[0], results[2], results[4]]
    if state == "claimed":
        assert (expired, level.on_hand) == ([], 0)
        assert all(result == claimed[0] and len(result) == 1 for result in claimed)
    else:
        assert (state, expired, level.on_hand) == ("expired", ["order:1"], 1)
        assert all(isinstance(result, ReservationExpiredError) for result in claimed)


def test_one_document_holds_once_however_often_it_asks_at_once(market, location, variant, slow_wire, in_half_an_hour):
    stock(variant, 10)
    results = together([holder(market, variant, 1, in_half_an_hour, quantity=2) for _ in range(8)])
    assert kinds(results) == {"list": 8}
    assert StockLevel.objects.get().reserved == 2


def test_one_document_sells_once_however_often_it_asks_at_once(market, location, variant, slow_wire):
    stock(variant, 10)
    results = together([seller(market, variant, 1, quantity=2) for _ in range(8)])
    assert kinds(results) == {"list": 8}
    assert StockLevel.objects.get().on_hand == 8


def test_many_returns_of_one_sale_bring_back_no_more_than_was_sold(market, location, variant, slow_wire):
    stock(variant, 10)
    seller(market, variant, 1, quantity=3)()

    def back(number):
        return lambda: restock("order:1", {variant.pk: 1}, reason="returned", actor=SYSTEM, key=f"refund:{number}")

    cancel = [lambda: restock("order:1", reason="cancelled", actor=SYSTEM)] * 3
    together([back(number) for number in range(12)] + cancel)
    assert StockLevel.objects.get().on_hand == 10


def test_everything_at_once_leaves_clean_books(market, location, variant, in_half_an_hour):
    stock(variant, 30)

    def life(number):
        document = f"order:{number}"
        try:
            holder(market, variant, number, in_half_an_hour, quantity=1 + number % 3)()
            if number % 4 == 0:
                return release(document, actor=SYSTEM)
            claim(document, actor=GUEST)
            if number % 4 == 1:
                restock(document, reason="cancelled", actor=SYSTEM)
        except OutOfStockError:
            return None

    def damage():
        try:
            return adjust(variant.pk, location.pk, -2, reason="damaged", actor=SYSTEM)
        except StockTooLowError:
            return None

    jobs = [lambda number=number: life(number) for number in range(24)]
    jobs += [damage] * 3 + [lambda: adjust(variant.pk, location.pk, 1, reason="received", actor=SYSTEM)] * 3
    results = together([*jobs, expire_reservations])
    assert [result for result in results if isinstance(result, Exception)] == []
    level = StockLevel.objects.get()
    assert level.reserved == 0
    assert level.on_hand >= 0
