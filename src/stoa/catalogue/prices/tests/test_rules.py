from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.prices.rules import (
    ENDINGS,
    LOOK_BACK,
    Point,
    Window,
    breaks_problem,
    converted,
    lowest_before,
    reduced,
    rounded,
    sale_state,
    unit_for,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

moments = st.integers(0, 100 * 24).map(lambda hours: NOON - timedelta(hours=hours))
amounts = st.integers(0, 10_000)
points = st.lists(st.builds(Point, moments, st.none() | amounts), max_size=8, unique_by=lambda point: point.at)
windows = st.lists(
    st.builds(lambda start, hours, amount: Window(start, start + timedelta(hours=hours), amount), moments,
              st.integers(1, 900), amounts),
    max_size=4,
)  # fmt: skip


@given(points, windows)
def test_the_lowest_price_is_that_of_asking_hour_by_hour(history, sales):
    """All borders are on full hours, so a look at every hour of the 30 days sees every price that held."""

    def charged(at):
        regular = [point for point in sorted(history, key=lambda point: point.at) if point.at <= at][-1:]
        if not regular or regular[0].amount_minor is None:
            return None
        on_sale = [sale.amount_minor for sale in sales if sale.starts_at <= at < sale.ends_at]
        return min([regular[0].amount_minor, *on_sale])

    hours = [NOON - timedelta(hours=count) for count in range(1, 30 * 24 + 1)]
    held = [price for price in map(charged, hours) if price is not None]
    found = lowest_before(NOON, history, sales)
    if (
        all(point.amount_minor is not None for point in history)
        and min((p.at for p in history), default=NOON) <= hours[-1]
    ):
        assert found == min(held)
    elif held:
        # A sale of what was not for sale at the time counts too: never a higher price than the true one.
        assert found is not None
        assert found <= min(held)


@given(points, windows, amounts)
def test_one_more_lower_price_lowers_it_and_what_comes_later_does_not(history, sales, amount):
    before = lowest_before(NOON, history, sales)
    flash = Window(NOON - DAY, NOON - DAY + SECOND, amount)
    assert lowest_before(NOON, history, [*sales, flash]) == min(amount, before if before is not None else amount)
    later = [Point(NOON + SECOND, 0), Point(NOON, 0)]
    assert lowest_before(NOON, [*history, *later], [*sales, Window(NOON, NOON + DAY, 0)]) == before


def test_the_border_of_the_thirty_days_is_exact():
    since = NOON - LOOK_BACK
    cheap_until = [Point(since - 90 * DAY, 500)]
    assert lowest_before(NOON, [*cheap_until, Point(since, 900)], []) == 900
    assert lowest_before(NOON, [*cheap_until, Point(since + SECOND, 900)], []) == 500
    assert lowest_before(NOON, [Point(since - DAY, 900)], [Window(since - DAY, since, 500)]) == 900
    assert lowest_before(NOON, [Point(since - DAY, 900)], [Window(since - DAY, since + SECOND, 500)]) == 500


def test_back_to_back_sales_are_no_new_reduction():
    regular = [Point(NOON - 60 * DAY, 10_000)]
    first = Window(NOON - 10 * DAY, NOON, 7_000)
    assert lowest_before(first.starts_at, regular, [first]) == 10_000
    assert lowest_before(NOON, regular, [first]) == 7_000


def test_goods_younger_than_thirty_days_count_since_they_are_there_and_new_ones_have_no_past():
    assert lowest_before(NOON, [Point(NOON - 3 * DAY, 1200), Point(NOON - DAY, 1100)], []) == 1100
    assert lowest_before(NOON, [Point(NOON, 1200)], []) is None
    assert lowest_before(NOON, [], []) is None
    assert (
        lowest_before(NOON, [Point(NOON - 40 * DAY, 800), Point(NOON - 35 * DAY, None), Point(NOON - DAY, 900)], [])
        == 900
    )


@pytest.mark.parametrize("night", [(2026, 3, 29), (2026, 10, 25)])
def test_a_night_in_which_the_clock_is_changed_is_no_shorter_and_no_longer(night):
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(*night, 3, 30, tzinfo=berlin).astimezone(UTC)
    sale = Window(start - LOOK_BACK - DAY, start - LOOK_BACK, 500)
    regular = [Point(start - 90 * DAY, 900)]
    assert lowest_before(start, regular, [sale]) == 900
    assert lowest_before(start - SECOND, regular, [sale]) == 500
    # Asked with the time of that place instead of UTC, it is the same moment.
    assert lowest_before(start.astimezone(berlin), regular, [sale]) == 900


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], ""),
        ([[10, 900], [50, 800]], ""),
        ([[1, 900]], "quantity"),
        ([[True, 900]], "quantity"),
        ([[1000, 900]], "quantity"),
        ([[10, 1000]], "order"),
        ([[10, 900], [10, 800]], "order"),
        ([[10, 900], [50, 900]], "order"),
        ([[50, 900], [10, 800]], "order"),
        ([[10, -1]], "price"),
        ([[10, 9.5]], "price"),
        ([[minimum, 900 - minimum] for minimum in range(2, 15)], "many"),
    ],
)
def test_quantity_breaks(steps, problem):
    assert breaks_problem(steps, 1000) == problem


