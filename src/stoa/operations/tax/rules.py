"""Tax in and on amounts. Pure arithmetic on minor units.

Rounding, the policy ``per line, half up``: the tax of a line is rounded to a whole minor unit, half away from zero, and
every sum adds up rounded lines, so that what a page shows line by line is what the invoice says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stoa.kernel.money import round_minor

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """``net`` + ``tax`` = ``gross``, exactly."""

    percent: Decimal
    net_minor: int
    tax_minor: int
    gross_minor: int


def tax_of(amount_minor: int, percent: Decimal, *, is_included: bool) -> int:
    """The tax in an amount that includes it, or on an amount that does not; ``percent`` such as 19.000."""
    base = _HUNDRED + percent if is_included else _HUNDRED
    return round_minor(Decimal(amount_minor) * percent / base)


def split(amount_minor: int, percent: Decimal, *, is_included: bool) -> TaxLine:
    """One line as net, tax and gross: ``amount_minor`` is the gross where tax ``is_included``, else the net."""
    tax = tax_of(amount_minor, percent, is_included=is_included)
    net = amount_minor - tax if is_included else amount_minor
    return TaxLine(percent, net, tax, net + tax)


def sums_by_rate(lines: Iterable[TaxLine]) -> tuple[TaxLine, ...]:
    """The lines added up for each rate, the highest first."""
    sums: dict[Decimal, tuple[int, int, int]] = {}
    for line in lines:
        net, tax, gross = sums.get(line.percent, (0, 0, 0))
        sums[line.percent] = (net + line.net_minor, tax + line.tax_minor, gross + line.gross_minor)
    return tuple(TaxLine(percent, *sums[percent]) for percent in sorted(sums, reverse=True))


def in_force(steps: Sequence[tuple[date, Decimal]], on: date) -> Decimal | None:
    """The rate of a day from dated steps in ascending order; None before the first."""
    position = bisect_right(steps, on, key=lambda step: step[0])
    return steps[position - 1][1] if position else None
