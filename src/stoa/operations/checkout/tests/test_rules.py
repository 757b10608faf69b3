from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.kernel.money import Money
from stoa.operations.checkout.rules import PricedLine, totals
from stoa.operations.tax.reckoning import ROUNDINGS, Levy, Taxed, reckon
from stoa.operations.tax.rules import TaxLine, tax_of

RATES = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "8.1", "19", "19.000", "20", "25", "27")])


@st.composite
def _line(draw: st.DrawFn) -> PricedLine:
    unit, quantity = draw(st.integers(0, 10**10)), draw(st.integers(1, 999))
    discount = draw(st.one_of(st.just(0), st.just(unit * quantity), st.integers(0, unit * quantity)))
    return PricedLine(unit, quantity, draw(RATES), discount)


LINES = st.lists(_line(), min_size=0, max_size=12)


@given(LINES, st.integers(0, 10**6), RATES, st.booleans())
def test_every_sum_adds_up(lines: list[PricedLine], delivery: int, delivery_rate: Decimal, includes: bool) -> None:
    sums = totals(lines, prices_include_tax=includes, delivery_minor=delivery, delivery_tax_percent=delivery_rate)

    assert [line.total_minor for line in sums.lines] == [
        line.unit_minor * line.quantity - line.discount_minor for line in lines
    ]
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


def test_tax_is_on_what_a_discount_leaves() -> None:
    sums = totals([PricedLine(1190, 2, Decimal(19), discount_minor=380)], prices_include_tax=True)
    assert (sums.lines[0].total_minor, sums.lines[0].tax_minor) == (2000, 319)
    assert (sums.goods_minor, sums.total_minor, sums.tax_minor) == (2000, 2000, 319)
    assert sums.tax_lines == (TaxLine(Decimal(19), 1681, 319, 2000),)


def test_a_line_that_is_given_away_costs_nothing_and_is_taxed_with_nothing() -> None:
    sums = totals([PricedLine(1000, 1, Decimal(19), discount_minor=1000)], prices_include_tax=False)
    assert (sums.total_minor, sums.tax_minor) == (0, 0)


@pytest.mark.parametrize("discount", [-1, 2001])
def test_a_discount_is_not_below_nothing_and_not_above_its_line(discount: int) -> None:
    with pytest.raises(ValueError, match="a discount is not below 0"):
        totals([PricedLine(1000, 2, Decimal(19), discount_minor=discount)], prices_include_tax=True)


_PERCENTS = st.decimals("0", "99.999", places=3)
_LEVIES = st.lists(
    st.builds(Levy, _PERCENTS, st.sampled_from(["", "GST", "PST"]), st.sampled_from(["", "CA"])),
    min_size=1, max_size=3, unique=True,
).map(tuple)  # fmt: skip


@given(
    st.lists(st.tuples(_line(), _LEVIES), max_size=8), st.integers(0, 10**6), _LEVIES,
    st.booleans(), st.booleans(), st.sampled_from(ROUNDINGS),
)  # fmt: skip
def test_any_taxes_in_any_rounding_agree_to_the_unit(rows, delivery, delivery_levies, follows, includes, rounding):  # type: ignore[no-untyped-def]
    lines = [
        PricedLine(line.unit_minor, line.quantity, sum(levy.percent for levy in levies), line.discount_minor, levies)
        for line, levies in rows
    ]
    sums = totals(
        lines, prices_include_tax=includes, delivery_minor=delivery, delivery_levies=delivery_levies,
        delivery_follows_goods=follows, rounding=rounding,
    )  # fmt: skip
    assert sum(line.tax_minor for line in sums.lines) + sums.delivery_tax_minor == sums.tax_minor
    assert sum(line.tax_minor for line in sums.tax_lines) == sums.tax_minor
    assert sum(line.gross_minor - line.shared_net_minor for line in sums.tax_lines) == sums.total_minor
    assert sums.total_minor == sums.goods_minor + delivery + sums.tax_added_minor
    assert all(line.tax_minor >= 0 and line.net_minor >= 0 for line in sums.tax_lines)
    assert all(line.tax_minor >= 0 for line in sums.lines)
    assert not includes or all(line.tax_minor <= line.total_minor for line in sums.lines)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=9), _PERCENTS, st.booleans())
def test_one_tax_per_rate_or_order_is_the_tax_of_the_sum(amounts: list[int], percent: Decimal, includes: bool) -> None:
    items = [Taxed(amount, (Levy(percent),)) for amount in amounts]
    for rounding in ("rate", "order"):
        cells = reckon(items, is_included=includes, rounding=rounding)
        assert abs(sum(map(sum, cells)) - tax_of(sum(amounts), percent, is_included=includes)) <= 0


def test_three_ways_of_rounding() -> None:
    # 19 % of 0.13 is 0.0247, 7 % of 0.20 is 0.014.
    lines = [PricedLine(13, 1, Decimal(19))] * 3 + [PricedLine(20, 1, Decimal(7))] * 2
    by = {rounding: totals(lines, prices_include_tax=False, rounding=rounding) for rounding in ROUNDINGS}
    assert {rounding: sums.tax_minor for rounding, sums in by.items()} == {"line": 8, "rate": 10, "order": 10}
    assert [line.tax_minor for line in by["rate"].lines] == [3, 2, 2, 2, 1]
    assert [line.tax_minor for line in by["order"].tax_lines] == [7, 3]


def test_two_taxes_on_the_same_goods_are_shown_each() -> None:
    levies = (Levy(Decimal(5), "GST", "CA"), Levy(Decimal(7), "PST", "CA-BC"))
    sums = totals([PricedLine(1999, 1, Decimal(12), 0, levies)], prices_include_tax=False)
    assert sums.tax_lines == (
        TaxLine(Decimal(7), 1999, 140, 2139, "PST", "CA-BC", 1999),
        TaxLine(Decimal(5), 1999, 100, 2099, "GST", "CA", 0),
    )
    assert sums.total_minor == 1999 + 240


def test_delivery_may_be_taxed_as_the_goods_are() -> None:
    lines = [PricedLine(3000, 1, Decimal(19)), PricedLine(1000, 1, Decimal(7))]
    sums = totals(lines, prices_include_tax=False, delivery_minor=401, delivery_follows_goods=True)
    assert sums.delivery_tax_minor == 57 + 7
    assert [(line.percent, line.net_minor) for line in sums.tax_lines] == [(19, 3301), (7, 1100)]


def test_an_unknown_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match="no rounding is called"):
        totals([], prices_include_tax=True, rounding="up")
