"""How many orders a day brings, and what is in them. Pure; every number comes from the generator it is given."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

# Sunday evening shops more than Friday night; the year swells towards Christmas and dips in summer.
WEEKDAYS = (1.05, 1.0, 0.98, 0.97, 0.85, 0.95, 1.2)
MONTHS = (0.85, 0.8, 0.9, 0.92, 0.95, 0.85, 0.75, 0.78, 0.95, 1.05, 1.5, 1.7)
HOURS = (2, 1, 1, 0, 0, 1, 3, 6, 8, 9, 10, 10, 11, 10, 9, 9, 9, 10, 12, 15, 17, 16, 11, 5)
GROWTH = 0.45  # a year


@dataclass(frozen=True, slots=True)
class Good:
    """A variant that can be bought, with how much people want it."""

    variant_id: int
    popularity: float


def weight_of(day: date, start: date) -> float:
    """The day's share of the trade, relative to an average day of the first year."""
    years = (day - start).days / 365
    season = WEEKDAYS[day.weekday()] * MONTHS[day.month - 1]
    if day.month == 12 and day.day > 21:
        season *= 0.35  # too late for the parcel
    return season * math.exp(GROWTH * years)


def orders_on(day: date, start: date, days: Sequence[date], total: int, chance: random.Random) -> int:
    """How many of about ``total`` orders fall on ``day``: its share, give or take what chance does to counts."""
    expected = total * weight_of(day, start) / sum(weight_of(one, start) for one in days)
    return max(0, round(chance.gauss(expected, math.sqrt(max(expected, 0.1)) * 0.8)))


def moments(day: date, count: int, zone: ZoneInfo, chance: random.Random) -> list[datetime]:
    """``count`` moments of the day, in order; a time that the clock change skips is moved on by the zone's own rule."""
    picked = sorted(
        (chance.choices(range(24), HOURS)[0], chance.randint(0, 59), chance.randint(0, 59)) for _ in range(count)
    )
    return [datetime.combine(day, time(*one), zone) for one in picked]


def basket(goods: Sequence[Good], chance: random.Random) -> dict[int, int]:
    """variant -> quantity: mostly one or two things, sometimes a table set for six."""
    lines = chance.choices((1, 2, 3, 4, 5), (50, 27, 13, 7, 3))[0]
    chosen: dict[int, int] = {}
    for good in chance.choices(goods, [good.popularity for good in goods], k=lines):
        chosen[good.variant_id] = chance.choices((1, 2, 3, 4, 6), (76, 14, 4, 4, 2))[0]
    return chosen
