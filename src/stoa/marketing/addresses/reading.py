"""A file of redirects: two columns, from and to, in whatever a spreadsheet wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from stoa.marketing.addresses.errors import RedirectFileError

MOST_BYTES = 5_000_000
MOST_ROWS = 50_000
LONGEST_CELL = 100_000
_HEADS = {"from", "old", "source", "redirect from", "old_path", "old address", "von", "alt"}


def read(data: bytes) -> Iterator[tuple[int, str, str]]:
    """(line, from, to). Raises RedirectFileError for what is no such file, or too large."""
    if len(data) > MOST_BYTES:
        raise RedirectFileError
    text = _decoded(data)
    sample = text[:4096]
    delimiter = max(",;\t", key=sample.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    count = 0
    try:
        for row in rows:
            # The csv module has a limit of its own, but one for the whole process: an import may have raised it.
            if any(len(cell) > LONGEST_CELL for cell in row):
                raise RedirectFileError(line=rows.line_num)
            cells = [cell.strip() for cell in row]
            if not any(cells) or (rows.line_num == 1 and cells[0].casefold() in _HEADS):
                continue
            count += 1
            if len(cells) < 2 or count > MOST_ROWS:
                raise RedirectFileError(line=rows.line_num)
            yield rows.line_num, cells[0], cells[1]
    except csv.Error as error:
        raise RedirectFileError(line=rows.line_num) from error
    if not count:
        raise RedirectFileError


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
