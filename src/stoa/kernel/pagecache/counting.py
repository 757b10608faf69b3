"""How many public pages came from memory, and how many had to be made: added up in each process, by day in the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F

from stoa.kernel import clock
from stoa.kernel.pagecache.models import PageCacheDay

INTERVAL = 30.0

log = structlog.get_logger(__name__)


class Counter:
    """Two numbers of one process. Counting costs an addition; every ``INTERVAL`` seconds a thread writes them down."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._written_at = monotonic()
        self._hits = self._misses = 0

    def count(self, *, is_hit: bool) -> None:
        with self._lock:
            if is_hit:
                self._hits += 1
            else:
                self._misses += 1
            is_due = self._monotonic() - self._written_at >= INTERVAL
            if is_due:
                self._written_at = self._monotonic()
        if is_due:
            threading.Thread(target=self._write_and_close, name="page-count", daemon=True).start()

    def write(self) -> None:
        """Add what was counted to today's row. What cannot be written is counted on."""
        with self._lock:
            hits, misses = self._hits, self._misses
            self._hits = self._misses = 0
        if not (hits or misses):
            return
        try:
            _add(hits, misses)
        except (DatabaseError, InterfaceError) as error:
            log.warning("page counts could not be written", error=type(error).__name__)
            with self._lock:
                self._hits += hits
                self._misses += misses

    def _write_and_close(self) -> None:
        try:
            self.write()
        finally:
            connection.close()


def _add(hits: int, misses: int) -> None:
    day = clock.now().date()
    PageCacheDay.objects.bulk_create([PageCacheDay(day=day)], ignore_conflicts=True)
    PageCacheDay.objects.filter(day=day).update(hits=F("hits") + hits, misses=F("misses") + misses)
