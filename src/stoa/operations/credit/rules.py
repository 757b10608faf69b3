"""Codes of gift cards, and when a card may end. Pure."""

from __future__ import annotations

import calendar
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# Crockford's letters: none that is read as another (I, L, O) and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DIGITS, GROUP = 19, 4
_READ_AS = str.maketrans("ILO", "110")


def code_of(nonce: str, secret: str) -> str:
    """Twenty characters: 95 bits made of a secret ``nonce`` (of 128 bits and more) and the shop's key, and a check."""
    made = hmac.new(secret.encode(), f"stoa.credit:{nonce}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(made, "big")
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in range(DIGITS))
    return body + check_of(body)


def check_of(body: str) -> str:
    """Luhn's sum over 32 letters: finds each single wrong letter and nearly every pair that changed places."""
    total, factor = 0, 2
    for letter in reversed(body):
        value = ALPHABET.index(letter) * factor
        total += value // 32 + value % 32
        factor = 3 - factor
    return ALPHABET[-total % 32]


def normal(typed: str) -> str:
    """A code as it is hashed; "" for what cannot be one."""
    code = "".join(letter for letter in typed[:80].upper() if letter not in " -\t").translate(_READ_AS)
    if len(code) != DIGITS + 1 or any(letter not in ALPHABET for letter in code):
        return ""
    return code if check_of(code[:-1]) == code[-1] else ""


def shown(code: str) -> str:
    """In groups of four, as people read it."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


@dataclass(frozen=True, slots=True)
class Term:
    """The shortest time that a card must be good for. ``to_year_end``: counted from the end of the year of issue."""

    years: int
    to_year_end: bool
    source: str


# Only countries whose rule has a source. Elsewhere a card of ours does not end.
TERMS = {
    "DE": Term(3, True, "§§ 195, 199 BGB"),
    "IE": Term(5, False, "Consumer Protection (Gift Vouchers) Act 2019, s. 66B"),
    "US": Term(5, False, "15 U.S.C. § 1693l-1(c)(2)"),
}


def earliest_end(country: str, issued: date) -> date | None:
    """The last day on which a card has to be good, where the law of ``country`` names one."""
    term = TERMS.get(country)
    if term is None:
        return None
    year = issued.year + term.years
    if term.to_year_end:
        return date(year, 12, 31)
    day = min(issued.day, calendar.monthrange(year, issued.month)[1])
    return date(year, issued.month, day)


def shares(balances: Sequence[tuple[int, int]], amount_minor: int) -> list[tuple[int, int]]:
    """(card, what is taken of it) in the order given, until ``amount_minor`` is reached or nothing is left."""
    taken = []
    for card_id, balance in balances:
        part = min(balance, amount_minor)
        if part > 0:
            taken.append((card_id, part))
            amount_minor -= part
    return taken
