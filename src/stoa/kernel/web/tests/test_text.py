from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.web.forms import QuantityError, clean_text, parse_quantity
from stoa.kernel.web.text import is_storable


@pytest.mark.parametrize(
    "raw", ["-1", "0", "-0", "1.5", "1e3", "+1", "٣", "", " 1", "1 ", "1000", "0x1", "１", None, [], True, 1, "1\n"]
)
def test_quantities_that_are_none(raw):
    with pytest.raises(QuantityError):
        parse_quantity(raw)


@pytest.mark.parametrize(("raw", "quantity"), [("1", 1), ("007", 7), ("999", 999)])
def test_quantities(raw, quantity):
    assert parse_quantity(raw) == quantity


def test_nothing_is_a_quantity_only_where_asked():
    assert parse_quantity("0", zero_allowed=True) == 0
    with pytest.raises(QuantityError):
        parse_quantity("-0", zero_allowed=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna\tMaria \n Müller ", "Anna Maria Müller"),
        ("a\x00b\x1fc\x7f", "abc"),
        ("Bcc:\r\nx", "Bcc: x"),
        ("u\u0308", "ü"),
        ("\u202eevil", "evil"),
        ("a\ud800b", "ab"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("x" * 10_000, "x" * 50),
    ],
)
def test_one_line_of_text(typed, kept):
    assert clean_text(typed, 50) == kept


def test_several_lines_of_text():
    assert clean_text("a\r\nb\rc\n", 50, multiline=True) == "a\nb\nc"


@given(st.text())
def test_cleaned_text_is_always_storable_and_stays_as_it_is(typed):
    cleaned = clean_text(typed, 40)
    assert is_storable(cleaned)
    assert len(cleaned) <= 40
    assert "\n" not in cleaned
    assert clean_text(cleaned, 40) == cleaned
