"""Which rows of the table of rates hold at a place. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stoa.operations.tax.reckoning import Levy

REGION = "region"
_PATTERN = frozenset(";*")


@dataclass(frozen=True, slots=True)
class RateRow:
    """One tax in one area, by its steps in ascending order of days. ``level``: who levies it, "country" or "region"."""

    region: str
    postcode: str
    label: str
    level: str
    steps: tuple[tuple[date, Decimal], ...]


class RateTable:
    """The rows of a country and class, found by place without a look at all of them: a table of the United States has one
    for each of 40,000 postal codes."""

    def __init__(self, rows: Iterable[RateRow] = ()) -> None:
        self._wide: dict[str, list[RateRow]] = defaultdict(list)
        self._exact: dict[str, list[RateRow]] = defaultdict(list)
        for row in rows:
            if row.postcode and not _PATTERN & set(row.postcode) and "..." not in row.postcode:
                self._exact[_plain(row.postcode)].append(row)
            else:
                self._wide[row.region].append(row)

    def near(self, region: str, postal_code: str) -> Iterator[RateRow]:
        """All that may hold there, and few others."""
        for area in {"", region}:
            yield from self._wide.get(area, ())
        code = _plain(postal_code)
        # What fits nine digits of a ZIP code may be written with five.
        for key in {code, code[:5]} if code else ():
            yield from self._exact.get(key, ())


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
