"""Which searches are worth counting, and how they are told apart. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

SHORTEST = 2
LONGEST = 100
_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|facebookexternalhit|preview|monitor|headless|curl/|wget/|python-|scrapy|http-?client"
    r"|java/|go-http|libwww|okhttp|axios|node-fetch|lighthouse",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d")
# Longer runs without any result are telephone, customer or card numbers, not article numbers.
_MOST_DIGITS = 6


@lru_cache(maxsize=1_000)
def is_bot(user_agent: str) -> bool:
    """Whether a browser's name is that of a program. No name at all is no browser."""
    return not user_agent.strip() or bool(_BOT.search(user_agent))


def tidy(text: str) -> str:
    """What was typed, as a report shows it: small letters, one space between words, at most 100 characters."""
    return " ".join(text.casefold().split())[:LONGEST].strip()


def is_countable(folded: str, shown: str, results: int | None) -> bool:
    """Whether a search may be written down.

    Not single letters (somebody is still typing), not e-mail addresses, and not long numbers that found nothing: those
    are about people, and a report of searches holds nothing about people.
    """
    if len(folded) < SHORTEST or "@" in shown:
        return False
    return bool(results) or len(_DIGITS.findall(shown)) <= _MOST_DIGITS


def is_barcode(text: str) -> bool:
    """Shaped like the number under a barcode."""
    return text.isascii() and text.isdigit() and 8 <= len(text) <= 14


def target_problem(target: str) -> str:
    """``""`` for a path of the shop or a web address that a redirect may lead to, else ``missing`` or ``invalid``."""
    if not target:
        return "missing"
    if any(char.isspace() or ord(char) < 32 or char in '\\<>"' for char in target) or len(target) > 500:
        return "invalid"
    if target.startswith("/"):
        return "invalid" if target.startswith("//") else ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "invalid"
    return "" if parts.scheme in {"http", "https"} and parts.hostname else "invalid"


def share(part: int, whole: int) -> int:
    """In whole percent, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def trend(now: int, before: int) -> int | None:
    """By how many percent ``now`` is above ``before``; None where there was nothing before."""
    return round(100 * (now - before) / before) if before else None
