from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.operations.tax.rules import TaxLine, in_force, split, sums_by_rate, tax_of

amounts = st.integers(0, 10**12)
percents = st.decimals(0, Decimal("99.999"), places=3)
rates = st.sampled_from([Decimal(text) for text in ("0", "5.5", "7.000", "19", "25.500", "4.8")])


@given(amounts, percents, st.booleans())
def test_net_and_tax_are_gross(amount, percent, is_included):
    line = split(amount, percent, is_included=is_included)
    assert line.net_minor + line.tax_minor == line.gross_minor
    assert (line.gross_minor if is_included else line.net_minor) == amount
    assert line.net_minor >= 0
    assert line.tax_minor >= 0


@given(amounts, percents, st.booleans())
def test_the_tax_is_off_by_half_a_unit_at_most(amount, percent, is_included):
    exact = Decimal(amount) * percent / (100 + percent if is_included else 100)
    assert abs(tax_of(amount, percent, is_included=is_included) - exact) <= Decimal("0.5")


@given(amounts, percents)
def test_the_tax_added_to_a_net_amount_is_the_tax_in_the_gross(net, percent):
    gross = split(net, percent, is_included=False).gross_minor
    back = split(gross, percent, is_included=True)
    assert (back.net_minor, back.gross_minor) == (net, gross)


@given(amounts, percents)
def test_a_gross_amount_taken_apart_and_taxed_again_is_off_by_a_unit_at_most(gross, percent):
    # Not every gross is the gross of a whole net: at 19 %, 1.03 is none.
    net = split(gross, percent, is_included=True).net_minor
    assert abs(split(net, percent, is_included=False).gross_minor - gross) <= 1


@given(amounts, percents, st.booleans())
def test_a_credit_mirrors_its_sale(amount, percent, is_included):
    sale, credit = (split(sign * amount, percent, is_included=is_included) for sign in (1, -1))
    assert (credit.net_minor, credit.tax_minor) == (-sale.net_minor, -sale.tax_minor)


@given(st.lists(st.tuples(amounts, rates), max_size=20), st.booleans())
def test_sums_by_rate_are_the_sums_of_the_lines(lines, is_included):
    taxed = [split(amount, percent, is_included=is_included) for amount, percent in lines]
    sums = sums_by_rate(taxed)
    for name in ("net_minor", "tax_minor", "gross_minor"):
        assert sum(getattr(line, name) for line in sums) == sum(getattr(line, name) for line in taxed)
    assert all(line.net_minor + line.tax_minor == line.gross_minor for line in sums)
    assert [line.percent for line in sums] == sorted({percent for _, percent in lines}, reverse=True)


def test_lines_are_rounded_one_by_one():
    # Three times 0.99 at 19 %: 0.16 each, 0.48 together; the sum of 2.97 alone would hold 0.47.
    lines = [split(99, Decimal(19), is_included=True)] * 3
    assert sums_by_rate(lines) == (TaxLine(Decimal(19), 249, 48, 297),)
    assert tax_of(297, Decimal(19), is_included=True) == 47


def test_the_same_rate_in_another_spelling_is_one_rate():
    lines = [split(100, Decimal("7"), is_included=False), split(100, Decimal("7.000"), is_included=False)]
    assert sums_by_rate(lines) == (TaxLine(Decimal(7), 200, 14, 214),)


@pytest.mark.parametrize(
    ("amount", "percent", "is_included", "tax"),
    [
        (11900, "19", True, 1900),
        (10000, "19", False, 1900),
        (100, "25.5", False, 26),
        (125, "0", True, 0),
        (50, "1", False, 1),
        (49, "1", False, 0),
        (1, "20", True, 0),
    ],
)
def test_tax_of_an_amount(amount, percent, is_included, tax):
    assert tax_of(amount, Decimal(percent), is_included=is_included) == tax


def test_the_step_in_force():
    first, second = date(2020, 7, 1), date(2021, 1, 1)
    steps = [(first, Decimal(16)), (second, Decimal(19))]
    assert in_force(steps, first - timedelta(days=1)) is None
    assert in_force(steps, first) == 16
    assert in_force(steps, second - timedelta(days=1)) == 16
    assert in_force(steps, second) == 19
    assert in_force([], first) is None
