"""Reads the purges that other processes have committed: one cheap SELECT, twice a second at most."""

from __future__ import annotations

import threading
import time

import structlog
from django.db import DatabaseError, InterfaceError, connection

from stoa.kernel.pagecache import purges

INTERVAL = 0.4
# Ids are given out before they are committed, so a lower one may appear after a higher one (PostgreSQL). A number that
# is missing is asked for again for this long; a rolled-back transaction leaves such a hole for good.
PATIENCE = 900.0
LOOK_BACK = 500
# After this long without an answer from the database nothing that is kept can be trusted.
TRUST = 5.0

log = structlog.get_logger(__name__)
_lock = threading.Lock()


class Poller:
    """Follows the table by id, remembering the holes."""

    def __init__(self) -> None:
        self.last_id: int | None = None
        self.holes: dict[int, float] = {}
        self.polled_at = 0.0
        self.answered_at = 0.0

    def poll(self) -> None:
        """Read what is new, and hand it on. Raises DatabaseError where the database does not answer."""
        now = time.monotonic()
        self.polled_at = now
        if self.last_id is None:
            self._start(now)
        else:
            self._follow(now)
        self.answered_at = now

    def _start(self, now: float) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM kernel_cachepurge ORDER BY id DESC LIMIT %s", [LOOK_BACK])
            found = {row[0] for row in cursor.fetchall()}
        self.last_id = max(found, default=0)
        self._note_holes(set(range(min(found, default=0), self.last_id)) - found, now)
        purges.forget_everything()

    def _follow(self, now: float) -> None:
        assert self.last_id is not None  # noqa: S101 - narrows the type; poll() has seen to it
        with connection.cursor() as cursor:
            if self.holes:
                marks = ",".join(["%s"] * len(self.holes))
                cursor.execute(
                    f"SELECT id, tag FROM kernel_cachepurge WHERE id > %s OR id IN ({marks})",  # noqa: S608
                    [self.last_id, *self.holes],
                )
            else:
                cursor.execute("SELECT id, tag FROM kernel_cachepurge WHERE id > %s", [self.last_id])
            rows = cursor.fetchall()
        if rows:
            self._note(rows, now)
        if self.holes:
            self.holes = {number: since for number, since in self.holes.items() if now - since < PATIENCE}

    def _note(self, rows: list[tuple[int, str]], now: float) -> None:
        assert self.last_id is not None  # noqa: S101
        found = {number for number, _ in rows}
        newest = max(self.last_id, *found)
        if newest - self.last_id > LOOK_BACK * 4:
            purges.forget_everything()
        else:
            self._note_holes(set(range(self.last_id + 1, newest)) - found, now)
            purges.forget({tag for _, tag in rows})
        for number in found:
            self.holes.pop(number, None)
        self.last_id = newest

    def _note_holes(self, missing: set[int], now: float) -> None:
        if connection.vendor != "sqlite":  # there, one writer at a time hands numbers out in the order of commits
            self.holes.update(dict.fromkeys(missing, now))


_poller = Poller()


def poll_if_due() -> None:
    """Poll when the last time was ``INTERVAL`` ago; costs a clock reading otherwise. One thread polls for all."""
    if time.monotonic() - _poller.polled_at < INTERVAL:
        return
    poll_now()


def poll_now() -> None:
    """Poll, unless another thread is at it. A database that does not answer empties the caches after ``TRUST`` seconds.

    Not inside a transaction: it could see purges that are then rolled back, and miss those that take their numbers.
    """
    if connection.in_atomic_block or not _lock.acquire(blocking=False):
        return
    try:
        _poller.poll()
    except (DatabaseError, InterfaceError) as error:
        log.warning("purges could not be read", error=type(error).__name__)
        connection.close()
        if time.monotonic() - _poller.answered_at > TRUST:
            purges.forget_everything()
    finally:
        _lock.release()


def reset() -> None:
    """Start over, as a new process does: between tests, and after a fork."""
    _poller.__init__()  # type: ignore[misc]
    purges.forget_everything()
