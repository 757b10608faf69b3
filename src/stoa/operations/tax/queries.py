"""Tax rates by country, class and day.

Covered: the standard and main reduced rates of the EU's member states and the United Kingdom (``data/rates.toml``), and
whatever rows a merchant adds. Not covered: Northern Ireland's special position for goods, and territories with rules of
their own (the Canary Islands, overseas departments and the like); they are taxed as the country that the address names.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from stoa.kernel.pagecache import polling, purges
from stoa.operations.tax.models import TaxRate
from stoa.operations.tax.rules import in_force

TAG = "tax"
STANDARD = "standard"

Steps = list[tuple[date, Decimal]]
Table = dict[tuple[str, str], Steps]

_kept: Table | None = None


def rate(country: str, tax_class_code: str, on: date) -> Decimal:
    """Percent of tax in ``country`` (ISO 3166, two letters) for a tax class on a day, such as ``Decimal("19.000")``.

    0 for a country without rates: an export, unless the merchant adds rows. A class that a country has no row for is
    charged at its standard rate.
    """
    table = _table(country)
    for code in (tax_class_code, STANDARD):
        percent = in_force(table.get((country, code), []), on)
        if percent is not None:
            return percent
    return Decimal(0)


def _table(country: str) -> Table:
    """All rates, kept in the process until one changes.

    What a transaction reads is not kept: it may roll back. It then reads its own country alone.
    """
    global _kept
    polling.poll_if_due()
    kept = _kept
    if kept is not None:
        return kept
    if transaction.get_connection().in_atomic_block:
        return _read(TaxRate.objects.filter(country=country))
    since = purges.position()
    table = _read(TaxRate.objects.all())
    if purges.is_current((TAG,), since):
        _kept = table
    return table


def _read(rows: QuerySet[TaxRate]) -> Table:
    table: Table = {}
    ordered = rows.order_by("valid_from").values_list("country", "tax_class_id", "valid_from", "percent")
    for country, code, valid_from, percent in ordered:
        table.setdefault((country, code), []).append((valid_from, percent))
    return table


def _drop(purged: frozenset[str]) -> None:
    global _kept
    if TAG in purged:
        _kept = None


purges.listen(_drop)
