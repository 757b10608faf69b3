"""Tax of several amounts at once, rounded per line, per rate or per order. Pure arithmetic on minor units.

In every mode each line carries whole minor units and everything adds up: what rounding leaves over goes to the lines
with the largest remainders, and among equals to the first. Where tax is included, no line is taxed with more than itself;
a unit for which there is no room is not charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from stoa.operations.tax.rules import tax_of

LINE, RATE, ORDER = "line", "rate", "order"
ROUNDINGS = (LINE, RATE, ORDER)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Levy:
    """One tax: "GST" of "CA" at 5.000 percent. The label is blank where a country has one tax alone."""

    percent: Decimal
    label: str = ""
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount and its taxes. All of them are on the same base: a tax on a tax is written as the percent it comes to."""

    amount_minor: int
    levies: tuple[Levy, ...]

    @property
    def percent(self) -> Decimal:
        return sum((levy.percent for levy in self.levies), Decimal(0))


def reckon(items: Sequence[Taxed], *, is_included: bool, rounding: str = LINE) -> list[tuple[int, ...]]:
    """The tax of each item, one figure a levy. Raises ValueError for an unknown rounding."""
    if rounding not in ROUNDINGS:
        raise ValueError(f"no rounding is called {rounding}")
    if rounding == LINE:
        return [_of_one(item, is_included) for item in items]
    exact = [_exact(item, is_included) for item in items]
    cells = [[floor(share) for share in row] for row in exact]
    rooms = [item.amount_minor - sum(row) if is_included else -1 for item, row in zip(items, cells, strict=True)]
    keys = list(dict.fromkeys(levy for item in items for levy in item.levies))
    sums = {key: sum((e for i, r in zip(items, exact, strict=True) for k, e in zip(i.levies, r, strict=True) if k == key),
                     Fraction(0)) for key in keys}  # fmt: skip
    whole = {key: _half_up(value) for key, value in sums.items()}
    if rounding == ORDER:
        whole = dict(zip(keys, _shared(_half_up(sum(sums.values(), Fraction(0))), list(sums.values())), strict=True))
    for key in keys:
        places = [
            (row, column)
            for row, item in enumerate(items)
            for column, levy in enumerate(item.levies)
            if levy == key
        ]  # fmt: skip
        over = whole[key] - sum(cells[row][column] for row, column in places)
        places.sort(key=lambda at: (cells[at[0]][at[1]] - exact[at[0]][at[1]], at))
        for row, column in places:
            if over <= 0:
                break
            if rooms[row] != 0 and exact[row][column] > cells[row][column]:
                cells[row][column] += 1
                rooms[row] -= 1
                over -= 1
    return [tuple(row) for row in cells]


def _of_one(item: Taxed, is_included: bool) -> tuple[int, ...]:
    if len(item.levies) == 1:
        return (tax_of(item.amount_minor, item.levies[0].percent, is_included=is_included),)
    if not is_included:
        return tuple(tax_of(item.amount_minor, levy.percent, is_included=False) for levy in item.levies)
    return tuple(_shared(tax_of(item.amount_minor, item.percent, is_included=True), _exact(item, True)))


def _exact(item: Taxed, is_included: bool) -> list[Fraction]:
    base = Fraction(_HUNDRED + item.percent if is_included else _HUNDRED)
    return [Fraction(item.amount_minor) * Fraction(levy.percent) / base for levy in item.levies]


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def _shared(total: int, exact: Sequence[Fraction]) -> list[int]:
    """``total``, the rounded sum of ``exact``, as whole numbers: each next to its own."""
    parts = [floor(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda at: (parts[at] - exact[at], at))
    over = total - sum(parts)
    for at in order[: max(over, 0)]:
        parts[at] += 1
    return parts


def proportional(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """``amount_minor`` shared out by weight, exactly: the largest remainders get what is left over."""
    total = sum(weights)
    if not total:
        return [amount_minor, *[0] * (len(weights) - 1)] if weights else []
    return _shared(amount_minor, [Fraction(amount_minor * weight, total) for weight in weights])
