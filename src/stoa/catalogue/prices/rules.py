"""What a price may be, what it comes to for a quantity, and which was the lowest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Far above any price, far below the end of a bigint, so that sums of lines stay inside it.
HIGHEST_MINOR = 10**13
MOST_BREAKS = 12
HIGHEST_QUANTITY = 999
# What a computed price may end in: as it comes, on a whole unit, or just below one.
ENDINGS = ("", "00", "99", "95", "90", "50")

# Directive 98/6/EC, article 6a: the prior price is the lowest applied in a period of not less than 30 days before.
# A day is 24 hours here, so that a night in which the clock is changed neither shortens nor lengthens the period.
LOOK_BACK = timedelta(days=30)

Steps = Sequence[Sequence[int]]


def price_problem(amount_minor: object, compare_at_minor: object = None) -> str:
    """``""`` for a usable pair (minor units), else ``price`` or ``compare_at``: which of them is wrong."""
    if not _is_amount(amount_minor):
        return "price"
    if compare_at_minor is None:
        return ""
    if not _is_amount(compare_at_minor) or compare_at_minor <= amount_minor:  # type: ignore[operator]
        return "compare_at"
    return ""


def breaks_problem(steps: Steps, amount_minor: int | None = None) -> str:
    """``""`` for usable quantity breaks, else what is wrong: ``many``, ``quantity``, ``price`` or ``order``.

    Steps are (from how many, minor units): from 2 on, quantities rising, prices falling, all below ``amount_minor``.
    """
    if len(steps) > MOST_BREAKS:
        return "many"
    quantity, price = 1, amount_minor
    for minimum, amount in steps:
        if not isinstance(minimum, int) or isinstance(minimum, bool) or not 2 <= minimum <= HIGHEST_QUANTITY:
            return "quantity"
        if not _is_amount(amount):
            return "price"
        if minimum <= quantity or (price is not None and amount >= price):
            return "order"
        quantity, price = minimum, amount
    return ""


def unit_for(amount_minor: int, steps: Steps, quantity: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """What one costs when ``quantity`` are bought, and the steps that are below ``amount_minor`` (the others do nothing)."""
    useful = tuple((minimum, amount) for minimum, amount in steps if amount < amount_minor)
    unit = amount_minor
    for minimum, amount in useful:
        if quantity >= minimum:
            unit = amount
    return unit, useful


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
    """The lowest price (minor units) that held at any moment of the 30 days before ``start``, itself not included.

    Younger goods: since they have a price. None where they had none. As the lower of regular price and sale price is
    charged at any moment, the lowest of all is the lowest of both.
    """
    # In UTC: Python subtracts days from the time on the wall of any other zone.
    since = start.astimezone(UTC) - LOOK_BACK
    ordered = sorted((point for point in points if point.at < start), key=lambda point: point.at)
    held = [point.amount_minor for point in ordered if point.at > since]
    held += [point.amount_minor for point in ordered if point.at <= since][-1:]
    held += [sale.amount_minor for sale in sales if sale.starts_at < start and sale.ends_at > since]
    return min((amount for amount in held if amount is not None), default=None)


def converted(minor: int, factor: Decimal, digits_from: int, digits_to: int) -> Decimal:
    """``minor`` units of a currency with ``digits_from`` decimal places, times ``factor``, in those of another; exact."""
    return Decimal(minor) * factor * Decimal(10) ** (digits_to - digits_from)


def rounded(minor: Decimal, ending: str, digits: int) -> int:
    """The price nearest to ``minor`` that has the ending ("00", "99" ... of a unit; "" for any), the higher of two.

    Below the lowest price with that ending, and in currencies without decimal places, it is only made whole.
    """
    whole = int(minor.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if not ending or digits == 0:
        return max(whole, 0)
    unit = 10**digits
    tail = int(Decimal(ending) * unit / 100)
    if minor < tail or (tail == 0 and minor < unit):
        return max(whole, 0)
    steps = ((minor - tail) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(steps) * unit + tail


def reduced(minor: int, *, percent: Decimal | None, amount_minor: int | None, ending: str, digits: int) -> int:
    """A regular price less ``percent`` or less ``amount_minor``, with the ending; never below 0."""
    less = Decimal(minor) * (100 - percent) / 100 if percent is not None else Decimal(minor - (amount_minor or 0))
    return rounded(max(less, Decimal(0)), ending, digits)


def sale_state(starts_at: datetime, ends_at: datetime, cancelled_at: datetime | None, now: datetime) -> str:
    """``planned``, ``running``, ``over`` (also one that was ended early), or ``cancelled`` before it ever held."""
    if cancelled_at is not None and cancelled_at <= starts_at:
        return "cancelled"
    if now < starts_at:
        return "planned"
    return "running" if now < ends_at else "over"


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_MINOR
