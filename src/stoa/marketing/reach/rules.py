"""How many clicks it takes from the home page: a walk over links, breadth first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def depths(links: Mapping[K, Iterable[tuple[K, int]]], start: K) -> dict[K, int]:
    """Clicks from ``start`` to everything that can be reached. ``links``: (target, clicks that it takes, at least 1).

    Clicks are small whole numbers, so waiting lists by distance do (Dial's algorithm).
    """
    found: dict[K, int] = {}
    waiting: dict[int, list[K]] = {0: [start]}
    distance = 0
    while waiting:
        for node in waiting.pop(distance, ()):
            if node in found:
                continue
            found[node] = distance
            for target, clicks in links.get(node, ()):
                if target not in found:
                    waiting.setdefault(distance + max(clicks, 1), []).append(target)
        distance += 1
    return found


def clicks_in_list(place: int, total: int, size: int) -> int:
    """Clicks from a list's first page to its ``place``-th entry (from 0), with a pager that shows neighbours, first and last.

    1 on the first page; the page ``n`` of ``last`` takes n - 1 more from the front, or one more than last - n from the end.
    """
    page, last = place // size + 1, max(1, -(-total // size))
    return 1 + (0 if page == 1 else min(page - 1, 1 + last - page))


def spread(values: Sequence[int | None], deepest: int = 5) -> list[int]:
    """How many lie 0, 1, 2 ... ``deepest`` and more clicks away, and last, how many cannot be reached."""
    counts = [0] * (deepest + 2)
    for value in values:
        counts[-1 if value is None else min(value, deepest)] += 1
    return counts
