"""Which rows of the table of rates hold at a place. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stoa.operations.tax.reckoning import Levy

REGION = "region"


@dataclass(frozen=True, slots=True)
class RateRow:
    """One tax in one area, by its steps in ascending order of days. ``level``: who levies it, "country" or "region"."""

    region: str
    postcode: str
    label: str
    level: str
    steps: tuple[tuple[date, Decimal], ...]


def levies_at(
    rows: Iterable[RateRow], country: str, region: str, postal_code: str, on: date, levies: frozenset[str] | None
) -> tuple[Levy, ...] | None:
    """The taxes there on that day, by label; None where no row of them fits. ``levies``: see ``regimes.Place``."""
    found: dict[str, tuple[tuple[bool, bool, int], RateRow, Decimal]] = {}
    for row in rows:
        if row.region not in ("", region) or not (row.postcode == "" or fits(row.postcode, postal_code)):
            continue
        if row.level == REGION and levies is not None and f"{country}-{region}" not in levies:
            continue
        position = bisect_right(row.steps, on, key=lambda step: step[0])
        if not position:
            continue
        width = (bool(row.postcode), bool(row.region), len(row.postcode))
        if row.label not in found or width > found[row.label][0]:
            found[row.label] = width, row, row.steps[position - 1][1]
    if not found:
        return None
    taxes = [
        Levy(percent, label, f"{country}-{region}" if row.level == REGION else country)
        for label, (_, row, percent) in sorted(found.items())
    ]
    return tuple(levy for levy in taxes if levy.percent) or (taxes[0],)


def fits(patterns: str, postal_code: str) -> bool:
    """Whether a postal code is one of "1000", "10*", "1000...1999", with ";" between several."""
    code = _plain(postal_code)
    return bool(code) and any(_is(part, code) for part in map(str.strip, patterns.split(";")) if part)


def _is(pattern: str, code: str) -> bool:
    low, dots, high = pattern.partition("...")
    if dots:
        low, high = _plain(low), _plain(high)
        # A ZIP+4 lies where its first five digits do.
        return low <= code[: len(low)] <= high if len(low) == len(high) else False
    if pattern.endswith("*"):
        return code.startswith(_plain(pattern[:-1]))
    return code in (_plain(pattern),) or (len(code) == 9 and code.isdigit() and code[:5] == _plain(pattern))


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def problem_of(patterns: str) -> str:
    """What is wrong with a list of patterns; empty where nothing is."""
    for part in map(str.strip, patterns.split(";")):
        low, dots, high = part.partition("...")
        ends = (_plain(low), _plain(high))
        if dots and (len(ends[0]) != len(ends[1]) or not ends[0] or ends[0] > ends[1]):
            return f"{part} is no range of postal codes"
        if not dots and not _plain(part) and part != "*":
            return f"{part or patterns} is no postal code"
    return ""
