"""When people answer: weekly hours as somebody writes them and as the shop keeps them. Pure.

Kept as rows ``[weekday, opens, closes]``: 0 is Monday, times are "HH:MM" in the zone of the market, in their order; "24:00"
is the end of a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_SPANS = 4
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)

Row = tuple[int, str, str]


def spans_of(text: str) -> list[tuple[str, str]]:
    """``"9-12:30, 14–18"`` as [("09:00", "12:30"), ("14:00", "18:00")]; blank is none. Raises ValueError."""
    found = []
    for part in filter(None, (each.strip() for each in re.split(r"[,;]", text))):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(part)
        found.append((_time(match[1], match[2]), _time(match[3], match[4])))
    if not _in_order(found):
        raise ValueError(text)
    return found


def text_of(rows: Iterable[Sequence[Any]], day: int) -> str:
    """How ``spans_of`` reads it again: ``09:00-12:30, 14:00-18:00``."""
    return ", ".join(f"{opens}-{closes}" for each, opens, closes in rows if each == day)


def is_valid(rows: object) -> bool:
    """Whether these are rows as the shop keeps them: known days, whole times, in order, none over another."""
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        return False
    days = [row[0] for row in rows]
    return days == sorted(days) and all(
        _in_order([(row[1], row[2]) for row in rows if row[0] == day]) for day in set(days)
    )


def grouped(rows: Iterable[Sequence[Any]]) -> list[tuple[int, int, tuple[tuple[str, str], ...]]]:
    """(first day, last day, spans) of days next to each other that have the same hours; closed days are left out."""
    kept = [tuple(row) for row in rows]
    by_day = [tuple((opens, closes) for each, opens, closes in kept if each == day) for day in range(7)]
    found = []
    for spans, days in groupby(range(7), key=lambda day: by_day[day]):
        here = list(days)
        if spans:
            found.append((here[0], here[-1], spans))
    return found


def _time(hours: str, minutes: str | None) -> str:
    text = f"{int(hours):02}:{minutes or '00'}"
    if not _TIME.fullmatch(text) and text != "24:00":
        raise ValueError(text)
    return text


def _in_order(spans: Sequence[tuple[str, str]]) -> bool:
    """Each ends after it begins, and before the next one."""
    flat = [time for span in spans for time in span]
    within = all(opens < closes for opens, closes in spans)
    return len(spans) <= MOST_SPANS and within and flat == sorted(flat)


def _is_row(row: object) -> bool:
    if not (isinstance(row, list | tuple) and len(row) == 3):
        return False
    day, opens, closes = row
    is_day = isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= 6
    is_times = isinstance(opens, str) and isinstance(closes, str) and bool(_TIME.fullmatch(opens))
    return is_day and is_times and bool(_TIME.fullmatch(closes) or closes == "24:00")
