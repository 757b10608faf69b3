"""Cells that a spreadsheet must not run, and the way back. Pure."""

from __future__ import annotations

import re

# What a spreadsheet takes for the beginning of a formula, full-width twins included (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Apostrophes that stand before one already are part of the text: one more is put before them, and taken away again.
_RUNS = re.compile(f"'* *[{re.escape(''.join(FORMULA_STARTS))}]")


def inert(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would run it. ``active`` takes it away again."""
    text = text.replace("\0", "")
    return f"'{text}" if _RUNS.match(text) else text


def active(cell: str) -> str:
    """What stood in a cell before somebody (we, or another shop) made it inert."""
    return cell[1:] if cell[:1] == "'" and _RUNS.match(cell) else cell
