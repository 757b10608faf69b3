"""When people answer, who may be paid how, and what holds: the parts of trust that every page shows, in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import get_timezone_location
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import get_language

from stoa.catalogue.markets import hours
from stoa.catalogue.markets.queries import base_url
from stoa.operations.payments import queries as payments

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class Hours:
    """``days``: "Monday – Friday"; ``times``: "09:00 – 17:00"."""

    days: str
    times: str


def support_hours(market: Market) -> tuple[Hours, ...]:
    """Days next to each other with the same hours in one line; closed days are not named."""
    return tuple(
        Hours(_days(first, last), ", ".join(f"{_time(opens)} – {_time(closes)}" for opens, closes in spans))
        for first, last, spans in hours.grouped(market.support_hours)
    )


def zone_name(market: Market) -> str:
    """The city whose time is meant, in the language of the page: "Berlin"."""
    locale = Locale.parse((get_language() or market.language).replace("-", "_"))
    return str(get_timezone_location(market.timezone, locale=locale, return_city=True))


def payment_marks(market: Market) -> tuple[str, ...]:
    """What is really offered at home, by the names that buyers read at the checkout."""
    return tuple(m.label for m in payments.payment_methods(market, market.default_country, is_pickup=False))


def is_encrypted(market: Market) -> bool:
    """Whether the shop's own address is one that browsers encrypt: said only where it is so."""
    return base_url(market).startswith("https://")


def hours_data(market: Market) -> list[dict[str, object]]:
    """As schema.org has them. Times of the shop's zone; the end of a day is its last minute there."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [f"https://schema.org/{hours.DAYS[day].capitalize()}" for day in range(first, last + 1)],
            "opens": opens,
            "closes": "23:59" if closes == "24:00" else closes,
        }
        for first, last, spans in hours.grouped(market.support_hours)
        for opens, closes in spans
    ]


def _days(first: int, last: int) -> str:
    return str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]} – {WEEKDAYS[last]}"


def _time(text: str) -> str:
    hour, minute = text.split(":")
    return time_format(time(int(hour) % 24, int(minute)), "TIME_FORMAT")
