"""What delivery costs and when it comes. Pure."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def price(price_minor: int, free_from_minor: int | None, goods_minor: int) -> int:
    """Minor units; 0 for goods worth at least ``free_from_minor``."""
    return 0 if free_from_minor is not None and goods_minor >= free_from_minor else price_minor


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day`` (0: the day itself, or the Monday after a weekend)."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    weeks, rest = divmod(count, 5)
    day += timedelta(weeks=weeks)
    for _ in range(rest):
        day += timedelta(days=1 if day.weekday() + 1 < SATURDAY else 7 - day.weekday())
    return day


def promise(today: date, min_days: int, max_days: int, ready: date | None = None) -> tuple[date, date]:
    """First and last day on which an order of ``today`` arrives, in working days; goods that are ``ready`` later count
    from then on."""
    start = max(today, ready) if ready else today
    return add_working_days(start, min_days), add_working_days(start, max(min_days, max_days))
