"""What promotions cost: a cart of 100 lines under 200 of them, and a planned one tried on 100,000 past orders.

``python -m benchmarks.promotions`` measures them alone. The orders stand in a shop of their own, in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.report import Report
from stoa.catalogue.promotions.rules import KINDS, Chosen, Context, Floor, Goods, Promotion, Tier, apply

LINES, PROMOTIONS, CART_MS, ROUNDS = 100, 200, 10, 15
ORDERS, TRIAL_S = 100_000, 60
# With the reading of 200 rows, and of what the goods are to them.
STORED_MS = 10
ROOT = Path(__file__).resolve().parents[1]


def measure(report: Report, orders: int = ORDERS) -> None:
    """``orders`` 0 leaves the trial out."""
    for name, floor in (("", Floor()), (", floor blocks", Floor(blocks=True, order_minor=10_000))):
        report.add(f"{LINES} lines, {PROMOTIONS} promotions{name}", cart_ms(floor), "ms CPU", CART_MS)
    with tempfile.TemporaryDirectory(prefix="stoa-bench-promotions-") as home:
        settings = {"STOA_HOME": home, "DJANGO_SETTINGS_MODULE": "stoa.config.settings", "STOA_DATABASE_URL": ""}
        command = [sys.executable, "-c", f"from benchmarks.promotions import in_a_shop; in_a_shop({orders})"]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=True
        )
    found = json.loads(done.stdout.splitlines()[-1])
    report.add(
        f"the same, promotions read from the shop ({found['given']} given)", found["cart_ms"], "ms CPU", STORED_MS
    )
    if orders:
        note = f"{found['touched']} of {found['orders']} orders would have had it, {found['steps']} steps of progress"
        report.add("a promotion tried on past orders", found["trial_s"] * ORDERS / orders, "s CPU", TRIAL_S, note)


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


def in_a_shop(orders: int) -> None:
    """Prints what it measured, as JSON. Needs an empty STOA_HOME."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from stoa.catalogue.prices import queries as prices
    from stoa.catalogue.products import queries as products
    from stoa.operations.promotions.pricing import NOBODY, outcome, promotions_for
    from stoa.operations.testing import make_shop, make_variant

    shop = make_shop()
    variants = [
        make_variant(shop.market, f"B{number}", 500 + 37 * number, cost_minor=200 + 15 * number)
        for number in range(LINES)
    ]
    _promote(shop.market, [variant.product_id for variant in variants])
    quantities = {variant.pk: 1 + variant.pk % 3 for variant in variants}
    facts = products.variants_by_id(quantities, with_pictures=False)
    quotes = prices.quote(quantities, shop.market, quantities=quantities)
    percents = dict.fromkeys(quantities, Decimal(19))
    times, given = [], 0
    for _ in range(ROUNDS):
        started = time.process_time()
        found = promotions_for(shop.market, NOBODY)
        made = outcome(found, quantities, facts, quotes, percents, 490, shop.market, "DE", NOBODY)
        times.append(time.process_time() - started)
        given = len(made.promotion_ids)
    measured = {"cart_ms": sorted(times)[ROUNDS // 2] * 1000, "given": given}
    if orders:
        measured |= _trial(shop.market, variants, orders)
    print(json.dumps(measured))


def _promote(market: Any, product_ids: list[int]) -> None:
    from stoa.catalogue.promotions.actions import PromotionData, create_promotion
    from stoa.kernel.actors import SYSTEM

    terms = {
        "percent": {"percent_bp": 300}, "amount": {"amount_minor": 150}, "amount_each": {"amount_minor": 10},
        "free_delivery": {}, "buy_get": {"buy": 2, "get": 1, "percent_bp": 5000}, "spend_tiers": {"tiers": [[1000, 200]]},
        "quantity_tiers": {"tiers": [[2, 200]]},
        "bundle": {"amount_minor": 900, "bundle": [[product_ids[0], 1], [product_ids[1], 1]]},
    }  # fmt: skip
    for number in range(PROMOTIONS):
        kind = KINDS[number % len(KINDS)]
        # A least worth of the goods keeps them off the shelf: each is reckoned in the cart.
        asked = {"min_spend_minor": 100, "chosen": {"products": product_ids[number % 50 : number % 50 + 30]}}
        data = PromotionData(
            f"Promotion {number}", kind, market.currency, terms=terms[kind], conditions=asked, priority=number % 6,
            group=("", "a", "b", "c")[number % 4], is_exclusive=number % 40 == 0,
        )  # fmt: skip
        create_promotion(data, actor=SYSTEM)


def _trial(market: Any, variants: list[Any], count: int) -> dict[str, float]:
    """Orders of one to four lines over a year, a fifth of them by customers who come again."""
    from datetime import timedelta

    from stoa.catalogue.promotions.actions import PromotionData, create_promotion
    from stoa.kernel import clock
    from stoa.kernel.actors import SYSTEM
    from stoa.operations.orders.models import Order, OrderLine
    from stoa.operations.promotions import trials
    from stoa.operations.promotions.actions import begin_trial, run_trial
    from stoa.operations.promotions.queries import trial

    chance, now = Random(4), clock.now()
    for first in range(0, count, 5000):
        made, lines = [], []
        for number in range(first, min(first + 5000, count)):
            chosen = chance.sample(variants, chance.randint(1, 4))
            rows = [(variant, chance.randint(1, 3)) for variant in chosen]
            goods = sum((500 + 37 * (variant.pk % LINES)) * quantity for variant, quantity in rows)
            made.append(
                Order(
                    number=f"X{number}", market=market, status="completed", access_nonce="x", currency=market.currency,
                    email=f"buyer{number % (count * 4 // 5)}@example.com", country="DE", goods_minor=goods, delivery_minor=490,
                    total_minor=goods + 490, delivery_tax_percent=19,
                    placed_at=now - timedelta(days=365 * (count - number) / count),
                )
            )  # fmt: skip
            lines.append(rows)
        Order.objects.bulk_create(made)
        OrderLine.objects.bulk_create(
            OrderLine(
                order=order, variant=variant, sku=variant.sku, title=variant.sku, quantity=quantity, tax_percent=19,
                unit_minor=500 + 37 * (variant.pk % LINES), total_minor=(500 + 37 * (variant.pk % LINES)) * quantity,
                cost_minor=variant.cost_minor, position=place,
            )
            for order, rows in zip(made, lines, strict=True)
            for place, (variant, quantity) in enumerate(rows)
        )  # fmt: skip
    market.floor_per_product_bp = market.floor_per_order_bp = 1000
    market.save()
    data = PromotionData(
        "Plan", "percent", market.currency, is_automatic=False, terms={"percent_bp": 4000},
        conditions={"min_spend_minor": 2000, "chosen": {"brands": [""]}, "first_order": True},
    )  # fmt: skip
    plan = create_promotion(data, actor=SYSTEM)
    begun = begin_trial(plan.pk, now - timedelta(days=400), now, actor=SYSTEM)
    started = time.process_time()
    run_trial(begun.pk)
    seconds = time.process_time() - started
    done = trial(begun.pk)
    return {
        "trial_s": seconds, "orders": done.orders, "touched": done.touched, "steps": -(-done.orders // trials.PIECE),
    }  # fmt: skip


def main() -> int:
    report = Report()
    measure(report)
    print(report)
    return 0 if report.is_within_limits else 1


if __name__ == "__main__":
    sys.exit(main())
