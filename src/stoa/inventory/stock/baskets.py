"""What is asked for, and the units that it comes to: bundles are opened here, at the moment of taking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stoa.catalogue.bundles import queries as bundles
from stoa.catalogue.bundles import rules as bundling
from stoa.catalogue.bundles.rules import Recipe
from stoa.inventory.stock.errors import QuantityNotAllowedError, Shortage


@dataclass(frozen=True, slots=True)
class Basket:
    """``lines`` as the buyer sees them (variant -> count), ``units`` as they lie on the shelves.

    ``recipes``: what the bundles among the lines consist of.
    """

    lines: Mapping[int, int]
    recipes: Mapping[int, Recipe]
    units: dict[int, int]

    @property
    def has_bundles(self) -> bool:
        return bool(self.recipes)

    def shortages(self, headroom: Mapping[int, int]) -> list[Shortage]:
        """Every line that cannot be had in full, by variant; ``headroom`` has the units of what is counted."""
        got = bundling.reachable(self.lines, self.recipes, headroom)
        return [Shortage(pk, wanted, got[pk]) for pk, wanted in sorted(self.lines.items()) if got[pk] < wanted]


def open_up(lines: Mapping[int, int], recipes: Mapping[int, Recipe] | None = None) -> Basket:
    """``recipes`` says what bundles consist of (for an order: what they were when it was placed); None: what they
    consist of now, in one query. Raises QuantityNotAllowedError."""
    check_quantities(lines)
    known = bundles.components(lines) if recipes is None else recipes
    used = {variant_id: known[variant_id] for variant_id in lines if known.get(variant_id)}
    return Basket(lines, used, bundling.unpacked(lines, used))


def check_quantities(lines: Mapping[int, int]) -> None:
    """Raises QuantityNotAllowedError unless every quantity is a positive whole number."""
    for quantity in lines.values():
        if not isinstance(quantity, int) or isinstance(quantity, bool) or not 0 < quantity < 2**31:
            raise QuantityNotAllowedError(quantity=quantity)
