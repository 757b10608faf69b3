"""``stoa simulate``: let simulated people act on the shop, through the real actions and on a simulated clock."""

from __future__ import annotations

import argparse

HELP = "let simulated shoppers act on the shop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=30, help="how many days, up to now (default: %(default)s)")
    parser.add_argument("--orders", type=int, help="about how many orders (default: 14 a day)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same shoppers")


def run(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from stoa.catalogue.markets.queries import default_market
    from stoa.config.environment import SettingError
    from stoa.world.simulator.run import simulate

    if settings.STOA_IS_PRODUCTION:
        raise SettingError("stoa simulate invents orders; it does not run in production")
    with Progress(TextColumn("days"), BarColumn(), MofNCompleteColumn()) as bar:
        task = bar.add_task("")
        outcome = simulate(
            default_market(),
            days=arguments.days,
            orders=arguments.orders or arguments.days * 14,
            seed=arguments.seed,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    print(f"{outcome.orders:,} orders, {outcome.walked_away:,} found what they wanted sold out")
    print(", ".join(f"{count:,} {what}" for what, count in sorted(outcome.work.items())))
    return 0
