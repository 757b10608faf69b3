"""``stoa demo``: a believable shop with a year of history, built once and served."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import shutil
import sys
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stoa.config.environment import Environment

HELP = "build a believable shop with a year of history, and serve it"
DAYS = 365
# Stands in STOA_HOME when a demo shop is complete.
MARK = ".demo-shop"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--serve", action="store_true", help="serve it when it is built")
    parser.add_argument("--fresh", action="store_true", help="throw away the shop in STOA_HOME and build it anew")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same shop")
    parser.add_argument("--orders", type=int, default=5200, help="about how many orders the year has")
    parser.add_argument("--days", type=int, default=DAYS, help="how many days of history")


def run(arguments: argparse.Namespace) -> int:
    from stoa.config.environment import Environment, SettingError

    environment = Environment()
    if environment.is_production:
        raise SettingError("stoa demo is not for production: its log-ins are known to everybody")
    mark = environment.home / MARK
    if arguments.fresh:
        _clear(environment)
    # Nothing is lost if the power fails while a demo is being built: it is built again.
    durability = os.environ.get("STOA_DURABILITY", "")
    os.environ["STOA_DURABILITY"] = "fast"
    # A process that only builds, and then makes room: the collector need not look at the same models again and again.
    gc.set_threshold(100_000, 50, 1000)
    import django

    django.setup()
    if mark.exists():
        from stoa.config.preparation import prepare

        prepare()
        print("The demo shop is there already (stoa demo --fresh builds it anew).")
    else:
        _build(arguments)
        mark.touch()
    _introduce()
    os.environ["STOA_DURABILITY"] = durability
    if arguments.serve:
        from django.db import connections

        connections.close_all()
        # A new process: the server starts with its own settings and none of the builder's memory.
        os.execv(sys.executable, [sys.executable, "-m", "stoa.config.command", "serve"])  # noqa: S606
    return 0


def _clear(environment: Environment) -> None:
    from stoa.config.environment import SettingError

    if environment["STOA_DATABASE_URL"]:
        raise SettingError("--fresh empties STOA_HOME only; empty the database of STOA_DATABASE_URL by hand")
    for name in (
        MARK,
        "media",
        "cache",
        "feeds",
        "stoa.sqlite3",
        "stoa.sqlite3-wal",
        "stoa.sqlite3-shm",
        "queue.sqlite3",
        "queue.sqlite3-wal",
        "queue.sqlite3-shm",
    ):
        path = environment.home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _refuse_another_shop() -> None:
    from stoa.catalogue.markets.queries import all_markets
    from stoa.config.environment import SettingError

    if all_markets():
        raise SettingError(
            "STOA_HOME holds a shop that is no finished demo. Take another STOA_HOME, or lose it with --fresh"
        )


def _introduce() -> None:
    from stoa.world.demo import staff

    print("\n  Log in to the back office as one of these, with the password " + staff.PASSWORD)
    for email, name, role in staff.STAFF:
        print(f"    {email:<26}{role:<12}{name}")


def collect_static() -> None:
    """The static files, gathered by a process that has only just begun."""
    import django

    django.setup()
    from stoa.config.preparation import collect_static_if_changed

    collect_static_if_changed()


def _build(arguments: argparse.Namespace) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from stoa.config.preparation import make_folders, migrate_if_wanted
    from stoa.kernel import clock
    from stoa.world.demo.album import Album
    from stoa.world.demo.build import FOUNDER, build_shop
    from stoa.world.demo.catalogue import categories
    from stoa.world.demo.found import be_found
    from stoa.world.demo.offers import make_offers
    from stoa.world.demo.pictures import Darkroom
    from stoa.world.demo.present import arrange
    from stoa.world.demo.reading import write_reading
    from stoa.world.demo.showcase import dress
    from stoa.world.demo.together import hang_sets
    from stoa.world.simulator.run import simulate

    # A line for each of some hundred pages would only hide how far it has come.
    logging.getLogger("wagtail").setLevel(logging.WARNING)
    started = time.monotonic()
    opened = clock.now() - timedelta(days=arguments.days + 1)
    columns = TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn()
    with closing(Darkroom()) as darkroom, Progress(*columns) as bar:
        task = bar.add_task("", total=None)

        def step(name: str) -> None:
            bar.update(task, description=name, total=None, completed=0)

        def progress(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        # The long works that need no database start first, in other processes.
        static_files = darkroom.errand(collect_static)
        album = Album(categories(), darkroom)
        step("Laying the foundations")
        make_folders()
        migrate_if_wanted(is_production=False)
        _refuse_another_shop()
        market = build_shop(seed=arguments.seed, opened=opened, step=step)
        step("Living through a year")
        outcome = simulate(market, days=arguments.days, orders=arguments.orders, seed=arguments.seed, progress=progress)
        arrange(market, actor=FOUNDER)
        be_found(market, actor=FOUNDER)
        make_offers(market, actor=FOUNDER)
        step("Hanging up the photographs")
        album.hang(market, progress)
        hang_sets(actor=FOUNDER)
        dress(actor=FOUNDER)
        write_reading(market, actor=FOUNDER)
        static_files.result()
    print(f"{outcome.orders:,} orders in {outcome.days} days, built in {time.monotonic() - started:.0f} s")
