"""How words are compared: without case, accents and punctuation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anyascii import anyascii

MAX_QUERY = 200
MAX_WORDS = 8
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """``text`` as the search sees it: transliterated, lower-case words with one space between them."""
    without_surrogates = text.encode("utf-8", "ignore").decode()
    return _NOT_WORD.sub(" ", anyascii(without_surrogates).lower()).strip()


def words(query: str) -> list[str]:
    """The words of a query, folded, each once, at most 8 of them; none for a query without letters and digits."""
    return list(dict.fromkeys(fold(query[:MAX_QUERY]).split()))[:MAX_WORDS]


def search_text(title: str, others: Iterable[str]) -> str:
    """What a product is found by. The title comes first: a query that begins it ranks highest."""
    lines = [fold(title), *(fold(other) for other in others)]
    return "\n".join(dict.fromkeys(line for line in lines if line))
