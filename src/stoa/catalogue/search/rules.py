"""How words are compared: without case, accents and punctuation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

MAX_QUERY = 200
MAX_WORDS = 8
# The longest text of one product that is looked through, in characters.
MAX_TEXT = 20_000
_UNITS = "mm|cm|dm|m|km|inch|ft|mg|g|kg|oz|lb|lbs|ml|cl|dl|l|w|kw|wh|kwh|mah|ah|v|hz|khz|mhz|ghz|mb|gb|tb|px|dpi|mp"
_MEASURE = re.compile(rf"(?<![\w.,])(\d{{1,9}})(?:[.,](\d{{1,4}}))?[\s\u00a0\u202f]?({_UNITS})(?!\w)", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<![\w.,])(\d{1,9})[.,](\d{1,2})(?![\w.,]*\d)")
_HYPHENED = re.compile(r"\w+(?:[-\u2010\u2011/]\w+)+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{2,}")
_TAG = re.compile(r"<[^<>]*>")
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


@lru_cache(maxsize=20_000)
def value_key(text: str) -> str:
    """What stands in an address for a value or a name: ``dark-blue``. Never empty for a text that is not."""
    key = fold(text).replace(" ", "-")[:80].strip("-")
    return key or f"x{text.encode('utf-8', 'ignore')[:20].hex()}"


def prepared(text: str) -> str:
    """``text`` as goods and queries alike are given to the analyser: measures are one word (``500 ml`` is ``500ml``,
    ``0,5 l`` is ``0d5l``), and scripts without spaces fall into pairs of signs."""
    text = text.replace("\x00", " ")
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode()
        text = _UNSPACED.sub(_pairs, text)
    if _has_digit(text):
        text = _MEASURE.sub(lambda m: f"{m[1]}{f'd{m[2]}' if m[2] else ''}{m[3]}", text)
        text = _DECIMAL.sub(r"\1d\2", text)
    return text


def joined(text: str) -> list[str]:
    """Words with a hyphen or stroke, written together: ``T-shirt`` is found as ``tshirt``."""
    return ["".join(char for char in found[0] if char.isalnum()) for found in _HYPHENED.finditer(text)]


def code_forms(code: str) -> tuple[str, ...]:
    """How a SKU or barcode may be typed: as it is, and without what parts it. Lower case."""
    plain = code.strip().casefold()
    bare = "".join(char for char in plain if char.isalnum())
    return (plain, bare) if bare and bare != plain else (plain,)


def body_text(blocks: object) -> str:
    """The words in the raw data of a page's blocks, without tags. At most ``MAX_TEXT`` characters."""
    found: list[str] = []
    _gather(blocks, found)
    return _TAG.sub(" ", " ".join(found))[:MAX_TEXT]


def _gather(value: object, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, list):
        for each in value:
            _gather(each, found)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in ("id", "type"):
                _gather(each, found)


def _pairs(found: re.Match[str]) -> str:
    signs = found[0]
    return " " + " ".join(signs[at : at + 2] for at in range(len(signs) - 1)) + " "


def _has_digit(text: str) -> bool:
    return any(digit in text for digit in "0123456789")


def typos_allowed(word: str) -> int:
    """How many letters may be wrong: one from four letters on, two from eight on; none where there are digits."""
    if len(word) < 4 or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def letters_of(word: str) -> int:
    """The letters of a word as bits; many share one where the alphabet is long."""
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) & 63)
    return found


def distance(one: str, other: str, most: int) -> int:
    """Letters put in, left out, swapped for another or with their neighbour; ``most + 1`` for anything beyond ``most``.

    Optimal string alignment. Only what lies between the common beginning and the common end is compared.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    start, length = 0, min(len(one), len(other))
    while start < length and one[start] == other[start]:
        start += 1
    end = 0
    while end < length - start and one[-1 - end] == other[-1 - end]:
        end += 1
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    if not one or not other:
        return min(len(one) + len(other), most + 1)
    if most == 1:
        is_swap = len(one) == len(other) == 2 and one[0] == other[1] and one[1] == other[0]
        return 1 if is_swap or len(one) == len(other) == 1 else 2
    return min(_aligned(one, other), most + 1)


def _aligned(one: str, other: str) -> int:
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, sign in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != sign))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == sign:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
