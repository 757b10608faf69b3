"""What goods have sold: orders know, and they are above this room, so they register who to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping

# currency -> {product id: (units, revenue in minor units)} of the last 90 days
Source = Callable[[str], Mapping[int, tuple[int, int]]]
_source: Source | None = None


def count_with(source: Source) -> None:
    """Have ``source`` answer ``sold``. Operations calls this once, from its ``apps.ready()``."""
    global _source
    _source = source


def sold(currency: str) -> Mapping[int, tuple[int, int]]:
    """By product, units and revenue of the last 90 days; empty where nobody knows."""
    return _source(currency) if _source is not None else {}
