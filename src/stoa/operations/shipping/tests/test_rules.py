from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.operations.shipping.rules import add_working_days, price, promise

MONDAY = date(2026, 3, 2)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(days, st.integers(0, 60))
def test_working_days_are_counted_one_by_one(day, count):
    expected = day
    while expected.weekday() > 4:
        expected += timedelta(days=1)
    for _ in range(count):
        expected += timedelta(days=1)
        while expected.weekday() > 4:
            expected += timedelta(days=1)
    assert add_working_days(day, count) == expected


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 4, date(2026, 3, 6)),
        (MONDAY, 5, date(2026, 3, 9)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2026, 3, 8), 2, date(2026, 3, 11)),
    ],
)
def test_weekends_do_not_count(start, count, expected):
    assert add_working_days(start, count) == expected


def test_a_promise_counts_from_the_day_the_goods_are_there():
    assert promise(MONDAY, 2, 4) == (date(2026, 3, 4), date(2026, 3, 6))
    assert promise(MONDAY, 2, 4, ready=date(2026, 3, 9)) == (date(2026, 3, 11), date(2026, 3, 13))
    assert promise(MONDAY, 2, 4, ready=date(2026, 1, 1)) == (date(2026, 3, 4), date(2026, 3, 6))
    assert promise(MONDAY, 3, 1) == (date(2026, 3, 5), date(2026, 3, 5))


@pytest.mark.parametrize(
    ("free_from", "goods", "expected"), [(None, 10**9, 490), (5000, 4999, 490), (5000, 5000, 0), (0, 0, 0)]
)
def test_goods_worth_enough_travel_for_nothing(free_from, goods, expected):
    assert price(490, free_from, goods) == expected
