"""Keeps the index in step with the shop: a thread in every long-running process, of which one at a time is the writer."""

from __future__ import annotations

import threading
import time

import structlog
from django.db import connection, transaction

from stoa.catalogue.search import node
from stoa.catalogue.search.finding import Finder

# How often the writer looks for changes, and the others whether the writer is still there, in seconds.
INTERVAL, LOOK = 0.4, 1.0

log = structlog.get_logger(__name__)
_asked_at = 0.0


class Follower(threading.Thread):
    """``delay``: seconds before it first tries to become the writer; a worker process goes before web processes."""

    def __init__(self, delay: float = 0.0) -> None:
        super().__init__(name="search-follower", daemon=True)
        self._delay = delay
        self._stop_asked = threading.Event()

    def run(self) -> None:
        pause = self._delay
        while not self._stop_asked.wait(pause):
            pause = LOOK
            try:
                with node.writing() as is_ours:
                    if is_ours:
                        self._write()
            except Exception as error:
                log.warning("the search index could not be kept", error=type(error).__name__, exc_info=True)
            finally:
                connection.close()

    def _write(self) -> None:
        while True:
            node.catch_up()
            if self._stop_asked.wait(INTERVAL):
                return

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(10)


def start(delay: float = 0.0) -> Follower:
    follower = Follower(delay)
    follower.start()
    return follower


def prepare() -> None:
    """Have an index that has caught up, before the shop opens. Waits for another process that is making it."""
    with node.writing(wait=True) as is_ours:
        if is_ours:
            node.catch_up()


def present(language: str) -> Finder:
    """The index to ask. Where no process follows the shop, this one catches up first. Raises IndexUnusableError."""
    global _asked_at
    try:
        finder = node.reader.finder(language)
    except node.IndexUnusableError:
        _catch_up_if_free()
        return node.reader.finder(language)
    if time.monotonic() - _asked_at < INTERVAL:
        return finder
    _asked_at = time.monotonic()
    return node.reader.finder(language) if _catch_up_if_free() else finder


def _catch_up_if_free() -> bool:
    """Whether this process was the writer for a moment. In a transaction one might read what never comes to be."""
    if transaction.get_connection().in_atomic_block:
        return False
    with node.writing() as is_ours:
        if is_ours:
            node.catch_up()
        return is_ours


def ask_for_rebuild(timeout: float) -> None:
    """Have the process that writes make everything anew, and wait for it. Raises TimeoutError."""
    node.mark_damaged()
    deadline = time.monotonic() + timeout
    while (node.folder() / "damaged").exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the index was not made anew within {timeout:.0f} s")
        time.sleep(0.1)
