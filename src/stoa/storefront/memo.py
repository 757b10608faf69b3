"""Values that a process may keep until something changes, outside transactions only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection

from stoa.kernel.pagecache.local import process_cached

P = ParamSpec("P")
T = TypeVar("T")


def remembered(*tags: str, size: int = 256) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """``process_cached``; but in a transaction one must see what it sees, and a roll-back must leave nothing behind."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        kept = process_cached(*tags, size=size)(function)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            return function(*args, **kwargs) if connection.in_atomic_block else kept(*args, **kwargs)

        return answer

    return decorate
