"""What requests have seen, between them and the table that counts it.

A request adds to a dictionary. A thread, started by the first addition, writes all of it a second later in one
transaction. What a process still holds when it ends in order is written then.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Hashable
from multiprocessing import util
from typing import Any, Generic, Protocol, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, connection

PAUSE = 1.0

log = structlog.get_logger(__name__)


class Countable(Protocol):
    def join(self, later: Any) -> None:
        """Take in what was counted after it."""


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Countable)


class Buffer(Generic[K, V]):
    """``write(entries)`` is given what was counted; it runs in a thread, or at the end of the process.

    ``most`` entries are held between two writings: a flood beyond that is not counted, and costs no memory.
    """

    def __init__(self, name: str, write: Callable[[dict[K, V]], None], most: int = 2_000) -> None:
        self.name, self.most = name, most
        self._write = write
        self._lock = threading.Lock()
        self._entries: dict[K, V] = {}
        self._is_due = False
        # A web process is a child of the server's: such end without atexit, but with the other.
        atexit.register(self._last_words)
        util.Finalize(None, self._last_words, exitpriority=50)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, key: K, entry: V) -> None:
        with self._lock:
            self._join(key, entry)
        self._write_soon()

    def _join(self, key: K, entry: V) -> None:
        known = self._entries.get(key)
        if known is not None:
            known.join(entry)
        elif len(self._entries) < self.most:
            self._entries[key] = entry

    def take(self) -> dict[K, V]:
        """All that is held; the buffer is empty afterwards."""
        with self._lock:
            taken, self._entries = self._entries, {}
        return taken

    def flush(self) -> int:
        """Write what is held. Returns how many entries; what could not be written is kept for the next time."""
        taken = self.take()
        if not taken:
            return 0
        try:
            self._write(taken)
        except (DatabaseError, InterfaceError) as error:
            log.warning("what was counted could not be written", buffer=self.name, error=type(error).__name__)
            with self._lock:
                newer, self._entries = self._entries, taken
                for key, entry in newer.items():
                    self._join(key, entry)
            return 0
        return len(taken)

    def _write_soon(self) -> None:
        # Inside a transaction (tests, simulations) whoever opened it says when: another connection could not write.
        if self._is_due or connection.in_atomic_block:
            return
        with self._lock:
            if self._is_due:
                return
            self._is_due = True
        threading.Thread(target=self._write_later, name=self.name, daemon=True).start()

    def _write_later(self) -> None:
        _pause.wait(PAUSE)
        self._is_due = False
        try:
            self.flush()
        finally:
            connection.close()

    def _last_words(self) -> None:
        if self._entries and not connection.in_atomic_block:
            self.flush()


_pause = threading.Event()  # never set: waiting on it is sleeping, whatever the clock is told
