"""``stoa import products|orders FILE``: files of other systems, with a dry run and an account of every row."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from stoa.exchange.files.sheets import inert
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.exchange.files.actions import Account, RowOutcome

HELP = "bring in products or orders of another system"
ACTOR = Actor("staff", "command", "stoa import")
WORDS = {"imported": "imported", "credited": "treated as credit", "rejected": "rejected", "skipped": "there already"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True)
    products = kinds.add_parser("products", help="Shopify's or WooCommerce's product CSV, recognised by its header")
    orders = kinds.add_parser("orders", help="invoice lines from CSV or Parquet, through a column map")
    orders.add_argument("--mapping", type=Path, required=True, help="the column map (TOML), see docs/examples/")
    for sub in (products, orders):
        sub.add_argument("file", type=Path)
        sub.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        sub.add_argument("--account", type=Path, help="write what became of every row to this CSV file")
        sub.add_argument("--json", action="store_true", help="print the account as JSON")


def run(arguments: argparse.Namespace) -> int:
    # A line for every product that Wagtail publishes would tear the progress bar apart.
    logging.getLogger("wagtail").setLevel(logging.WARNING)
    if not arguments.file.is_file():
        print(f"There is no file {arguments.file}", file=sys.stderr)
        return 2
    try:
        with _progress(arguments.file.name, quiet=arguments.json) as progress, _witness(arguments.account) as witness:
            account = _perform(arguments, progress, witness)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    _show(account, arguments)
    return 0


def _perform(arguments: argparse.Namespace, progress: Any, witness: Any) -> Account:
    common = {"actor": ACTOR, "is_dry_run": arguments.dry_run, "progress": progress, "witness": witness}
    if arguments.kind == "orders":
        from stoa.exchange.orders.actions import import_orders

        mapping = _mapping(arguments.mapping)
        return import_orders(arguments.file, mapping, market_id=_market(arguments).pk, **common)
    from stoa.exchange.products.actions import import_products

    return import_products(arguments.file, market=_market(arguments), **common)


def _market(arguments: argparse.Namespace) -> Market:
    """The shop's first market, founded now if nobody has; a dry run only imagines it."""
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.markets.queries import all_markets
    from stoa.config.first_shop import ensure_shop

    if arguments.dry_run:
        return next(iter(all_markets()), Market(currency="EUR"))
    return ensure_shop()


def _mapping(path: Path) -> str:
    from stoa.exchange.errors import MappingError

    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise MappingError(f"{path.name} is not written in UTF-8") from error


def _show(account: Account, arguments: argparse.Namespace) -> None:
    if arguments.json:
        facts = {"rows": account.total, **account.counts, "before": account.before, "dry_run": arguments.dry_run}
        print(json.dumps({**facts, "reasons": account.reasons}, ensure_ascii=False))
        return
    print(f"{account.total:,} rows" + (" (dry run: nothing was written)" if arguments.dry_run else ""))
    if account.finished:
        print(f"  This file was imported on {account.finished:%Y-%m-%d %H:%M} UTC; nothing was imported again")
    elif account.before:
        print(f"  {account.before:>9,} done by an earlier run, which was interrupted")
    for outcome, count in account.counts.items():
        print(f"  {count:>9,} {WORDS[outcome]}")
    for reason, count in sorted(account.reasons.items(), key=lambda item: (-item[1], item[0]))[:20]:
        print(f"  {count:>9,} x {reason}")
    if account.counts["rejected"] and not arguments.account:
        print("  --account FILE.csv lists every row with its reason")


@contextmanager
def _progress(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Beside the output, which may be read by a program.
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def advance(rows: int, total: int) -> None:
            bar.update(task, advance=rows, total=total)

        yield advance


@contextmanager
def _witness(path: Path | None) -> Iterator[Callable[[list[RowOutcome]], None]]:
    if path is None:
        yield lambda outcomes: None
        return
    file: IO[str]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "outcome", "reason", "excerpt"])

        def write(outcomes: list[RowOutcome]) -> None:
            writer.writerows([o.row, o.outcome, inert(o.reason), inert(o.excerpt)] for o in outcomes)

        yield write
