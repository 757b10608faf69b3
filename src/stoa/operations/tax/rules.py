"""Tax in and on amounts. Pure arithmetic on minor units.

A tax is rounded half away from zero, and every sum adds up whole minor units, so that what a page shows line by line is
what the invoice says. Whether lines, rates or the order are rounded is ``reckoning``'s part.
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
    """``net`` + ``tax`` = ``gross``, exactly.

    Several taxes may lie on the same goods. Each names the whole of what it is on; ``shared_net_minor`` is the part of
    it that another tax of the order has named before, so that ``gross - shared_net`` of all adds up to the total.
    """

    percent: Decimal
    net_minor: int
    tax_minor: int
    gross_minor: int
    label: str = ""
    jurisdiction: str = ""
    shared_net_minor: int = 0


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
    """The lines added up for each tax and rate, the highest rate first."""
    sums: dict[tuple[Decimal, str, str], tuple[int, int, int, int]] = {}
    for line in lines:
        key = line.percent, line.label, line.jurisdiction
        net, tax, gross, shared = sums.get(key, (0, 0, 0, 0))
        sums[key] = (
            net + line.net_minor, tax + line.tax_minor, gross + line.gross_minor, shared + line.shared_net_minor,
        )  # fmt: skip
    ordered = sorted(sums, key=lambda key: (-key[0], key[1], key[2]))
    return tuple(
        TaxLine(key[0], net, tax, gross, key[1], key[2], shared)
        for key in ordered
        for net, tax, gross, shared in [sums[key]]
    )


def in_force(steps: Sequence[tuple[date, Decimal]], on: date) -> Decimal | None:
    """The rate of a day from dated steps in ascending order; None before the first."""
    position = bisect_right(steps, on, key=lambda step: step[0])
    return steps[position - 1][1] if position else None
