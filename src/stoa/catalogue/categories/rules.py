"""Which filters a category offers, and in what order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
# What a listing offers beside options and attributes.
BRAND, STOCK, PRICE = "brand", "in_stock", "price"
OWN = (BRAND, STOCK, PRICE)
MOST = 40
LONGEST = 80


@dataclass(frozen=True, slots=True)
class FilterPlan:
    """``first``: codes that lead, in their order; the others follow as the shop has them. ``off``: codes not offered."""

    first: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()

    def offers(self, code: str) -> bool:
        return code not in self.off

    def sorted(self, things: Iterable[T], code_of: Callable[[T], str]) -> list[T]:
        """Those of ``first`` in its order, then the others as they came."""
        place = {code: index for index, code in enumerate(self.first)}
        return sorted(things, key=lambda thing: place.get(code_of(thing), len(place)))


AS_THE_SHOP = FilterPlan()


def plan_of(kept: Any) -> FilterPlan | None:
    """From what is kept; None for nothing: then the category above decides."""
    if not isinstance(kept, dict) or not (kept.get("first") or kept.get("off")):
        return None
    return FilterPlan(tuple(map(str, kept.get("first", ()))), frozenset(map(str, kept.get("off", ()))))


def is_plan(kept: Any) -> bool:
    """Whether it may be kept: nothing, or short lists of codes."""
    if not isinstance(kept, dict) or set(kept) - {"first", "off"}:
        return False
    return all(
        isinstance(codes, list)
        and len(codes) <= MOST
        and all(isinstance(code, str) and 0 < len(code) <= LONGEST for code in codes)
        for codes in kept.values()
    )
