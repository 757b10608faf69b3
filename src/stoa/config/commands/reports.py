"""``stoa report orders|stock|sales|tax``: the numbers, for people or (``--json``) for machines."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.money import Money

HELP = "print orders, stock, sales or taxes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    names = parser.add_subparsers(dest="name", required=True)
    orders = names.add_parser("orders", help="every order, oldest first")
    stock = names.add_parser("stock", help="on hand, reserved and available by SKU")
    stock.add_argument("--sku", help="this one only")
    sales = names.add_parser("sales", help="orders and gross sales by period")
    sales.add_argument("--by", choices=("day", "month", "year"), default="month")
    tax = names.add_parser("tax", help="net and tax by treatment, country and rate, as it is filed")
    tax.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    tax.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    for sub in (orders, stock, sales, tax):
        sub.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    reports = {"orders": _orders, "stock": _stock, "sales": _sales, "tax": _tax}
    try:
        rows = reports[arguments.name](arguments)
        if arguments.json and arguments.name == "stock" and arguments.sku:
            print(json.dumps(next(iter(rows))))
        elif arguments.json:
            _print_json(rows)
        else:
            _print_table(rows)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


def _orders(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from stoa.operations.orders.queries import orders_report

    for row in orders_report().iterator():
        yield {**row, "placed_at": row["placed_at"].isoformat()}


def _stock(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from stoa.inventory.stock.queries import level_of, levels_report

    figures: Iterable[Any] = levels_report()
    if arguments.sku:
        if (one := level_of(arguments.sku)) is None:
            raise NotFoundError(f"no stock is kept of {arguments.sku}")
        figures = [one]
    return ({"sku": f.sku, "on_hand": f.on_hand, "reserved": f.reserved, "available": f.available} for f in figures)


def _sales(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from stoa.analytics.sales.queries import sales_by
    from stoa.catalogue.markets.queries import all_markets

    # Without a market there is no order either.
    timezone = next((market.timezone for market in all_markets()), "UTC")
    for row in sales_by(arguments.by, timezone):
        yield {
            arguments.by: row.period,
            "currency": row.currency,
            "orders": row.orders,
            "gross_minor": row.gross_minor,
            "rounding_minor": str(row.rounding.normalize()) if row.rounding else "0",
            "credits_minor": row.credit_minor,
            "net_minor": row.net_minor,
        }


def _tax(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from stoa.analytics.tax.queries import tax_report
    from stoa.catalogue.markets.queries import all_markets

    timezone = next((market.timezone for market in all_markets()), "UTC")
    for row in tax_report(timezone, arguments.first, arguments.last):
        key = row.key
        yield {
            "treatment": key.treatment,
            "country": key.country,
            "tax": key.label,
            "percent": str(key.percent),
            "vat_id": key.vat_id,
            "currency": key.currency,
            "orders": row.orders,
            "refunds": row.refunds,
            "net_minor": row.net_minor,
            "tax_minor": row.tax_minor,
        }


def _print_json(rows: Iterable[dict[str, Any]]) -> None:
    """A JSON array, written row by row: a year of orders need not fit into memory."""
    separator = "["
    for row in rows:
        print(separator + json.dumps(row, ensure_ascii=False), end="")
        separator = ",\n "
    print("]" if separator != "[" else "[]")


def _print_table(rows: Iterable[dict[str, Any]]) -> None:
    widths: dict[str, int] | None = None
    for row in rows:
        if widths is None:
            widths = {name: max(len(name), 14) for name in row}
            print("  ".join(name.ljust(width) for name, width in widths.items()))
        print("  ".join(_cell(name, row).ljust(width) for name, width in widths.items()))
    if widths is None:
        print("Nothing yet.")


def _cell(name: str, row: dict[str, Any]) -> str:
    if name.endswith("_minor") and isinstance(row[name], int):
        return str(Money(row[name], row["currency"]).decimal)
    return str(row[name])
