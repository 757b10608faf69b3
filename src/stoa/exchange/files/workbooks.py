"""Rows of an XLSX workbook: its first sheet that has any, read as it streams. A workbook is a zip, so it may be a bomb."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from stoa.exchange.errors import UnreadableFileError

MAX_UNPACKED = 500_000_000
# These are held whole while a sheet is read.
MAX_HELD = 80_000_000
MAX_RATIO = 200
MAX_PARTS = 2_000
MAX_COLUMNS = 5_000


def rows_of(path: Path) -> Iterator[list[str]]:
    """The cells of each row as text. Raises UnreadableFileError."""
    check_parts(path)
    # Imported late: a page that is served never needs it.
    from defusedxml.common import DefusedXmlException
    from openpyxl import load_workbook

    try:
        # Opened here, so that it is closed whatever the library thinks of it.
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations that no import needs
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                for sheet in book.worksheets:
                    sheet.reset_dimensions()
                    is_empty = True
                    for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):
                        cells = [_text(value) for value in row]
                        while cells and not cells[-1]:
                            cells.pop()
                        if cells:
                            is_empty = False
                            yield cells
                    if not is_empty:
                        return
            finally:
                book.close()
    # Both readers of XML that may be at work here, lxml's and the standard one, tell of damage by a SyntaxError.
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, EOFError, SyntaxError, IndexError) as error:
        raise UnreadableFileError(f"{path.name} is no workbook that can be read: {error}") from error
    except DefusedXmlException as error:
        raise UnreadableFileError(f"{path.name} holds XML that is not read: {type(error).__name__}") from error


def check_parts(path: Path) -> None:
    """Refuse what would unfold beyond measure, before anything is unfolded. Raises UnreadableFileError."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFileError(f"{path.name} is no workbook: {error}") from error
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise UnreadableFileError(f"{path.name} is an archive, but no workbook")
    total = sum(part.file_size for part in parts)
    held = sum(part.file_size for part in parts if "worksheets/" not in part.filename)
    packed = max(sum(part.compress_size for part in parts), 1)
    if len(parts) > MAX_PARTS or total > MAX_UNPACKED or held > MAX_HELD:
        raise UnreadableFileError(f"{path.name} would unpack to {total:,} bytes: save it as CSV")
    if total > 50_000_000 and total / packed > MAX_RATIO:
        raise UnreadableFileError(f"{path.name} is packed more tightly than any workbook: save it as CSV")


def _text(value: Any) -> str:
    """As a person sees it in a cell: whole numbers without a point, moments in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\0", "").replace("_x000D_", "").replace("\r\n", "\n")
