from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.money import Money
from stoa.operations.checkout.rules import PricedLine, TaxLine, tax_of, totals

RATES = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "8.1", "19", "19.000", "20", "25", "27")])
LINES = st.lists(
    st.builds(PricedLine, st.integers(0, 10**10), st.integers(1, 999), RATES), min_size=0, max_size=12
)  # fmt: skip


@given(LINES, st.integers(0, 10**6), RATES, st.booleans())
def test_every_sum_adds_up(lines: list[PricedLine], delivery: int, delivery_rate: Decimal, includes: bool) -> None:
    sums = totals(lines, prices_include_tax=includes, delivery_minor=delivery, delivery_tax_percent=delivery_rate)

    assert [line.total_minor for line in sums.lines] == [line.unit_minor * line.quantity for line in lines]
    assert sums.goods_minor == sum(line.total_minor for line in sums.lines)
    assert sums.tax_minor == sum(line.tax_minor for line in sums.lines) + sums.delivery_tax_minor
    assert sums.tax_minor == sum(line.tax_minor for line in sums.tax_lines)
    assert sums.tax_added_minor == (0 if includes else sums.tax_minor)
    assert sums.total_minor == sums.goods_minor + sums.delivery_minor + sums.tax_added_minor
    assert sum(line.gross_minor for line in sums.tax_lines) == sums.total_minor
    assert all(line.net_minor + line.tax_minor == line.gross_minor for line in sums.tax_lines)
    assert len({line.percent for line in sums.tax_lines}) == len(sums.tax_lines)
    assert min(sums.goods_minor, sums.tax_minor, sums.total_minor, *(line.net_minor for line in sums.tax_lines), 0) == 0


@given(st.integers(0, 10**12), RATES)
def test_tax_is_within_half_a_unit_of_the_exact_one(amount: int, rate: Decimal) -> None:
    assert abs(tax_of(amount, rate, is_included=False) - Decimal(amount) * rate / 100) <= Decimal("0.5")
    exact = Decimal(amount) * rate / (100 + rate)
    assert abs(tax_of(amount, rate, is_included=True) - exact) <= Decimal("0.5000001")


@given(st.integers(0, 10**9), RATES)
def test_the_tax_in_a_gross_price_is_the_tax_on_its_net_price(net: int, rate: Decimal) -> None:
    tax = tax_of(net, rate, is_included=False)
    assert abs(tax_of(net + tax, rate, is_included=True) - tax) <= 1


def test_prices_with_tax_name_the_part_that_is_tax() -> None:
    sums = totals(
        [PricedLine(1190, 2, Decimal(19)), PricedLine(535, 1, Decimal(7))],
        prices_include_tax=True, delivery_minor=490, delivery_tax_percent=Decimal(19),
    )  # fmt: skip
    assert (sums.goods_minor, sums.delivery_minor, sums.tax_added_minor, sums.total_minor) == (2915, 490, 0, 3405)
    assert sums.tax_minor == 380 + 35 + 78
    assert sums.tax_lines == (
        TaxLine(Decimal(19), 2870 - 458, 458, 2870),
        TaxLine(Decimal(7), 500, 35, 535),
    )


def test_prices_without_tax_have_it_added() -> None:
    sums = totals(
        [PricedLine(1000, 3, Decimal(19))],
        prices_include_tax=False,
        delivery_minor=500,
        delivery_tax_percent=Decimal(19),
    )
    assert (sums.goods_minor, sums.tax_minor, sums.tax_added_minor, sums.total_minor) == (3000, 665, 665, 4165)
    assert sums.tax_lines == (TaxLine(Decimal(19), 3500, 665, 4165),)


def test_each_line_is_rounded_for_itself() -> None:
    # 19 % of 0.13 is 0.0247: three lines of it are three times 2 cents, not 7.
    sums = totals([PricedLine(13, 1, Decimal(19))] * 3, prices_include_tax=False)
    assert sums.tax_minor == 6
    # Half a unit goes away from zero: 5 % of 10 is 0.5.
    assert totals([PricedLine(10, 1, Decimal(5))], prices_include_tax=False).tax_minor == 1


def test_free_delivery_and_an_empty_cart_leave_no_tax_line() -> None:
    assert totals([], prices_include_tax=True, delivery_tax_percent=Decimal(19)).tax_lines == ()


def test_one_rate_written_in_two_ways_is_one_rate() -> None:
    sums = totals([PricedLine(100, 1, Decimal("19")), PricedLine(100, 1, Decimal("19.000"))], prices_include_tax=True)
    assert len(sums.tax_lines) == 1


@pytest.mark.parametrize(
    ("currency", "unit", "tax", "shown"),
    [("JPY", 1980, 198, "2178"), ("BHD", 12345, 1235, "13.580"), ("EUR", 1995, 200, "21.95")],
)
def test_currencies_of_any_exponent_count_in_their_own_minor_units(
    currency: str, unit: int, tax: int, shown: str
) -> None:
    sums = totals([PricedLine(unit, 1, Decimal(10))], prices_include_tax=False)
    assert sums.tax_minor == tax
    assert Money(sums.total_minor, currency).decimal == Decimal(shown)


@pytest.mark.parametrize(
    "line", [PricedLine(-1, 1, Decimal(0)), PricedLine(1, 0, Decimal(0)), PricedLine(1, -2, Decimal(0))]
)
def test_a_sale_has_no_negative_price_and_no_quantity_below_one(line: PricedLine) -> None:
    with pytest.raises(ValueError, match="neither negative prices"):
        totals([line], prices_include_tax=True)


def test_delivery_is_not_negative() -> None:
    with pytest.raises(ValueError, match="neither negative prices"):
        totals([], prices_include_tax=True, delivery_minor=-1)
