"""What a price may be. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Far above any price, far below the end of a bigint, so that sums of lines stay inside it.
HIGHEST_MINOR = 10**13


def price_problem(amount_minor: object, compare_at_minor: object = None) -> str:
    """``""`` for a usable pair (minor units), else ``price`` or ``compare_at``: which of them is wrong."""
    if not _is_amount(amount_minor):
        return "price"
    if compare_at_minor is None:
        return ""
    if not _is_amount(compare_at_minor) or compare_at_minor <= amount_minor:  # type: ignore[operator]
        return "compare_at"
    return ""


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_MINOR


# Directive 98/6/EC, article 6a: the prior price is the lowest applied in a period of not less than 30 days before.
# A day is 24 hours here, so that a night in which the clock is changed neither shortens nor lengthens the period.
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Point:
    """The regular price from ``at`` up to the next point; None where the variant was not on the list."""

    at: datetime
    amount_minor: int | None
    compare_at_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A sale price from ``starts_at`` up to, not including, ``ends_at``."""

    starts_at: datetime
    ends_at: datetime
    amount_minor: int


def lowest_before(start: datetime, points: Iterable[Point], sales: Iterable[Window]) -> int | None:
    """The lowest price (minor units) that held at any moment of the 30 days before ``start``, a moment itself not included.

    Younger goods: since they have a price. None where they had none. As the lower of regular price and sale price is
    charged at any moment, the lowest of all is the lowest of both.
    """
    since = start - LOOK_BACK
    ordered = sorted((point for point in points if point.at < start), key=lambda point: point.at)
    held = [point.amount_minor for point in ordered if point.at > since]
    before = [point.amount_minor for point in ordered if point.at <= since]
    held += before[-1:]
    on_sale = [sale.amount_minor for sale in sales if sale.starts_at < start and sale.ends_at > since]
    found = [amount for amount in (*held, *on_sale) if amount is not None]
    return min(found, default=None)
