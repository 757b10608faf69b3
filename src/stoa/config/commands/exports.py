"""``stoa export products|orders FILE.csv``: what other systems, and ``stoa import``, read again."""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from stoa.exchange.files.sheets import inert

HELP = "write products or orders to a CSV file"
NUMBERS = frozenset({"order_total", "quantity", "unit_price", "line_total"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True)
    products = kinds.add_parser("products", help="in the columns of Shopify's product CSV")
    orders = kinds.add_parser("orders", help="a row a line")
    for sub in (products, orders):
        sub.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    if arguments.kind == "products":
        from stoa.catalogue.markets.queries import default_market
        from stoa.exchange.products.exporting import COLUMNS, product_rows

        count = write(arguments.file, COLUMNS, product_rows(default_market()))
    else:
        from stoa.exchange.orders import exporting

        count = write(arguments.file, exporting.COLUMNS, exporting.order_rows())
    print(f"{count:,} rows in {arguments.file}")
    return 0


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write ``path`` whole or not at all, readable by its owner only. Returns how many rows."""
    part = path.with_name(f"{path.name}.part")
    count = 0
    try:
        with open(part, "w", newline="", encoding="utf-8", opener=_private) as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for row in rows:
                # A negative number is a number; text is made inert.
                writer.writerow([c if name in NUMBERS else inert(c) for name, c in zip(header, row, strict=True)])
                count += 1
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
