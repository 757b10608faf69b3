"""Small facts that every page needs (markets, the category tree), kept in the process."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from stoa.kernel.pagecache.local import process_cached

P = ParamSpec("P")
T = TypeVar("T")


def remembered(*tags: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """``process_cached``, but inside a transaction the function runs and nothing is kept: there one must see what the
    transaction sees, and a roll-back would leave the process with something that never was."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        cached = process_cached(*tags)(function)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            if transaction.get_connection().in_atomic_block:
                return function(*args, **kwargs)
            return cached(*args, **kwargs)

        return answer

    return decorate
