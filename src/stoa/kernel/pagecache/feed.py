"""The purges as a feed that can be followed from where one left off: for caches that outlive their process."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import connection

from stoa.kernel.pagecache import purges
from stoa.kernel.pagecache.polling import LOOK_BACK, PATIENCE

# Purges are swept out after two hours; a position older than this may have lost some.
LONGEST_PAUSE = 3600.0
# After a shorter one nothing can have been swept out unread.
SHORT_PAUSE = 60.0
# Of more at once it is not worth knowing which.
MOST = 20_000


class Feed:
    """A position in the table of purges. ``holes``: lower numbers that were missing, with when that was noticed; they
    are asked for again, because numbers are given out before they are committed (PostgreSQL)."""

    def __init__(self, last_id: int, holes: Iterable[int] = (), read_at: float | None = None) -> None:
        now = time.time()
        self.last_id = last_id
        self.holes = dict.fromkeys(holes, now)
        self.read_at = now if read_at is None else read_at

    @classmethod
    def at_end(cls) -> Feed:
        """From now on. What commits later with a lower number is still heard."""
        found = {row[0] for row in _rows("SELECT id FROM kernel_cachepurge ORDER BY id DESC LIMIT %s", [LOOK_BACK])}
        last = max(found, default=0)
        feed = cls(last)
        feed._note_holes(set(range(min(found, default=0), last)) - found)
        return feed

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Feed:
        """Raises KeyError, TypeError or ValueError for what ``as_json`` has not written."""
        return cls(int(saved["last_id"]), [int(each) for each in saved["holes"]], float(saved["read_at"]))

    def as_json(self) -> dict[str, Any]:
        return {"last_id": self.last_id, "holes": sorted(self.holes), "read_at": self.read_at}

    def read(self) -> frozenset[str]:
        """The tags purged since the last time; ``purges.EVERYTHING`` where that can no longer be told.

        Raises DatabaseError. Not inside a transaction.
        """
        now = time.time()
        pause = now - self.read_at
        if pause > LONGEST_PAUSE or (pause > SHORT_PAUSE and self._is_swept()):
            fresh = Feed.at_end()
            self.last_id, self.holes, self.read_at = fresh.last_id, fresh.holes, now
            return purges.EVERYTHING
        wanted = [self.last_id, *self.holes]
        marks = ",".join(["%s"] * len(self.holes)) or "NULL"
        rows = _rows(f"SELECT id, tag FROM kernel_cachepurge WHERE id > %s OR id IN ({marks})", wanted)  # noqa: S608
        self.read_at = now
        if rows:
            found = {number for number, _ in rows}
            newest = max(self.last_id, *found)
            self._note_holes(set(range(self.last_id + 1, newest)) - found)
            for number in found:
                self.holes.pop(number, None)
            self.last_id = newest
        self.holes = {number: since for number, since in self.holes.items() if now - since < PATIENCE}
        return purges.EVERYTHING if len(rows) > MOST else frozenset(tag for _, tag in rows)

    def behind(self, tag_ignored: str = "") -> int:
        """How many purges there are that have not been read. One query."""
        return int(
            _rows("SELECT COUNT(*) FROM kernel_cachepurge WHERE id > %s AND tag <> %s", [self.last_id, tag_ignored])[0][
                0
            ]
        )

    def _is_swept(self) -> bool:
        """Whether rows that should come next are gone, or numbers have begun anew (another database)."""
        ((first, last),) = _rows("SELECT MIN(id), MAX(id) FROM kernel_cachepurge", [])
        if last is None:
            return False
        return bool(last < self.last_id or first > self.last_id + 1 + len(self.holes))

    def _note_holes(self, missing: set[int]) -> None:
        if connection.vendor != "sqlite":  # there, one writer at a time hands numbers out in the order of commits
            self.holes.update(dict.fromkeys(sorted(missing)[-LOOK_BACK:], time.time()))


def _rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
