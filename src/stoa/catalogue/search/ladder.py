"""Variants by price, as bit sets: all that cost less than so much, and the cheapest and dearest of a set. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

# About so many variants between two rungs.
STEP = 1024


def set_of(positions: Iterable[int], size: int) -> int:
    """The bit set of the positions, all below ``size``."""
    marks = bytearray((size >> 3) + 1)
    for position in positions:
        marks[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(marks, "little")


def marks_of(members: int) -> str:
    """The set as a text of 0 and 1, up to its last member: quicker to look into than the number."""
    return bin(members)[:1:-1]


class Ladder:
    """``below[i]`` is the set of variants that cost less than ``rungs[i]``; ``steps[i]`` lists those from there up to
    the next rung, by price. The first rung is under every price."""

    def __init__(self, priced: Iterable[tuple[int, int]], size: int) -> None:
        """``priced``: (price, bit) of each variant."""
        self.rungs: list[int] = [-1]
        self.steps: list[list[tuple[int, int]]] = [[]]
        self.below: list[int] = [0]
        for price, bits in _by_price(priced):
            # A price that many share gets a step to itself: then it is never looked through.
            if self.steps[-1] and (len(self.steps[-1]) >= STEP or len(bits) >= STEP // 2):
                self.below.append(self.below[-1] | set_of((bit for _, bit in self.steps[-1]), size))
                self.rungs.append(price)
                self.steps.append([])
            self.steps[-1] += [(price, bit) for bit in bits]
        self.all = self.below[-1] | set_of((bit for _, bit in self.steps[-1]), size)

    def add(self, price: int, bit: int) -> None:
        at = bisect_right(self.rungs, price) - 1
        insort(self.steps[at], (price, bit))
        one = 1 << bit
        self.below[at + 1 :] = [members | one for members in self.below[at + 1 :]]
        self.all |= one

    def remove(self, price: int, bit: int) -> None:
        at = bisect_right(self.rungs, price) - 1
        del self.steps[at][bisect_left(self.steps[at], (price, bit))]
        others = ~(1 << bit)
        self.below[at + 1 :] = [members & others for members in self.below[at + 1 :]]
        self.all &= others

    def under(self, price: int) -> int:
        """The set of variants that cost less than ``price``."""
        at = bisect_right(self.rungs, price) - 1
        step = self.steps[at]
        count = bisect_left(step, (price, -1))
        if count == 0:
            return self.below[at]
        if count == len(step):
            return self.below[at + 1] if at + 1 < len(self.below) else self.all
        found = self.below[at]
        return found | set_of((bit for _, bit in step[:count]), max(bit for _, bit in step[:count]) + 1)

    def span(self, variants: int) -> tuple[int, int] | None:
        """The lowest and the highest price in a set; None for an empty one."""
        if not variants & self.all:
            return None
        return self._lowest(variants), self._highest(variants)

    def _lowest(self, variants: int) -> int:
        low, high = 0, len(self.steps) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (low, middle - 1) if variants & self.below[middle] else (middle, high)
        marks = marks_of(variants)
        return next(price for price, bit in self.steps[low] if marks[bit : bit + 1] == "1")

    def _highest(self, variants: int) -> int:
        low, high = 0, len(self.steps) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if variants & self.all & ~self.below[middle] else (low, middle - 1)
        marks = marks_of(variants)
        return next(price for price, bit in reversed(self.steps[low]) if marks[bit : bit + 1] == "1")


def _by_price(priced: Iterable[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    found: dict[int, list[int]] = {}
    for price, bit in priced:
        found.setdefault(price, []).append(bit)
    return [(price, sorted(found[price])) for price in sorted(found)]
