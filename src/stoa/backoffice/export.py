"""CSV that a spreadsheet opens without running anything, sent while it is being written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from stoa.exchange.files.sheets import inert


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would run gets a ``'`` in front. Numbers stay numbers."""
    if isinstance(value, int):
        return value
    text = "" if value is None else str(value)
    return text if _is_number(text) else inert(text)


def _is_number(text: str) -> bool:
    digits = text[1:] if text[:1] == "-" else text
    return digits.isascii() and digits.replace(".", "", 1).isdigit()


class _Echo:
    """A file that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    # The mark by which spreadsheets know UTF-8.
    yield "\ufeff"
    yield writer.writerow([safe_cell(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download called ``name``.csv."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def stamp(moment: Any) -> str:
    """A moment as ISO 8601 to the second, blank for none."""
    return moment.isoformat(timespec="seconds") if moment else ""
