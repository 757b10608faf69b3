"""``stoa stock set SKU N --reason TEXT``: what a stock-take found."""

from __future__ import annotations

import argparse
import sys

from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

HELP = "set the stock of a SKU"
ACTOR = Actor("staff", "command", "stoa stock")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    setting = verbs.add_parser("set", help="say how many are on hand")
    setting.add_argument("sku")
    setting.add_argument("quantity", type=int)
    setting.add_argument("--reason", required=True, help="why, in words; stands in the ledger")
    setting.add_argument("--location", help="code of the location (default: the first one)")


def run(arguments: argparse.Namespace) -> int:
    from stoa.catalogue.products.queries import variant_by_sku
    from stoa.inventory.stock.actions import set_on_hand
    from stoa.inventory.stock.queries import level_of, location_by_code

    try:
        variant = variant_by_sku(arguments.sku)
        location = location_by_code(arguments.location)
        set_on_hand(
            variant.id, location.pk, arguments.quantity, reason="counted", note=arguments.reason[:300], actor=ACTOR
        )
        figures = level_of(arguments.sku)
    except DomainError as error:
        print(error.message, file=sys.stderr)
        return 1
    assert figures is not None  # noqa: S101 - set_on_hand has just written the level
    print(f"{figures.sku}: {figures.on_hand} on hand, {figures.reserved} reserved, {figures.available} available")
    return 0
