"""What an inline style says, in CSS pixels. Pure."""

from __future__ import annotations

import re

_LENGTH = re.compile(r"^(\d*\.?\d+)(px|pt|rem|em)?$")
# CSS: 16 px to the root's em, 96 px and 72 pt to the inch. An em of another size is not known here and taken for the root's.
_PIXELS = {"px": 1.0, "pt": 96 / 72, "rem": 16.0, "em": 16.0}
_SMALL_WORDS = {"xx-small": 9.0, "x-small": 10.0}


def declarations(style: str) -> dict[str, str]:
    """``"Width: 400px; color: red"`` as ``{"width": "400px", "color": "red"}``. The last of two wins."""
    found = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon and name.strip():
            found[name.strip().lower()] = value.replace("!important", "").strip().lower()
    return found


def pixels(value: str) -> float | None:
    """A length that is the same on every screen; None for shares, calculations and what is no length."""
    if value in _SMALL_WORDS:
        return _SMALL_WORDS[value]
    match = _LENGTH.match(value)
    if match is None:
        return None
    number, unit = float(match[1]), match[2]
    if unit is None:
        return number if number == 0 else None
    return number * _PIXELS[unit]


def attribute_pixels(value: str) -> float | None:
    """``width="600"`` of a table or a frame."""
    return float(value) if value.isascii() and value.isdigit() else None
