"""Addresses, titles and SKUs of goods. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from anyascii import anyascii

SLUG_LENGTH = 200
SKU_LENGTH = 80
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_SKU = re.compile(r"[^A-Z0-9]+")


def slugify(text: str, fallback: str = "item") -> str:
    """An address for a title: ASCII letters, digits and single hyphens, at most 200 long; never empty."""
    without_surrogates = text.encode("utf-8", "ignore").decode()
    slug = _NOT_SLUG.sub("-", anyascii(without_surrogates[:2000]).lower()).strip("-")
    return slug[:SLUG_LENGTH].rstrip("-") or fallback


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or with the first of -2, -3, ... that nobody has."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def sku_from(slug: str, option_values: Sequence[str]) -> str:
    """A SKU for goods that came without one: ``BLUE-MUG-L``."""
    parts = [slug, *(slugify(value, "x") for value in option_values)]
    return _NOT_SKU.sub("-", "-".join(parts).upper())[: SKU_LENGTH - 8].strip("-")


def variant_title(option_values: Sequence[str]) -> str:
    """``Red / M``; empty for the only variant of a product without options."""
    return " / ".join(option_values)


def option_problem(options: Sequence[tuple[str, Sequence[str]]], values: Sequence[str]) -> str:
    """Why a variant with these values does not fit a product with these (name, values): ``""`` if it does."""
    if len(values) != len(options):
        return "count"
    for (name, allowed), value in zip(options, values, strict=True):
        if value not in allowed:
            return name
    return ""


def one_line(text: str) -> str:
    """``text`` on one line: control characters and lone surrogates gone, runs of white space made one space."""
    kept = "".join(char if unicodedata.category(char) not in {"Cc", "Cs"} else " " for char in text)
    return " ".join(kept.split())
