"""What promotions cost: a cart of 100 lines under 200 of them, and a planned one tried on 100,000 past orders."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from stoa.catalogue.promotions.rules import KINDS, Chosen, Context, Floor, Goods, Promotion, Tier, apply

if TYPE_CHECKING:
    from benchmarks.report import Report

LINES, PROMOTIONS, CART_MS, ROUNDS = 100, 200, 10, 15


def measure(report: Report) -> None:
    for name, floor in (("", Floor()), (", floor blocks", Floor(blocks=True, order_minor=10_000))):
        report.add(f"{LINES} lines, {PROMOTIONS} promotions{name}", cart_ms(floor), "ms CPU", CART_MS)


def cart_ms(floor: Floor) -> float:
    """CPU milliseconds of the calculation, the median of ``ROUNDS``."""
    lines, promotions = cart(), running()
    context, times = Context(datetime.now(UTC), "DE"), []
    for _ in range(ROUNDS):
        started = time.process_time()
        apply(lines, 490, promotions, context, floor)
        times.append(time.process_time() - started)
    return sorted(times)[ROUNDS // 2] * 1000


def cart(seed: int = 1) -> list[Goods]:
    chance = Random(seed)
    return [
        Goods(
            chance.randint(100, 20_000), chance.randint(1, 5), pk, pk, frozenset(chance.sample(range(60), 2)),
            frozenset(chance.sample(range(40), 3)), f"brand {pk % 10}", is_reduced=pk % 5 == 0, floor_minor=100,
        )
        for pk in range(LINES)
    ]  # fmt: skip


def running(seed: int = 2) -> list[Promotion]:
    """Of every kind as many, all of them open; in groups, by priorities, five of them exclusive."""
    chance = Random(seed)
    return [
        Promotion(
            pk, f"Promotion {pk}", KINDS[pk % len(KINDS)], percent_bp=chance.randint(100, 2000),
            amount_minor=chance.randint(100, 2000), buy=2, get=1, tiers=(Tier(1, 300), Tier(5000, 700)),
            bundle=_bundle(chance) if KINDS[pk % len(KINDS)] == "bundle" else (), chosen=_chosen(chance, pk),
            excluded=Chosen(products=frozenset({pk % LINES})), skips_reduced=pk % 4 == 0,
            min_spend_minor=5000 * (pk % 2), group=("", "a", "b", "c")[pk % 4], priority=pk % 6,
            is_exclusive=pk % 40 == 0,
        )
        for pk in range(PROMOTIONS)
    ]  # fmt: skip


def _bundle(chance: Random) -> tuple[tuple[int, int], ...]:
    first, second = chance.sample(range(LINES), 2)
    return (first, 1), (second, 1)


def _chosen(chance: Random, number: int) -> Chosen:
    if number % 2:
        return Chosen(categories=frozenset(chance.sample(range(60), 5)))
    return Chosen(brands=frozenset({f"brand {number % 10}"})) if number % 3 else Chosen()
