"""What a bundle comes to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# A page, a packing list and a lock each have to hold them.
MAX_COMPONENTS = 30

Recipe = Sequence[tuple[int, int]]


def unpacked(lines: Mapping[int, int], recipes: Mapping[int, Recipe]) -> dict[int, int]:
    """Variant -> units, with every bundle replaced by its parts; what stands in a bundle and alone adds up."""
    units: dict[int, int] = {}
    for variant_id, wanted in lines.items():
        for part_id, quantity in recipes.get(variant_id, ((variant_id, 1),)):
            units[part_id] = units.get(part_id, 0) + wanted * quantity
    return units


def reachable(lines: Mapping[int, int], recipes: Mapping[int, Recipe], units: Mapping[int, int]) -> dict[int, int]:
    """How many of each line can be had from ``units`` (variant -> free ones; not in it: as many as one likes), if the
    lines are served in their order, each with as many as it wants and can get."""
    left = dict(units)
    got = {}
    for variant_id, wanted in lines.items():
        parts = recipes.get(variant_id, ((variant_id, 1),))
        got[variant_id] = min([wanted, *(left[part] // quantity for part, quantity in parts if part in left)])
        for part, quantity in parts:
            if part in left:
                left[part] -= got[variant_id] * quantity
    return got