@given(st.integers(1, 999))
def test_the_price_follows_the_quantity(quantity):
    unit, useful = unit_for(1000, [[10, 900], [50, 800]], quantity)
    assert unit == (1000 if quantity < 10 else 900 if quantity < 50 else 800)
    assert useful == ((10, 900), (50, 800))


def test_breaks_above_a_sale_price_do_nothing():
    assert unit_for(850, [[10, 900], [50, 800]], 10) == (850, ((50, 800),))
    assert unit_for(850, [[10, 900], [50, 800]], 60) == (800, ((50, 800),))


@pytest.mark.parametrize(
    ("minor", "ending", "digits", "expected"),
    [
        ("1234.4", "", 2, 1234),
        ("1234.5", "", 2, 1235),
        ("1234", "00", 2, 1200),
        ("1250", "00", 2, 1300),
        ("1234", "99", 2, 1199),
        ("1249", "99", 2, 1299),
        ("1234", "95", 2, 1195),
        ("1250", "95", 2, 1295),
        ("1234", "50", 2, 1250),
        ("30", "99", 2, 30),
        ("40", "00", 2, 40),
        ("0", "00", 2, 0),
        ("1234", "99", 0, 1234),
        ("12340", "99", 3, 11990),
    ],
)
def test_endings(minor, ending, digits, expected):
    assert rounded(Decimal(minor), ending, digits) == expected


@given(st.decimals(0, 10**9, places=3), st.sampled_from(ENDINGS), st.sampled_from([0, 2, 3]))
def test_rounding_never_goes_further_than_half_a_unit_nor_below_nothing(minor, ending, digits):
    found = rounded(minor, ending, digits)
    assert found >= 0
    assert abs(found - minor) <= max(Decimal(10**digits) / 2, Decimal("0.5"))
    assert rounded(Decimal(found), ending, digits) == found


def test_other_currencies():
    assert converted(1999, Decimal("0.95"), 2, 2) == Decimal("1899.05")
    assert converted(1999, Decimal("160"), 2, 0) == Decimal("3198.4")
    assert converted(100, Decimal("0.002"), 0, 3) == Decimal("200")


def test_less_by_percent_or_amount():
    assert reduced(1999, percent=Decimal(20), amount_minor=None, ending="", digits=2) == 1599
    assert reduced(1999, percent=Decimal(20), amount_minor=None, ending="99", digits=2) == 1599
    assert reduced(1999, percent=None, amount_minor=500, ending="95", digits=2) == 1495
    assert reduced(300, percent=None, amount_minor=500, ending="99", digits=2) == 0
    assert reduced(1999, percent=Decimal(100), amount_minor=None, ending="99", digits=2) == 0


def test_the_states_of_a_sale_meet_at_the_second():
    start, end = NOON, NOON + DAY
    assert [sale_state(start, end, None, at) for at in (start - SECOND, start, end - SECOND, end)] == [
        "planned", "running", "running", "over",
    ]  # fmt: skip
    assert sale_state(start, end, start - DAY, start + SECOND) == "cancelled"
    assert sale_state(start, start + SECOND, start + SECOND, start + DAY) == "over"
