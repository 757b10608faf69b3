"""What a cart comes to. Pure arithmetic on minor units: page, order, payment and mail all show what is computed here.

A line's total is exact: unit price times quantity, less its discount. Its tax is a whole minor unit, rounded per line, per
rate or per order as the shop says; in every mode the lines and delivery add up to the taxes and these to the order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stoa.operations.tax.reckoning import LINE, Levy, Taxed, proportional, reckon
from stoa.operations.tax.rules import TaxLine, sums_by_rate

_NO_TAX = Decimal(0)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """``unit_minor`` as the buyer sees it (with tax where prices include it); ``tax_percent`` such as 19.000.

    ``discount_minor`` is what promotions took off the whole line, at most all of it. Tax is on what is left.
    """

    unit_minor: int
    quantity: int
    tax_percent: Decimal
    discount_minor: int = 0
    # Each tax by itself, where it has a name or there are several. Their sum is ``tax_percent``.
    levies: tuple[Levy, ...] = ()

    @property
    def total_minor(self) -> int:
        return self.unit_minor * self.quantity - self.discount_minor


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
    delivery_levies: tuple[Levy, ...] = (),
    delivery_follows_goods: bool = False,
    rounding: str = LINE,
) -> Totals:
    """``delivery_minor`` is after discounts, as the lines are. With ``delivery_follows_goods`` it is shared out by the
    worth of the goods, and each share taxed as they are. ``rounding``: see ``tax.reckoning``.

    Raises ValueError for a negative price, a quantity below 1, or a discount below 0 or above its line: they have no
    place in a sale.
    """
    if delivery_minor < 0 or any(line.unit_minor < 0 or line.quantity < 1 for line in lines):
        raise ValueError("a sale has neither negative prices nor quantities below 1")
    if any(line.discount_minor < 0 or line.total_minor < 0 for line in lines):
        raise ValueError("a discount is not below 0 and not above what it is taken from")
    goods_taxed = [Taxed(line.total_minor, line.levies or (Levy(line.tax_percent),)) for line in lines]
    own = delivery_levies or (Levy(delivery_tax_percent),)
    delivery_taxed = _delivery_shares(delivery_minor, own, goods_taxed, delivery_follows_goods)
    taxed = [*goods_taxed, *delivery_taxed]
    taxes = reckon(taxed, is_included=prices_include_tax, rounding=rounding)
    sums = tuple(LineTotals(line.total_minor, sum(each)) for line, each in zip(lines, taxes, strict=False))
    delivery_tax = sum(sum(each) for each in taxes[len(lines) :])
    goods = sum(line.total_minor for line in sums)
    tax = sum(line.tax_minor for line in sums) + delivery_tax
    added = 0 if prices_include_tax else tax
    rows = [
        row
        for one, each in zip(taxed, taxes, strict=True)
        for row in _tax_lines(one, each, prices_include_tax)
    ]  # fmt: skip
    return Totals(
        goods_minor=goods,
        delivery_minor=delivery_minor,
        delivery_tax_minor=delivery_tax,
        tax_minor=tax,
        tax_added_minor=added,
        total_minor=goods + delivery_minor + added,
        lines=sums,
        tax_lines=sums_by_rate(rows),
    )


def _delivery_shares(amount: int, own: tuple[Levy, ...], goods: Sequence[Taxed], follows: bool) -> list[Taxed]:
    if not amount:
        return []
    worth: dict[tuple[Levy, ...], int] = {}
    for one in goods:
        worth[one.levies] = worth.get(one.levies, 0) + one.amount_minor
    if not follows or not any(worth.values()):
        return [Taxed(amount, own)]
    return [
        Taxed(share, levies)
        for levies, share in zip(worth, proportional(amount, list(worth.values())), strict=True)
        if share
    ]


def _tax_lines(one: Taxed, taxes: Sequence[int], is_included: bool) -> Iterator[TaxLine]:
    net = one.amount_minor - sum(taxes) if is_included else one.amount_minor
    for position, (levy, tax) in enumerate(zip(one.levies, taxes, strict=True)):
        shared = net if position else 0
        yield TaxLine(levy.percent, net, tax, net + tax, levy.label, levy.jurisdiction, shared)
