"""What the settings of a market must be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from stoa.catalogue.markets.hours import is_valid as are_hours
from stoa.kernel.money import exponent


def is_country(code: object) -> bool:
    """Shaped like an ISO 3166-1 alpha-2 code."""
    return isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()


def problems(fields: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a market's fields: field -> a word for it. Empty when all is well."""
    found: dict[str, str] = {}
    try:
        exponent(str(fields.get("currency", "")))
    except ValueError:
        found["currency"] = "unknown"
    countries: Sequence[Any] = fields.get("countries") or ()
    if not countries or not all(is_country(code) for code in countries):
        found["countries"] = "unknown" if countries else "missing"
    if not is_country(fields.get("default_country")):
        found["default_country"] = "unknown"
    elif "countries" not in found and fields["default_country"] not in countries:
        found["default_country"] = "not_delivered_to"
    if fields.get("timezone") not in available_timezones():
        found["timezone"] = "unknown"
    if not str(fields.get("shop_name") or "").strip():
        found["shop_name"] = "missing"
    if not are_hours(fields.get("support_hours", [])):
        found["support_hours"] = "invalid"
    return found
