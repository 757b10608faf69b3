"""Rows of a CSV file as spreadsheets and shops write them: any usual encoding, delimiter and line end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.sheets import active

MAX_FIELD = 4_000_000  # characters; a product description of a novel's length still fits


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts the rows under the header from 1; ``values`` by column name, trimmed.

    ``fault`` says why the values cannot be trusted: the row has more or fewer cells than the header.
    """

    number: int
    values: dict[str, str]
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def header_of(path: Path) -> list[str]:
    """The column names. Raises UnreadableFileError where the file is empty, no text, or names a column twice."""
    with _open(path) as file:
        return _header(_reader(file, path), path)


def rows_of(path: Path) -> Iterator[Row]:
    """Every row under the header; empty lines are passed over. Memory does not grow with the file."""
    with _open(path) as file:
        reader = _reader(file, path)
        header = _header(reader, path)
        number = 0
        try:
            for cells in reader:
                if any(cells):
                    number += 1
                    yield _row(number, header, cells)
        except (csv.Error, UnicodeError) as error:
            raise UnreadableFileError(f"{path.name}, line {reader.line_num}: {error}") from error


def encoding_of(head: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one; anything else is taken for Windows-1252."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A sample may end in the middle of a character; that alone is no fault.
        if error.start < len(head) - 4:
            return "cp1252"
    return "utf-8-sig"


def _row(number: int, header: list[str], cells: list[str]) -> Row:
    fault = ""
    if len(cells) < len(header):
        fault = f"the row has {len(cells)} cells, the header {len(header)}: was the file cut off?"
    elif any(cells[len(header) :]):
        fault = f"the row has {len(cells)} cells, the header {len(header)}: is a quotation mark missing?"
    return Row(number, {name: _text(cell) for name, cell in zip(header, cells, strict=False)}, fault)


def _text(cell: str) -> str:
    return active(cell.replace("\0", "").strip())


def _open(path: Path) -> io.TextIOWrapper:
    try:
        with path.open("rb") as file:
            encoding = encoding_of(file.read(1 << 20))
        return path.open(encoding=encoding, errors="replace" if encoding == "cp1252" else "strict", newline="")
    except OSError as error:
        raise UnreadableFileError(f"{path.name}: {error.strerror}") from error


def _reader(file: io.TextIOWrapper, path: Path):  # type: ignore[no-untyped-def]
    csv.field_size_limit(MAX_FIELD)
    try:
        first_line = file.readline(MAX_FIELD)
        file.seek(0)
    except UnicodeError as error:
        raise UnreadableFileError(f"{path.name}: {error}") from error
    return csv.reader(file, delimiter=max(",;\t", key=first_line.count))


def _header(reader, path: Path) -> list[str]:  # type: ignore[no-untyped-def]
    try:
        header = [_text(name) for name in next(reader, [])]
    except (csv.Error, UnicodeError) as error:
        raise UnreadableFileError(f"{path.name}: {error}") from error
    if not any(header):
        raise UnreadableFileError(f"{path.name} is empty: there is no header")
    while header and not header[-1]:
        header.pop()
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise UnreadableFileError(f"{path.name} has more than one column {', '.join(twice)}")
    return header
