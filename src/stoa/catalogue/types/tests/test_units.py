from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.types.units import LARGEST, SCALE, UNITS, alike, from_stored, is_kept, plain, to_stored, unit_of


@pytest.mark.parametrize(
    ("text", "unit", "stored"),
    [
        ("12", "mm", 12 * SCALE), ("12 mm", "cm", 12 * SCALE), ("12cm", "mm", 120 * SCALE), ("1,5", "m", 1500 * SCALE),
        ("1.5 kg", "g", 1500 * SCALE), ("0,35 l", "ml", 350 * SCALE), ("1 200 ml", "l", 1200 * SCALE),
        ("1.200,5", "g", 1200 * SCALE + SCALE // 2), ("1,200.5", "g", 1200 * SCALE + SCALE // 2), ("1'000", "", 1000 * SCALE),
        ("5 in", "cm", 127 * SCALE), ('5"', "cm", 127 * SCALE), ("1 oz", "g", 28_349_523_125), ("-3", "", -3 * SCALE),
        ("−3", "", -3 * SCALE), ("1200 lm", "lm", 1200 * SCALE), ("60 min", "h", 3600 * SCALE), ("7 %", "%", 7 * SCALE),
    ],
)  # fmt: skip
def test_what_is_typed_is_stored_in_the_base_unit_exactly(text: str, unit: str, stored: int) -> None:
    assert to_stored(text, unit) == stored


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "mm"), ("wide", "mm"), ("12 kg", "mm"), ("12 lm", "mm"), ("1,200", "mm"), ("1e5", ""), ("1.2.3", ""), ("--1", ""),
        ("NaN", ""), ("Infinity", ""), ("9" * 30, ""), ("10000000000", "mm"), ("٣", "mm"), ("5 W", "lm"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_the_unit_is_refused(text: str, unit: str) -> None:
    assert to_stored(text, unit) is None


@given(st.sampled_from(sorted(UNITS)), st.integers(0, 4), st.integers(-(10**9), 10**9))
def test_a_value_in_any_unit_comes_back_as_it_was_typed(unit: str, decimals: int, digits: int) -> None:
    typed = Decimal(digits).scaleb(-decimals)
    stored = to_stored(f"{typed:f}", unit)
    if stored is None:
        assert abs(typed * UNITS[unit].factor * SCALE) > LARGEST
        return
    if UNITS[unit].factor >= Decimal("0.01"):
        assert from_stored(stored, unit, decimals) == typed
        assert is_kept(stored, unit, decimals)
        assert to_stored(plain(stored, unit, decimals), unit) == stored


def test_values_are_shown_without_needless_zeros() -> None:
    assert plain(12 * SCALE, "mm", 0) == "12"
    assert plain(12 * SCALE, "cm", 2) == "1.2"
    assert plain(100 * SCALE, "mm", 1) == "100"
    assert plain(-1, "mm", 1) == "0"
    assert not is_kept(12 * SCALE, "cm", 0)


def test_units_are_known_by_their_other_names() -> None:
    assert [unit_of(text) for text in ("cm2", " m3 ", "L", "inch", "lm")] == ["cm²", "m³", "l", "in", "lm"]
    assert alike("l")[:4] == ["l", "ml", "cl", "dl"]
    assert alike("lm") == ["lm"]
    assert alike("") == []
