from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.exchange.orders.countries import country_code
from stoa.exchange.orders.rules import (
    CREDITED,
    IMPORTED,
    Format,
    Line,
    RowFaultError,
    identifier,
    moment,
    outcome_of,
    read_line,
    text,
)

LONDON = ZoneInfo("Europe/London")
POUNDS = Format("GBP", LONDON)
SOUND = {"sku": "CUP", "title": "Tea cup", "quantity": "2", "unit_price": "2.50", "placed_at": "2024-07-05 10:15:00"}


def read(is_cancellation: bool = False, form: Format = POUNDS, **changes: object) -> Line:
    return read_line(7, {**SOUND, **changes}, is_cancellation=is_cancellation, form=form)


def test_a_sound_line():
    placed = datetime(2024, 7, 5, 9, 15, tzinfo=UTC)
    assert read() == Line(7, "CUP", "Tea cup", 2, 250, None, 500, placed)


@pytest.mark.parametrize(("changes", "why"), [
    ({"unit_price": "-11.62"}, "the price is negative: a correction of accounts, not goods"),
    ({"unit_price": "0"}, "the price is zero: nothing was sold"),
    ({"unit_price": "-0.0"}, "the price is zero: nothing was sold"),
    ({"unit_price": ""}, "no price"),
    ({"unit_price": None}, "no price"),
    ({"unit_price": math.nan}, "no price"),
    ({"unit_price": math.inf}, "the price is no number: 'inf'"),
    ({"unit_price": "NaN"}, "the price is no number: 'NaN'"),
    ({"unit_price": "1_000"}, "the price is no number: '1_000'"),
    ({"unit_price": "１２"}, "the price is no number: '１２'"),
    ({"unit_price": "2,50"}, "the price is no number: '2,50'"),
    ({"unit_price": "=1+1"}, "the price is no number: '=1+1'"),
    ({"unit_price": "1e12"}, "the price is out of all proportion"),
    ({"unit_price": "1e999"}, "the price is out of all proportion"),
    ({"unit_price": True}, "the price is no number: 'True'"),
    ({"quantity": "0"}, "the quantity is zero"),
    ({"quantity": "1.5"}, "the quantity is not whole: 1.5"),
    ({"quantity": "x"}, "the quantity is no number: 'x'"),
    ({"quantity": None}, "no quantity"),
    ({"quantity": "10000000000"}, "the quantity is out of all proportion"),
    ({"quantity": "1000000000", "unit_price": "999999999"}, "the amount is out of all proportion"),
    ({"sku": " "}, "no SKU"),
    ({"sku": None}, "no SKU"),
    ({"placed_at": ""}, "no date"),
    ({"placed_at": None}, "no date"),
    ({"placed_at": "05/07/2024"}, "not a date: '05/07/2024'"),
    ({"placed_at": "0001-01-01"}, "not a likely date: 1-01-01"),
])  # fmt: skip
def test_a_faulty_line_says_why(changes, why):
    with pytest.raises(RowFaultError) as caught:
        read(**changes)
    assert str(caught.value).replace("0001", "1") == why


def test_a_cancellation_gives_back():
    assert read(is_cancellation=True, quantity="-2").total_minor == -500
    with pytest.raises(RowFaultError, match="a cancellation with a positive quantity"):
        read(is_cancellation=True)


def test_a_price_finer_than_the_currency_is_kept_and_rounded_once_at_the_end():
    line = read(unit_price="0.125", quantity="3")
    assert (line.unit_minor, line.unit_exact, line.total_minor) == (13, Decimal("0.125"), 38)


def test_the_noise_of_floats_is_no_finer_price():
    line = read(unit_price=0.1 + 0.2, quantity=3)
    assert (line.unit_minor, line.unit_exact, line.total_minor) == (30, None, 90)


def test_currencies_of_zero_and_three_places():
    assert read(form=Format("JPY", LONDON), unit_price="120").total_minor == 240
    assert read(form=Format("BHD", LONDON), unit_price="1.234").total_minor == 2468


def test_a_decimal_comma_where_the_map_says_so():
    german = Format("EUR", LONDON, "%d.%m.%Y %H:%M", ",")
    line = read(form=german, unit_price="1.234,50", quantity="2,0", placed_at="05.07.2024 10:15")
    assert (line.unit_minor, line.quantity, line.placed_at) == (123450, 2, datetime(2024, 7, 5, 9, 15, tzinfo=UTC))
    # A number that is none of text has no comma to lose.
    assert read(form=german, unit_price=2.5, placed_at=date(2024, 7, 5)).unit_minor == 250


@given(
    quantity=st.integers(-10_000, 10_000).filter(bool),
    price=st.decimals("0.000001", "99999", places=6, allow_nan=False),
)
def test_the_total_is_quantity_times_price_rounded_half_up(quantity, price):
    line = read(quantity=str(quantity), unit_price=str(price))
    assert line.total_minor == int((quantity * price * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert (line.unit_exact is None) == (price * 100 == int(price * 100))
    assert outcome_of(line.quantity) == (CREDITED if quantity < 0 else IMPORTED)


def test_moments_of_any_kind():
    assert moment(datetime.fromisoformat("2024-07-05 10:00"), LONDON) == datetime(2024, 7, 5, 9, tzinfo=UTC)
    assert moment(date(2024, 7, 5), LONDON) == datetime(2024, 7, 4, 23, tzinfo=UTC)
    assert moment("2024-07-05T10:00+02:00", LONDON) == datetime(2024, 7, 5, 8, tzinfo=UTC)
    # The hour that the clock skips counts from the offset before.
    assert moment("2024-03-31 01:30", LONDON) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)


def test_names_as_tables_with_gaps_have_them():
    assert [identifier(v) for v in (17850.0, 17850, "17850", " A1 ", math.nan, None, 1.5)] == [
        "17850", "17850", "17850", "A1", "", "", "1.5",
    ]  # fmt: skip


def test_text_is_one_printable_line():
    assert text("a\0b\nc\ud800d ", 10) == "a b c d"
    assert text("abcdef", 3) == "abc"


def test_countries_by_name_by_code_and_by_the_map():
    assert country_code("United Kingdom", {}) == country_code("gb", {}) == "GB"
    assert country_code("EIRE", {"EIRE": "IE"}) == "IE"
    assert country_code("Wonderland", {}) == country_code("", {}) == ""
