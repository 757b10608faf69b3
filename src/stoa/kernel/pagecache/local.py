"""Values that a process keeps until a tag is purged: the market of a host, the category tree."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

from stoa.kernel.pagecache import polling, purges

P = ParamSpec("P")
T = TypeVar("T")


def process_cached(*tags: str, size: int = 256) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep a function's results in this process until one of ``tags`` is purged anywhere (seen within half a second).

    Arguments must be hashable; results are shared, so they must not be changed. A result whose reading overlapped
    with a purge is handed out but not kept.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        kept: dict[Hashable, T] = {}

        def drop(purged: frozenset[str]) -> None:
            if any(tag in purged for tag in tags):
                kept.clear()

        purges.listen(drop)

        @wraps(function)
        def cached(*args: P.args, **kwargs: P.kwargs) -> T:
            polling.poll_if_due()
            key = (args, tuple(sorted(kwargs.items())))
            try:
                return kept[key]
            except KeyError:
                since = purges.position()
                value = function(*args, **kwargs)
                if purges.is_current(tags, since):
                    if len(kept) >= size:
                        kept.clear()
                    kept[key] = value
                return value

        return cached

    return decorate
