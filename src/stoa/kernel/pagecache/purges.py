"""What this process has heard of out-of-date tags: a counter that grows, and who wants to be told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

_lock = threading.Lock()
_sequence = 0
_last: dict[str, int] = {}
_forgotten_before = 0
_listeners: list[Callable[[frozenset[str]], None]] = []
MAX_TAGS = 50_000


def position() -> int:
    """Where the counter stands. Take it before reading what you want to keep."""
    return _sequence


def is_current(tags: Iterable[str], since: int) -> bool:
    """Whether none of the tags was purged after ``position()`` was ``since``."""
    if since < _forgotten_before:
        return False
    return all(_last.get(tag, 0) <= since for tag in tags)


def forget(tags: Iterable[str]) -> None:
    """Note that the tags are out of date, and tell the listeners of this process."""
    global _sequence, _forgotten_before
    purged = frozenset(tags)
    with _lock:
        _sequence += 1
        for tag in purged:
            _last[tag] = _sequence
        if len(_last) > MAX_TAGS:
            _last.clear()
            _forgotten_before = _sequence
    for listener in _listeners:
        listener(purged)


def forget_everything() -> None:
    """All is out of date: after a lost connection, and between tests."""
    global _sequence, _forgotten_before
    with _lock:
        _sequence += 1
        _last.clear()
        _forgotten_before = _sequence
    for listener in _listeners:
        listener(EVERYTHING)


def listen(listener: Callable[[frozenset[str]], None]) -> None:
    """Have ``listener(tags)`` called on every purge; ``EVERYTHING`` (it holds every tag) drops all."""
    _listeners.append(listener)


class _Everything(frozenset[str]):
    def __contains__(self, tag: object) -> bool:
        return True


EVERYTHING: frozenset[str] = _Everything()
