"""What a cart comes to. Pure arithmetic on minor units: page, order, payment and mail all show what is computed here.

Rounding, the policy ``per line, half up``: a line's total is exact (unit price times quantity), its tax is rounded to a
whole minor unit, half away from zero, and every sum adds up rounded lines. Delivery counts as one more line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from stoa.operations.tax.rules import TaxLine, split, sums_by_rate, tax_of

_NO_TAX = Decimal(0)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """``unit_minor`` as the buyer sees it (with tax where prices include it); ``tax_percent`` such as 19.000."""

    unit_minor: int
    quantity: int
    tax_percent: Decimal


@dataclass(frozen=True, slots=True)
class LineTotals:
    total_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """``goods`` + ``delivery`` + ``tax_added`` = ``total``. ``tax_added`` is 0 where prices include tax."""

    goods_minor: int
    delivery_minor: int
    delivery_tax_minor: int
    tax_minor: int
    tax_added_minor: int
    total_minor: int
    lines: tuple[LineTotals, ...]
    # Everything taxed at one rate, delivery included.
    tax_lines: tuple[TaxLine, ...]


def totals(
    lines: Sequence[PricedLine],
    *,
    prices_include_tax: bool,
    delivery_minor: int = 0,
    delivery_tax_percent: Decimal = _NO_TAX,
) -> Totals:
    """Raises ValueError for a negative price or a quantity below 1: they have no place in a sale."""
    if delivery_minor < 0 or any(line.unit_minor < 0 or line.quantity < 1 for line in lines):
        raise ValueError("a sale has neither negative prices nor quantities below 1")
    sums = tuple(_line_totals(line, prices_include_tax) for line in lines)
    delivery_tax = tax_of(delivery_minor, delivery_tax_percent, is_included=prices_include_tax)
    goods = sum(line.total_minor for line in sums)
    tax = sum(line.tax_minor for line in sums) + delivery_tax
    added = 0 if prices_include_tax else tax
    taxed = [
        split(total.total_minor, line.tax_percent, is_included=prices_include_tax)
        for line, total in zip(lines, sums, strict=True)
    ]
    if delivery_minor:
        taxed.append(split(delivery_minor, delivery_tax_percent, is_included=prices_include_tax))
    return Totals(
        goods_minor=goods,
        delivery_minor=delivery_minor,
        delivery_tax_minor=delivery_tax,
        tax_minor=tax,
        tax_added_minor=added,
        total_minor=goods + delivery_minor + added,
        lines=sums,
        tax_lines=sums_by_rate(taxed),
    )


def _line_totals(line: PricedLine, prices_include_tax: bool) -> LineTotals:
    total = line.unit_minor * line.quantity
    return LineTotals(total, tax_of(total, line.tax_percent, is_included=prices_include_tax))
