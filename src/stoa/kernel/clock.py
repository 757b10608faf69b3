"""The one source of time, so that a simulated year and a failing test replay exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_fixed: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC: the simulated one while ``at`` or ``set_time`` holds."""
    return _fixed if _fixed is not None else datetime.now(UTC)


def today(timezone: str) -> date:
    """The calendar day at ``timezone`` (an IANA name such as ``Europe/Berlin``)."""
    return now().astimezone(ZoneInfo(timezone)).date()


def set_time(moment: datetime | None) -> None:
    """Stop the clock of this process at ``moment`` (aware); ``None`` lets it run again."""
    global _fixed
    if moment is not None and moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    _fixed = moment.astimezone(UTC) if moment is not None else None


def advance(by: timedelta) -> datetime:
    """Move a stopped clock on. Raises RuntimeError while the clock runs."""
    if _fixed is None:
        raise RuntimeError("the clock is running; call set_time first")
    set_time(_fixed + by)
    return now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stop the clock at ``moment`` for the length of a block."""
    before = _fixed
    set_time(moment)
    try:
        yield
    finally:
        set_time(before)
