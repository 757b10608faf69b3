"""Rows of a CSV file as spreadsheets and shops write them: any usual encoding, delimiter and line end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stoa.exchange.errors import UnreadableFileError

MAX_FIELD = 4_000_000  # characters; a product description of a novel's length still fits


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts the rows under the header from 1; ``values`` by column name, trimmed."""

    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def header_of(path: Path) -> list[str]:
    """The column names. Raises UnreadableFileError where the file is empty or no text."""
    with _open(path) as file:
        return _header(_reader(file), path)


def rows_of(path: Path) -> Iterator[Row]:
    """Every row under the header; empty lines are passed over. Memory does not grow with the file."""
    with _open(path) as file:
        reader = _reader(file)
        header = _header(reader, path)
        try:
            for number, cells in enumerate((cells for cells in reader if any(cells)), start=1):
                yield Row(number, {name: cell.replace("\0", "").strip() for name, cell in zip(header, cells, strict=False)})
        except (csv.Error, UnicodeDecodeError) as error:
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


def _open(path: Path) -> io.TextIOWrapper:
    try:
        with path.open("rb") as file:
            encoding = encoding_of(file.read(1 << 20))
        return path.open(encoding=encoding, errors="replace" if encoding == "cp1252" else "strict", newline="")
    except OSError as error:
        raise UnreadableFileError(f"{path.name}: {error.strerror}") from error


def _reader(file: io.TextIOWrapper):  # type: ignore[no-untyped-def]
    csv.field_size_limit(MAX_FIELD)
    first_line = file.readline(MAX_FIELD)
    file.seek(0)
    return csv.reader(file, delimiter=max(",;\t", key=first_line.count))


def _header(reader, path: Path) -> list[str]:  # type: ignore[no-untyped-def]
    try:
        header = [name.strip() for name in next(reader, [])]
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"{path.name}: {error}") from error
    if not any(header):
        raise UnreadableFileError(f"{path.name} has no header")
    return header
