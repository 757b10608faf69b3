"""Rows of a CSV file or a workbook as spreadsheets and shops write them: any usual encoding, delimiter and line end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files import workbooks
from stoa.exchange.files.lines import Line, lines_of
from stoa.exchange.files.records import Record, records_of
from stoa.exchange.files.sheets import active

MAX_COLUMNS = 5_000
DELIMITERS = ",;\t|"
# What begins so is no text, whatever it is called.
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"SQLite format", b"PAR1", b"\xd0\xcf\x11\xe0")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"?')


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts the rows under the header from 1; ``values`` by column name, trimmed.

    ``fault`` says why the values cannot be trusted: the row has more or fewer cells than the header, say.
    """

    number: int
    values: dict[str, str]
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def header_of(path: Path) -> list[str]:
    """The column names, each once. Raises UnreadableFileError where the file is empty or no table."""
    header, _ = _opened(path)
    return list(dict.fromkeys(name for name in header if name))


def repeated_columns(path: Path) -> list[str]:
    """Names that the header has more than once."""
    header, _ = _opened(path)
    return sorted({name for name in header if name and header.count(name) > 1})


def rows_of(path: Path) -> Iterator[Row]:
    """Every row under the header; empty lines are passed over. Memory does not grow with the file.

    A row that cannot be read is one with a ``fault``, and the rows after it come as if nothing had been.
    Raises UnreadableFileError where the file is no table.
    """
    header, records = _opened(path)
    twice = len(set(filter(None, header))) < len([name for name in header if name])
    number = 0
    for record in records:
        if record.fault or any(map(str.strip, record.cells)):
            number += 1
            yield _row(number, header, record, twice)


def _row(number: int, header: list[str], record: Record, twice: bool) -> Row:
    cells, fault = record.cells, record.fault
    if not fault and len(cells) < len(header):
        fault = f"the row has {len(cells)} cells, the header {len(header)}: was the file cut off?"
    elif not fault and any(map(str.strip, cells[len(header) :])):
        fault = f"the row has {len(cells)} cells, the header {len(header)}: is a quotation mark missing?"
    if not twice:
        return Row(number, {name: _text(cell) for name, cell in zip(header, cells, strict=False) if name}, fault)
    values: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        text = _text(cell)
        if name and text and values.get(name) and values[name] != text:
            fault = fault or f"the column {name} stands twice, with different values"
        if name and not values.get(name):
            values[name] = text
    return Row(number, values, fault)


def _text(cell: str) -> str:
    return active(cell.strip())


def _opened(path: Path) -> tuple[list[str], Iterator[Record]]:
    """The header, and the records below it. Raises UnreadableFileError."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
        if head.startswith(b"PK\x03\x04"):
            return _of_workbook(path)
        if head.startswith(_NO_TEXT):
            raise UnreadableFileError(f"{path.name} is no table: CSV and XLSX can be read")
        return _of_text(path)
    except OSError as error:
        raise UnreadableFileError(f"{path.name}: {error.strerror or error}") from error


def _of_text(path: Path) -> tuple[list[str], Iterator[Record]]:
    lines = lines_of(path)
    first = next((line for line in lines if line.text.strip()), Line(""))
    if first.is_cut:
        raise UnreadableFileError(f"{path.name}: the first line is too long for a header")
    if said := _SEPARATOR_LINE.fullmatch(first.text):
        # How a spreadsheet is told of the delimiter.
        delimiter, first = said[1], next(lines, Line(""))
    else:
        delimiter = delimiter_of(first.text)
    records = records_of(chain([first], lines), delimiter)
    header = _header(next(records, Record(1)), path)
    if len(first.text.splitlines()) == 1 and first.text.count('"') % 2 == 0:
        # The header is one line, as it nearly always is: from here on its width is known.
        return header, records_of(lines, delimiter, len(header))
    return header, records


def delimiter_of(line: str) -> str:
    """Which of the usual ones parts the names of a header."""
    bare = _QUOTED.sub("", line)
    return max(DELIMITERS, key=bare.count)


def _of_workbook(path: Path) -> tuple[list[str], Iterator[Record]]:
    rows = workbooks.rows_of(path)
    records = (Record(number, cells) for number, cells in enumerate(rows, start=1))
    first = next((record for record in records if any(record.cells)), Record(1))
    header = _header(first, path)
    return header, (Record(r.line, _padded(r.cells, len(header))) for r in records)


def _padded(cells: list[str], width: int) -> list[str]:
    """A workbook leaves out empty cells at the end; that says nothing."""
    return cells + [""] * (width - len(cells))


def _header(record: Record, path: Path) -> list[str]:
    if record.fault:
        raise UnreadableFileError(f"{path.name}: {record.fault}")
    if len(record.cells) > MAX_COLUMNS:
        raise UnreadableFileError(f"{path.name} has {len(record.cells):,} columns; {MAX_COLUMNS:,} can be read")
    header = [_text(name) for name in record.cells]
    if not any(char.isalnum() for name in header for char in name):
        why = ": truncated data" if any("\ufffd" in name for name in header) else ""
        raise UnreadableFileError(f"{path.name} is empty: there is no header{why}")
    while header and not header[-1]:
        header.pop()
    return header


def sample_of(path: Path, count: int = 5) -> list[Row]:
    """The first rows, to show to people."""
    return list(islice(rows_of(path), count))


def count_rows(rows: Iterable[Row]) -> int:
    return sum(1 for _ in rows)
