from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.bulk.models import BulkEdit
from stoa.catalogue.bulk.rules import ROUNDINGS, by_amount, by_percent, rounded_price, with_item, without_item
from stoa.catalogue.bulk.states import BUSY, STEPS, may_become


@pytest.mark.parametrize(
    ("minor", "percent", "rounding", "new"),
    [
        (1990, "-10", "", 1791), (1990, "-10", "99", 1799), (1990, "-10", "95", 1795), (1990, "-10", "00", 1800),
        (1990, "-10", "step_5", 1790), (1990, "-10", "step_500", 2000), (1990, "2.5", "", 2040), (333, "0.5", "", 335),
        (199, "-90", "step_500", 500), (0, "10", "step_500", 0), (1049, "0.1", "99", 1099), (1000, "10", "90", 1090),
    ],
)  # fmt: skip
def test_percent(minor: int, percent: str, rounding: str, new: int) -> None:
    assert by_percent(minor, Decimal(percent), rounding, 2) == new


def test_amount_never_goes_below_nothing() -> None:
    assert by_amount(1000, -250, "", 2) == 750
    assert by_amount(1000, -1000, "", 2) == 0
    assert by_amount(1000, -1001, "", 2) is None
    assert by_amount(1000, 33, "99", 2) == 999
    assert by_amount(1000, 60, "99", 2) == 1099


def test_currencies_without_decimal_places_have_no_ending_but_steps() -> None:
    assert rounded_price(Decimal(1234), "99", 0) == 1234
    assert rounded_price(Decimal(1234), "step_500", 0) == 1235
    assert rounded_price(Decimal(12_340), "step_500", 3) == 10_000


@given(st.integers(0, 10**9), st.sampled_from(ROUNDINGS), st.sampled_from([0, 2, 3]))
def test_rounding_is_near_repeatable_and_never_free(minor: int, rounding: str, digits: int) -> None:
    new = rounded_price(Decimal(minor), rounding, digits)
    assert rounded_price(Decimal(new), rounding, digits) == new
    assert new >= 0
    assert new > 0 or minor == 0
    assert abs(new - minor) <= (5 if rounding == "step_500" else 1) * 10**digits or rounding == "step_5"


def test_lists_keep_their_order() -> None:
    assert with_item([1, 2], 2) == [1, 2]
    assert with_item([1, 2], 3) == [1, 2, 3]
    assert with_item([1, 2], 2, is_first=True) == [2, 1]
    assert without_item([1, 2, 1], 1) == [2]


def test_every_state_is_in_the_table_and_the_ends_are_ends() -> None:
    assert set(STEPS) == set(BulkEdit.State.values)
    assert set(STEPS) >= BUSY
    assert not may_become("undone", "applying")
    assert not may_become("planning", "applying")
    assert all(target in STEPS for targets in STEPS.values() for target in targets)
