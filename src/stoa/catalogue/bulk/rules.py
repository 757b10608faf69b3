"""What bulk edits make of prices and lists. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from stoa.catalogue.prices.rules import ENDINGS, rounded

# As ``prices.rules.ENDINGS``, and steps: of 5 of the smallest unit (0.05), and of 5 whole ones.
STEPS = {"step_5": 5, "step_500": 500}
ROUNDINGS = (*ENDINGS, *STEPS)
LOWEST_PERCENT, HIGHEST_PERCENT = Decimal(-99), Decimal(1000)


def rounded_price(minor: Decimal, rounding: str, digits: int) -> int:
    """The price nearest to ``minor`` under a rule, the higher of two. ``digits``: decimal places of the currency."""
    if rounding not in STEPS:
        return rounded(minor, rounding, digits)
    step = 5 * 10**digits if rounding == "step_500" else 5
    steps = (minor / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    # What is worth something does not become free by rounding.
    return step if steps == 0 and minor > 0 else int(steps) * step


def by_percent(minor: int, percent: Decimal, rounding: str, digits: int) -> int:
    return rounded_price(Decimal(minor) * (100 + percent) / 100, rounding, digits)


def by_amount(minor: int, amount: int, rounding: str, digits: int) -> int | None:
    """None where it would be less than nothing."""
    return rounded_price(Decimal(minor + amount), rounding, digits) if minor + amount >= 0 else None


def with_item(items: Sequence[object], item: object, *, is_first: bool = False) -> list[object]:
    """``items`` with ``item``, at the end or (also if it is there) at the front."""
    others = [one for one in items if one != item]
    if is_first:
        return [item, *others]
    return list(items) if item in items else [*items, item]


def without_item(items: Sequence[object], item: object) -> list[object]:
    return [one for one in items if one != item]
