"""What is bought with a product: orders know, and they are above this room, so they register who to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

# (product id, market id, how many) -> product ids, the most frequent first
Source = Callable[[int, int, int], Sequence[int]]
_source: Source | None = None


def ask_with(source: Source) -> None:
    """Have ``source`` answer ``bought_with``. Operations calls this once, from its ``apps.ready()``."""
    global _source
    _source = source


def bought_with(product_id: int, market_id: int, count: int) -> list[int]:
    """Other products of the same orders, the most frequent first; empty where nobody knows."""
    return list(_source(product_id, market_id, count)) if _source is not None else []
