"""Taking units of several variants at once: all of them or none. Both reserving and selling stand on this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from stoa.inventory.stock import rules
from stoa.inventory.stock.baskets import Basket
from stoa.inventory.stock.errors import OutOfStockError
from stoa.inventory.stock.levels import Level, Levels
from stoa.inventory.stock.tracking import untracked_among


@dataclass(frozen=True, slots=True)
class Taken:
    """``part`` counts the locations that share a variant: 0, 1, ... ``backorder_date`` is set where some are owed."""

    level: Level
    quantity: int
    part: int
    backorder_date: date | None


# Changes one level by so many units, guarded; False where the units were gone.
Take = Callable[[Levels, Level, int], bool]


class _OutrunError(Exception):
    """Somebody took the units between the plan and the UPDATE."""


def take(basket: Basket, market_id: int, change: Take) -> tuple[Levels, list[Taken]]:
    """Spread the basket's units over the market's locations and take them. Needs a transaction.

    Raises OutOfStockError with every short line, a bundle by its own name; then nothing is taken, even if the caller's
    transaction goes on. Variants that are not counted are left out.
    """
    try:
        with transaction.atomic():
            return _attempt(Levels(basket.units), basket, market_id, change)
    except _OutrunError:
        # Plan afresh, this time on locked rows, so that the second plan holds whatever the rush.
        with transaction.atomic():
            return _attempt(Levels(basket.units, lock=True), basket, market_id, change)


def _attempt(levels: Levels, basket: Basket, market_id: int, change: Take) -> tuple[Levels, list[Taken]]:
    taken = []
    for level, quantity, part in _plan(levels, basket, market_id):
        if not change(levels, level, quantity):
            raise _OutrunError
        is_owed = rules.newly_owed(level.free, quantity) > 0
        taken.append(Taken(level, quantity, part, level.backorder_date if is_owed else None))
    return levels, taken


def _plan(levels: Levels, basket: Basket, market_id: int) -> list[tuple[Level, int, int]]:
    """Level, units and part, in ascending (variant, location). Raises OutOfStockError."""
    units = basket.units
    untracked = untracked_among(variant_id for variant_id in units if not levels.of(variant_id))
    plan: list[tuple[Level, int, int]] = []
    headroom: dict[int, int] = {}
    is_short = False
    for variant_id in sorted(set(units) - untracked):
        mine = levels.of(variant_id)
        if any(not level.is_tracked for level in mine):
            continue
        sources = {level.location_id: level for level in mine if level.serves(market_id)}
        places = [level.place for level in sources.values()]
        headroom[variant_id] = sum(place.headroom for place in places)
        parts = rules.allocate(units[variant_id], places)
        is_short = is_short or not parts
        plan += [(sources[part.location_id], part.quantity, number) for number, part in enumerate(parts)]
    if is_short:
        raise OutOfStockError(basket.shortages(headroom))
    return plan
