"""``python -m benchmarks.documents``: what an invoice costs, and a batch of them."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

ONE_MS, BATCH_S, BATCH = 100, 60, 1000


def measured(count: int = BATCH) -> tuple[float, float]:
    """(milliseconds of one invoice, the median of 20; seconds of a batch of ``count``), numbered, stored and kept."""
    os.environ.setdefault("STOA_HOME", tempfile.mkdtemp(prefix="stoa-bench-documents-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from stoa.kernel.actors import SYSTEM
    from stoa.operations.documents import actions
    from stoa.operations.testing import make_order, make_shop, make_variant

    shop = make_shop(legal_name="Bench GmbH", address="Street 1\n10115 Berlin", vat_id="DE123456789")
    for place in range(8):
        make_variant(shop.market, f"B{place}", 1000 + 111 * place, in_stock=10 * count, location=shop.location)
    orders = [make_order(shop, {f"B{place}": 1 + place for place in range(5)}).pk for _ in range(count + 21)]
    actions.issue_invoice(orders[0], actor=SYSTEM)
    times = [_timed(lambda pk=pk: actions.issue_invoice(pk, actor=SYSTEM)) for pk in orders[1:21]]
    batch = _timed(lambda: [actions.issue_invoice(pk, actor=SYSTEM) for pk in orders[21:]])
    return sorted(times)[10] * 1000, batch


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else BATCH
    one, batch = measured(count)
    print(f"an invoice: {one:.0f} ms (at most {ONE_MS}); {count} in a batch: {batch:.1f} s (at most {BATCH_S})")
    return 0 if one <= ONE_MS and batch <= BATCH_S else 1


if __name__ == "__main__":
    sys.exit(main())
