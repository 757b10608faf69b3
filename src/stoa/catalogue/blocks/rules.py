"""Addresses of films on other sites, tables written as text, centimetres and inches. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qs, urlsplit

_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com", "youtube-nocookie.com"}
_YOUTUBE_CODE = re.compile(r"[A-Za-z0-9_-]{11}")
_VIMEO_CODE = re.compile(r"[0-9]{5,12}")
_VIMEO_HASH = re.compile(r"[0-9a-f]{6,20}")
YOUTUBE_FRAMES = "https://www.youtube-nocookie.com"
VIMEO_FRAMES = "https://player.vimeo.com"

MOST_COLUMNS = 12
MOST_ROWS = 60
LONGEST_CELL = 120
INCH = Decimal("2.54")
_UNIT = re.compile(r"\s*\((cm|in|inch|inches|″)\)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Film:
    """A film on another site. ``page_url`` works without JavaScript, ``frame_url`` is for a frame of ``origin``."""

    site: str
    page_url: str
    frame_url: str
    origin: str


def film_at(url: str) -> Film | None:
    """What a YouTube or Vimeo address shows; None for any other address, however alike it looks."""
    try:
        parts = urlsplit(url.strip())
        port, user = parts.port, parts.username
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port is not None or user is not None or not parts.hostname:
        return None
    steps = [step for step in parts.path.split("/") if step]
    if parts.hostname in _YOUTUBE or parts.hostname == "youtu.be":
        return _youtube(parts.hostname, steps, parse_qs(parts.query).get("v", [""])[0])
    if parts.hostname in {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}:
        return _vimeo(steps, parse_qs(parts.query).get("h", [""])[0])
    return None


def _youtube(host: str, steps: list[str], asked: str) -> Film | None:
    if host == "youtu.be":
        code = steps[0] if steps else ""
    elif steps[:1] == ["watch"]:
        code = asked
    else:
        code = steps[1] if len(steps) > 1 and steps[0] in {"embed", "shorts", "live"} else ""
    if not _YOUTUBE_CODE.fullmatch(code):
        return None
    frame = f"{YOUTUBE_FRAMES}/embed/{code}?autoplay=1&rel=0"
    return Film("YouTube", f"https://www.youtube.com/watch?v={code}", frame, YOUTUBE_FRAMES)


def _vimeo(steps: list[str], asked: str) -> Film | None:
    steps = steps[1:] if steps[:1] == ["video"] else steps
    code, key = (steps[0] if steps else ""), (steps[1] if len(steps) > 1 else asked)
    if not _VIMEO_CODE.fullmatch(code) or (key and not _VIMEO_HASH.fullmatch(key)):
        return None
    page = f"https://vimeo.com/{code}" + (f"/{key}" if key else "")
    frame = f"{VIMEO_FRAMES}/video/{code}?autoplay=1&dnt=1" + (f"&h={key}" if key else "")
    return Film("Vimeo", page, frame, VIMEO_FRAMES)


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of every row is its head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class TableError(ValueError):
    """``code``: empty, columns, rows, uneven or long; ``line`` counts from 1."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


def read_table(text: str) -> Table:
    """A table of lines whose cells are parted by tabs (as spreadsheets copy them), ``|`` or ``;``. The first line heads it.

    Raises TableError.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip(" \t|;")]
    if len(lines) < 2:
        raise TableError("empty")
    mark = next((mark for mark in "\t|;" if mark in lines[0][1]), "\t")
    cells = [(number, _cells(line, mark)) for number, line in lines]
    head = cells[0][1]
    if not 2 <= len(head) <= MOST_COLUMNS:
        raise TableError("columns", cells[0][0])
    if len(cells) - 1 > MOST_ROWS:
        raise TableError("rows")
    for number, row in cells:
        if len(row) != len(head):
            raise TableError("uneven", number)
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise TableError("long", number)
    return Table(head, tuple(row for _number, row in cells[1:]))


def _cells(line: str, mark: str) -> tuple[str, ...]:
    inner = line.strip()
    if mark == "|":
        inner = inner.removeprefix("|").removesuffix("|")
    return tuple(" ".join(cell.split()) for cell in (inner if mark != "\t" else line.rstrip("\n")).split(mark))


def measures(table: Table) -> tuple[Table, Table] | None:
    """The table in centimetres and in inches; None where no column says its unit, as ``Chest (cm)`` does."""
    units = [_unit(name) for name in table.head]
    if not any(units):
        return None
    return _in(table, units, "cm"), _in(table, units, "in")


def _in(table: Table, units: list[str], wanted: str) -> Table:
    head = tuple(
        f"{_UNIT.sub('', name)} ({wanted})" if unit else name for name, unit in zip(table.head, units, strict=True)
    )
    rows = tuple(
        tuple(
            converted(cell, unit, wanted) if unit and unit != wanted else cell
            for cell, unit in zip(row, units, strict=True)
        )
        for row in table.rows
    )
    return Table(head, rows)


def _unit(name: str) -> str:
    found = _UNIT.search(name)
    return "" if found is None else ("cm" if found[1].lower() == "cm" else "in")


def converted(text: str, unit: str, wanted: str) -> str:
    """Every number of ``88–92`` in the other unit: inches to one decimal, centimetres whole unless small."""

    def one(found: re.Match[str]) -> str:
        number = Decimal(found[0].replace(",", "."))
        other = number / INCH if wanted == "in" else number * INCH
        step = Decimal("0.1") if wanted == "in" or other < 10 else Decimal(1)
        text = f"{other.quantize(step, ROUND_HALF_UP):f}"
        return text.removesuffix(".0")

    return _NUMBER.sub(one, text) if unit != wanted else text
