from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale


def choices(codes: Iterable[str], language: str) -> tuple[tuple[str, str], ...]:
    """(code, name in ``language``) in the order of ``codes``."""
    return tuple((code, name(code, language)) for code in codes)


@lru_cache(maxsize=2048)
def name(code: str, language: str) -> str:
    """The country's name, or its code where there is none."""
    return str(Locale.parse(language.replace("-", "_")).territories.get(code, code))
