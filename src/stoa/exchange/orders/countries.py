"""Names of countries, as other systems write them, to ISO 3166-1 alpha-2."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale


def country_code(name: str, overrides: Mapping[str, str]) -> str:
    """``United Kingdom`` and ``GB`` give ``GB``; an unknown name gives "" (the order is imported all the same)."""
    name = name.strip()
    if name in overrides:
        return overrides[name]
    return _codes().get(name.casefold(), "")


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    territories = {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    return {name.casefold(): code for code, name in territories.items()} | {
        code.casefold(): code for code in territories
    }
