"""``python -m benchmarks.documents``: what an invoice costs, and a batch of them.

Numbered, set, given its electronic invoice, stored and mailed, by the action that screens and jobs call. In a process of
its own, with an empty shop on SQLite; CPU time is that of all its threads.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import Report

ROOT = Path(__file__).resolve().parents[1]
# An invoice in a tenth of a second; a thousand of them in a minute.
ONE_MS, BATCH_MS, BATCH = 100.0, 60.0, 1000

MEASURED = """
import json, sys, time
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from stoa.kernel.actors import SYSTEM
from stoa.operations.documents import actions, queries
from stoa.operations.testing import make_order, make_shop, make_variant
count = int(sys.argv[1])
shop = make_shop(legal_name="Bench GmbH", address="Street 1\\n10115 Berlin", vat_id="DE123456789")
for place in range(8):
    make_variant(shop.market, f"B{place}", 1000 + 111 * place, in_stock=10 * (count + 21), location=shop.location)
orders = [make_order(shop, {f"B{place}": 1 + place for place in range(5)}).pk for _ in range(count + 21)]
def spent(work):
    cpu, wall = time.process_time(), time.monotonic()
    work()
    return time.process_time() - cpu, time.monotonic() - wall
def issue(pks):
    for pk in pks:
        actions.issue_invoice(pk, actor=SYSTEM)
first = spent(lambda: issue(orders[:1]))
singles = sorted(spent(lambda pk=pk: issue([pk])) for pk in orders[1:21])
batch = spent(lambda: issue(orders[21:]))
slips = spent(lambda: queries.drafts(orders[:20], "packing_slip"))
print(json.dumps({"first": first, "one": singles[10], "batch": batch, "slips": slips}))
"""


def measure(report: Report, count: int) -> None:
    """Issue so many invoices in a batch. The figure of the batch is told an invoice, so that it holds for any count."""
    found = run(count)
    report.add("an invoice as PDF with its XML", found["one"][0] * 1000, "ms CPU", ONE_MS, "median of 20")
    each = found["batch"][0] * 1000 / count
    note = f"{count} in {found['batch'][1]:.1f} s by the clock"
    report.add("the same in a batch", each, "ms CPU", BATCH_MS, note)
    report.add("the first one of a process", found["first"][0] * 1000, "ms CPU", note="loads typst and its fonts")
    report.add("a packing slip", found["slips"][0] * 1000 / 20, "ms CPU", ONE_MS)


def run(count: int) -> dict[str, tuple[float, float]]:
    """(CPU seconds, seconds by the clock) of the ``first``, of ``one``, of the ``batch``, and of 20 packing ``slips``."""
    home = Path(tempfile.mkdtemp(prefix="stoa-bench-documents-"))
    environment = {
        **os.environ, "STOA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "stoa.config.settings", "STOA_DATABASE_URL": "",
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(count)], env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, tuple[float, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.documents", description=__doc__)
    parser.add_argument("--count", type=int, default=BATCH, help="invoices of the batch")
    report = Report()
    measure(report, parser.parse_args().count)
    print(report)
    return 0 if report.is_within_limits else 1


if __name__ == "__main__":
    sys.exit(main())
