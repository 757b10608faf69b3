"""Records of CSV from lines, one fault at a time: what cannot be read costs its own row, and none that follows."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from stoa.exchange.files.lines import MAX_LINE, Line

TOO_LONG = f"the row is longer than {MAX_LINE:,} characters"
NEVER_CLOSED = "a quotation mark is not closed"


@dataclass(frozen=True, slots=True)
class Record:
    """``cells`` of a record that begins at ``line`` (from 1); with a ``fault`` they are not to be trusted."""

    line: int
    cells: list[str] = field(default_factory=list)
    fault: str = ""


class _TooLong(Exception):  # noqa: N818 - a signal, not an error
    pass


class _Feed:
    """The lines of one record at a time, which can be given back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._back: deque[Line] = deque()
        self.used: list[Line] = []
        self.size = 0
        self.line = 0  # of the first of ``used``, from 1
        self.is_at_end = False

    def begin(self) -> None:
        self.line += len(self.used)
        self.used, self.size, self.is_at_end = [], 0, False

    def give_back(self) -> None:
        """All but the first line of this record are yet to be read."""
        self._back.extendleft(reversed(self.used[1:]))
        del self.used[1:]

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        try:
            line = self._back.popleft() if self._back else next(self._lines)
        except StopIteration:
            self.is_at_end = True
            raise
        self.used.append(line)
        self.size += len(line.text)
        if line.is_cut or self.size > MAX_LINE + 1:
            raise _TooLong
        return line.text


def records_of(lines: Iterable[Line], delimiter: str, width: int = 0) -> Iterator[Record]:
    """Every record, empty ones as well. ``width`` is how many cells one has: it tells where a quotation mark is missing."""
    csv.field_size_limit(MAX_LINE * 2)
    feed = _Feed(lines)
    feed.line = 1
    reader = csv.reader(feed, delimiter=delimiter)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLong:
            is_one_line = len(feed.used) == 1
            feed.give_back()
            yield Record(feed.line, [], TOO_LONG if is_one_line else NEVER_CLOSED)
        except csv.Error as error:
            feed.give_back()
            yield Record(feed.line, [], str(error))
        else:
            yield _checked(feed, cells, delimiter, width)


def _checked(feed: _Feed, cells: list[str], delimiter: str, width: int) -> Record:
    if len(feed.used) > 1 and width and len(cells) != width and _fits(feed.used[1].text, delimiter, width):
        # The line after the first is a whole record by itself, so the first has lost a quotation mark.
        feed.give_back()
        return Record(feed.line, [], NEVER_CLOSED)
    if feed.is_at_end and sum(line.text.count('"') for line in feed.used) % 2:
        # The reader looked for the mark up to the end of the file.
        is_last = len(feed.used) == 1
        feed.give_back()
        return Record(feed.line, [], f"{NEVER_CLOSED}: was the file cut off?" if is_last else NEVER_CLOSED)
    return Record(feed.line, cells)


def _fits(text: str, delimiter: str, width: int) -> bool:
    if text.count('"') % 2:
        return False
    try:
        return len(next(csv.reader([text], delimiter=delimiter), [])) == width
    except csv.Error:
        return False
