"""``stoa import products|orders FILE``: files of other systems, with a dry run and an account of every row."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

HELP = "bring in products or orders of another system"
ACTOR = Actor("staff", "command", "stoa import")


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


def _perform(arguments: argparse.Namespace, progress: Any, witness: Any) -> Any:
    from stoa.catalogue.markets.queries import default_market

    common = {"actor": ACTOR, "is_dry_run": arguments.dry_run, "progress": progress, "witness": witness}
    if arguments.kind == "orders":
        from stoa.exchange.orders.actions import import_orders

        mapping = arguments.mapping.read_text(encoding="utf-8")
        return import_orders(arguments.file, mapping, market_id=default_market().pk, **common)
    from stoa.exchange.products.actions import import_products

    return import_products(arguments.file, market=default_market(), **common)


def _show(account: Any, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(json.dumps({"rows": account.total, **account.counts, "reasons": account.reasons}, ensure_ascii=False))
        return
    print(f"{account.total:,} rows" + (" (dry run: nothing was written)" if arguments.dry_run else ""))
    words = {"imported": "imported", "credited": "treated as credit", "rejected": "rejected", "skipped": "there already"}
    for outcome, count in account.counts.items():
        print(f"  {count:>9,} {words[outcome]}")
    for reason, count in sorted(account.reasons.items(), key=lambda item: -item[1])[:20]:
        print(f"  {count:>9,} x {reason}")
    if account.counts["rejected"] and not arguments.account:
        print("  --account FILE.csv lists every row with its reason")


@contextmanager
def _progress(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=quiet, transient=not sys.stderr.isatty()) as bar:
        task = bar.add_task(name, total=None)

        def advance(rows: int, total: int) -> None:
            bar.update(task, advance=rows, total=total)

        yield advance


@contextmanager
def _witness(path: Path | None) -> Iterator[Callable[[list[Any]], None]]:
    if path is None:
        yield lambda outcomes: None
        return
    file: IO[str]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "outcome", "reason", "excerpt"])

        def write(outcomes: list[Any]) -> None:
            writer.writerows([o.row, o.outcome, o.reason, _inert(o.excerpt)] for o in outcomes)

        yield write


def _inert(text: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) else text
