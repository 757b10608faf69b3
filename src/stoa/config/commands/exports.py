"""``stoa export products|customers|orders FILE.csv``, ``stoa export shop FILE.zip``: what other systems, and ``stoa import``,
read again."""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from stoa.exchange.files.sheets import inert

HELP = "write products, customers or orders to a CSV file, or the whole catalogue to an archive"
NUMBERS = frozenset({"order_total", "quantity", "unit_price", "line_total"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True)
    products = kinds.add_parser("products", help="in the columns of Shopify's product CSV")
    customers = kinds.add_parser("customers", help="in the columns of Shopify's customer CSV")
    orders = kinds.add_parser("orders", help="a row a line")
    shop = kinds.add_parser("shop", help="everything of the catalogue, with its pictures, as an archive (zip)")
    for sub in (products, customers, orders, shop):
        sub.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    if arguments.kind == "products":
        from stoa.catalogue.markets.queries import default_market
        from stoa.exchange.products.exporting import columns, product_rows

        count = write(arguments.file, columns(), product_rows(default_market()))
    elif arguments.kind == "customers":
        from stoa.exchange.customers.exporting import COLUMNS, customer_rows

        count = write(arguments.file, COLUMNS, customer_rows())
    elif arguments.kind == "shop":
        from stoa.catalogue.markets.queries import default_market
        from stoa.exchange.shop.exporting import write_shop

        written = write_shop(arguments.file, default_market())
        more = f"{written.pictures:,} pictures and {written.files:,} files for sale"
        print(f"{written.products:,} products with {more} in {arguments.file}")
        return 0
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
