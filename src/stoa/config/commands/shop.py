"""``stoa shop found``: open the first shop in another currency or country than euro and Germany."""

from __future__ import annotations

import argparse
import sys

HELP = "found the shop: its currency, country and name"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True)
    found = verbs.add_parser("found", help="before anything else; currency and country stay for good")
    found.add_argument("--name", default="My shop")
    found.add_argument("--currency", default="EUR", help="ISO 4217, such as GBP")
    found.add_argument("--country", default="DE", help="ISO 3166 alpha-2, such as GB")
    found.add_argument("--timezone", default="Europe/Berlin", help="IANA name, such as Europe/London")


def run(arguments: argparse.Namespace) -> int:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from stoa.catalogue.markets.queries import all_markets
    from stoa.config.first_shop import Plan, ensure_shop
    from stoa.kernel.money import exponent

    if all_markets():
        print("There is a shop already; currency and country of a shop cannot be changed.", file=sys.stderr)
        return 1
    try:
        exponent(arguments.currency)
        ZoneInfo(arguments.timezone)
    except (ValueError, ZoneInfoNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    market = ensure_shop(Plan(arguments.name, arguments.currency, arguments.country.upper(), arguments.timezone))
    print(
        f"{market.shop_name} sells in {market.currency} from {market.default_country}. Next: stoa staff add EMAIL --role owner"
    )
    return 0
