"""The tax report of a period: what a merchant files, and the rows behind every figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from stoa.operations.orders.taxes import TaxRow, tax_rows

# The reverse-charge list (EC sales list) is by buyer; everything else by country and rate.
BY_BUYER = "reverse_charge"


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the report. ``vat_id`` is set for reverse charges alone."""

    treatment: str
    country: str
    label: str
    percent: Decimal
    currency: str
    vat_id: str = ""


@dataclass(slots=True)
class TaxSum:
    """``orders`` and ``refunds`` count rows; amounts are sales less what was given back, in minor units."""

    key: Key
    orders: int = 0
    refunds: int = 0
    net_minor: int = 0
    tax_minor: int = 0


def tax_report(timezone: str, first: date, last: date) -> list[TaxSum]:
    """Sums by treatment, country, tax and rate from ``first`` to ``last`` (both within) in the calendar at ``timezone``."""
    sums: dict[Key, TaxSum] = {}
    for row in rows_of(timezone, first, last):
        each = sums.setdefault(key_of(row), TaxSum(key_of(row)))
        each.orders += not row.is_refund
        each.refunds += row.is_refund
        each.net_minor += row.net_minor
        each.tax_minor += row.tax_minor
    order = sorted(
        sums, key=lambda key: (key.treatment, key.country, key.label, -key.percent, key.vat_id, key.currency)
    )
    return [sums[key] for key in order]


def rows_of(timezone: str, first: date, last: date, key: Key | None = None) -> Iterable[TaxRow]:
    """The rows behind the report, or behind one line of it."""
    zone = ZoneInfo(timezone)
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    return (row for row in tax_rows(since, until) if key is None or key_of(row) == key)


def key_of(row: TaxRow) -> Key:
    vat_id = row.vat_id if row.treatment == BY_BUYER else ""
    return Key(row.treatment, row.jurisdiction, row.label, row.percent, row.currency, vat_id)
