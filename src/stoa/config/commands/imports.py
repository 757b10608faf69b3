"""``stoa import products|customers|orders|tax-rates|shop FILE``: files of other systems, with a dry run, an account of every
row, and a way back."""

from __future__ import annotations

import argparse
import csv
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from stoa.exchange.files.sheets import inert
from stoa.exchange.products.settings import FIELDS
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.exchange.files.actions import Account, RowOutcome

HELP = "bring in products, customers or orders of another system, tax rates, or a whole shop; undo an import"
ACTOR = Actor("staff", "command", "stoa import")
WORDS = {
    "updated": "updated",
    "unchanged": "unchanged",
    "imported": "imported",
    "credited": "treated as credit",
    "rejected": "rejected",
    "skipped": "there already",
}
KIND_WORDS = {"imported": "new", "updated": "updated", "unchanged": "unchanged"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True)
    products = kinds.add_parser(
        "products",
        help="CSV or XLSX of Shopify, WooCommerce, Spree or Vendure, recognised by its header, or any with a map",
    )
    products.add_argument("--map", type=Path, help="which column means what (TOML), see docs/importing.md")
    products.add_argument("--images", type=Path, metavar="DIR|ZIP", help="folder or zip archive of the pictures")
    products.add_argument(
        "--fetch", action="store_true", help="fetch pictures now instead of leaving them to the worker"
    )
    products.add_argument(
        "--fields", default="", help=f"what --update may change, comma separated: {', '.join(FIELDS)}; all by default"
    )
    customers = kinds.add_parser(
        "customers", help="CSV or XLSX of Shopify, WooCommerce, or any with columns called alike"
    )
    orders = kinds.add_parser("orders", help="invoice lines from CSV or Parquet, through a column map")
    orders.add_argument("--mapping", type=Path, required=True, help="the column map (TOML), see docs/examples/")
    shop = kinds.add_parser("shop", help="an archive that stoa export shop wrote")
    for sub in (products, customers, shop):
        sub.add_argument("--update", action="store_true", help="change what is there where the file says otherwise")
    taxes = kinds.add_parser(
        "tax-rates", help="CSV or XLSX of our columns, of WooCommerce, or by ZIP code as Avalara's"
    )
    taxes.add_argument(
        "--valid-from",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="where the file has no days; today by default",
    )
    for sub in (products, customers, orders, taxes, shop):
        sub.add_argument("file", type=Path)
        sub.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        sub.add_argument("--account", type=Path, help="write what became of every row to this CSV file")
        sub.add_argument("--json", action="store_true", help="print the account as JSON")
    undo = kinds.add_parser("undo", help="take an import of products or customers back")
    undo.add_argument("number", type=int, nargs="?", help="its number; without one, the imports are listed")


def run(arguments: argparse.Namespace) -> int:
    # A line for every product that Wagtail publishes would tear the progress bar apart.
    logging.getLogger("wagtail").setLevel(logging.WARNING)
    if arguments.kind == "undo":
        return _undo(arguments.number)
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
    if arguments.kind == "customers":
        from stoa.exchange.customers.actions import import_customers

        return import_customers(arguments.file, update=arguments.update, **common)
    if arguments.kind == "tax-rates":
        from stoa.exchange.taxes.actions import import_tax_rates
        from stoa.kernel import clock

        day = arguments.valid_from or clock.today(_market(arguments).timezone)
        return import_tax_rates(arguments.file, valid_from=day, **common)
    if arguments.kind == "shop":
        from stoa.exchange.shop.importing import import_shop

        return import_shop(arguments.file, market=_market(arguments), update=arguments.update, **common)
    from stoa.exchange.products.actions import import_products

    account = import_products(arguments.file, market=_market(arguments), settings=_settings(arguments), **common)
    if arguments.fetch and not arguments.dry_run:
        _fetch()
    return account


def _settings(arguments: argparse.Namespace) -> Any:
    """Raises MappingError."""
    import tomllib

    from stoa.exchange.errors import MappingError
    from stoa.exchange.products.settings import ImportSettings

    chosen = {field.strip() for field in arguments.fields.split(",") if field.strip()}
    if unknown := chosen - set(FIELDS):
        raise MappingError(f"there is no field {', '.join(sorted(unknown))}; there are {', '.join(FIELDS)}")
    mapped = None
    if arguments.map:
        try:
            mapped = tomllib.loads(_mapping(arguments.map))
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"{arguments.map.name} is no TOML: {error}") from error
    if arguments.images and not arguments.images.exists():
        raise MappingError(f"there is no folder or archive {arguments.images}")
    return ImportSettings(
        update=arguments.update,
        fields=frozenset(chosen or FIELDS),
        mapping=mapped,
        pictures=str(arguments.images.resolve()) if arguments.images else "",
    )


def _fetch() -> None:
    """Every picture that waits, here and now."""
    from stoa.exchange.pictures.actions import fetch_pictures
    from stoa.exchange.pictures.queries import waiting_products

    waiting = waiting_products()
    with _progress("pictures", quiet=False) as progress:
        for file_id, product_id in waiting:
            fetch_pictures(file_id, product_id)
            progress(1, len(waiting))


def _undo(number: int | None) -> int:
    from stoa.exchange.files.queries import undoable
    from stoa.exchange.undoing.actions import undo_import

    if number is None:
        for file in undoable():
            print(f"{file.pk:>6}  {file.started_at:%Y-%m-%d %H:%M}  {file.kind:<10} {file.state:<9} {file.file_name}")
        return 0
    try:
        with _progress(f"import {number}", quiet=False) as progress:
            done = undo_import(number, actor=ACTOR, progress=progress)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(f"{done.removed:,} removed, {done.restored:,} as they were before, {done.kept:,} kept")
    for name, reason in list(done.reasons.items())[:50]:
        print(f"  {name}: {reason}")
    return 0


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
        said = {
            "reasons": account.reasons,
            "notes": account.notes,
            "remarks": account.remarks,
            "things": account.things,
        }
        more = {} if arguments.kind == "orders" else said
        print(json.dumps({**facts, "reasons": account.reasons, **more}, ensure_ascii=False))
        return
    print(f"{account.total:,} rows" + (" (dry run: nothing was written)" if arguments.dry_run else ""))
    if account.finished:
        print(f"  This file was imported on {account.finished:%Y-%m-%d %H:%M} UTC; nothing was imported again")
    elif account.before:
        print(f"  {account.before:>9,} done by an earlier run, which was interrupted")
    for outcome, count in account.counts.items():
        print(f"  {count:>9,} {WORDS[outcome]}")
    if account.things:
        print("  " + ", ".join(f"{count:,} {KIND_WORDS[outcome]}" for outcome, count in account.things.items()))
    for remark in account.remarks:
        print(f"  note: {remark}")
    for note, count in sorted(account.notes.items(), key=lambda item: (-item[1], item[0]))[:10]:
        print(f"  {count:>9,} x {note} (brought in all the same)")
    for reason, count in sorted(account.reasons.items(), key=lambda item: (-item[1], item[0]))[:20]:
        print(f"  {count:>9,} x {reason}")
    _show_pictures(arguments)
    if account.counts["rejected"] and not arguments.account:
        print("  --account FILE.csv lists every row with its reason")


def _show_pictures(arguments: argparse.Namespace) -> None:
    if arguments.dry_run or arguments.kind not in {"products", "shop"}:
        return
    from stoa.exchange.pictures.queries import waiting_products

    if waiting := len(waiting_products()):
        print(f"  pictures of {waiting:,} products wait for the worker (stoa serve and stoa worker fetch them)")


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
