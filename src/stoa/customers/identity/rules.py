"""How people are told apart, and what an address needs. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

# Field name -> the longest text that fits.
ADDRESS_LIMITS = {
    "name": 200, "line1": 200, "line2": 200, "postal_code": 20, "city": 120, "region": 120, "country": 2, "phone": 40,
}  # fmt: skip
REQUIRED = ("name", "line1", "city", "country")


@dataclass(frozen=True, slots=True)
class AddressData:
    """One entry of an address book. ``country`` is an ISO 3166-1 alpha-2 code. ``id`` is set to change an entry."""

    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    postal_code: str = ""
    region: str = ""
    phone: str = ""
    is_default: bool = False
    id: int | None = None


def email_key(email: str) -> str:
    """The form of an address by which two are the same person's: trimmed, NFKC, case-folded.

    Dots and plus tags stay: for most providers they are different mailboxes, and merging strangers is worse than
    keeping two rows for one person.
    """
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def one_line(text: str) -> str:
    """``text`` on one line: control characters and lone surrogates gone, runs of white space made one space."""
    kept = "".join(char if unicodedata.category(char) not in {"Cc", "Cs"} else " " for char in text)
    return " ".join(kept.split())


def tidy_address(data: AddressData) -> AddressData:
    """``data`` with every text on one line and the country in capitals."""
    texts = {field: one_line(getattr(data, field)) for field in ADDRESS_LIMITS}
    texts["country"] = texts["country"].upper()
    return replace(data, **texts)  # type: ignore[arg-type]


def address_problems(data: AddressData) -> dict[str, str]:
    """What is wrong with a tidied address: field -> ``missing``, ``too_long`` or ``unknown``. Empty when it is fine."""
    problems = {field: "missing" for field in REQUIRED if not getattr(data, field)}
    for field, limit in ADDRESS_LIMITS.items():
        if field not in problems and len(getattr(data, field)) > limit:
            problems[field] = "too_long"
    country = data.country
    if "country" not in problems and not (len(country) == 2 and country.isascii() and country.isalpha()):
        problems["country"] = "unknown"
    return problems
