"""Cells that a spreadsheet must not run, and the way back. Pure."""

from __future__ import annotations

# What a spreadsheet takes for the beginning of a formula, full-width twins included (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would run it. ``active`` takes it away again."""
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def active(cell: str) -> str:
    """What stood in a cell before somebody (we, or another shop) made it inert."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ").startswith(FORMULA_STARTS) else cell
