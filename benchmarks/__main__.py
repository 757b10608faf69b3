"""``make bench``: what a request costs, in CPU time of all processes of the shop, and against granian's own plain response.

CPU time and ratios taken in one run, because machines are shared and noisy. Exit code 1 where a figure is over its limit.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import documents, imports, promotions, requests, search
from benchmarks.report import Report
from tests.live import running

FILL = "from tests.stage import fill; fill({count})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--products", type=int, default=1000)
    parser.add_argument("--orders", type=int, default=60)
    parser.add_argument(
        "--catalogue", type=int, default=20_000, help="products for lists and search; 0 leaves them out"
    )
    parser.add_argument(
        "--imports", type=int, default=200, help="products of the import that is measured; 0 leaves it out"
    )
    parser.add_argument("--documents", type=int, default=200, help="invoices of the batch; 0 leaves them out")
    parser.add_argument("--only-catalogue", action="store_true")
    arguments = parser.parse_args()
    report = Report()
    home = Path(tempfile.mkdtemp(prefix="stoa-bench-"))
    settings = {"STOA_WEB_WORKERS": "1", "STOA_DURABILITY": os.environ.get("STOA_DURABILITY", "full")}
    requests.plain(home, report)
    promotions.measure(report)
    if arguments.catalogue:
        search.measure(report, arguments.catalogue)
    if arguments.only_catalogue:
        print(report)
        return 0 if report.is_within_limits else 1
    if arguments.imports:
        imports.measure(report, arguments.imports)
    if arguments.documents:
        documents.measure(report, arguments.documents)
    with running(home, FILL.format(count=arguments.products), **settings) as shop:
        requests.jobs_done(shop)
        requests.product_pages(shop, arguments.products, report)
        requests.listings(shop, arguments.products, report)
        requests.whole_orders(shop, arguments.products, arguments.orders, report)
        requests.idling(shop, report)
        requests.page_weight(shop, report)
        shop.command("verify-books")
    print(report)
    return 0 if report.is_within_limits else 1


if __name__ == "__main__":
    sys.exit(main())
