"""The words of documents, from ``texts.toml``. Kept apart from the screens' translations: a document is in the language
of its order, whatever languages the shop's pages speak."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FALLBACK = "en"


@cache
def _all() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


def languages() -> list[str]:
    return sorted(_all())


def language_of(language: str) -> str:
    """The nearest language that documents speak: ``de-AT`` is ``de``; what is not known is English."""
    base = language.replace("_", "-").partition("-")[0].lower()
    return base if base in _all() else FALLBACK


def words(language: str) -> dict[str, Any]:
    """Every text in one language; ``treatment`` is a table of its own."""
    known, own = _all()[FALLBACK], _all()[language_of(language)]
    return {**known, **own, "treatment": {**known["treatment"], **own.get("treatment", {})}}
