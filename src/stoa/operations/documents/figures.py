"""What a document adds up to: the order's own amounts, split into net and tax, to the unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.operations.documents import rules
from stoa.operations.documents.errors import SumsDifferError
from stoa.operations.documents.rules import Rate
from stoa.operations.tax.rules import tax_of

if TYPE_CHECKING:
    from stoa.operations.orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class LineFigures:
    """``net`` is without tax; ``total`` is as the order shows it."""

    net_minor: int
    total_minor: int
    percent: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``net`` + ``tax`` = ``total``. ``is_covered``: every line and the delivery stand at exactly one rate."""

    lines: tuple[LineFigures, ...]
    delivery_net_minor: int
    delivery_percent: Decimal
    rates: tuple[Rate, ...]
    net_minor: int
    tax_minor: int
    total_minor: int
    is_covered: bool


def of_order(order: Order, lines: list[OrderLine]) -> Figures:
    """Raises SumsDifferError where the order's own lines, taxes and total are not of one mind."""
    includes = order.prices_include_tax
    rates = tuple(
        Rate(row.percent, row.net_minor, row.tax_minor, getattr(row, "label", "") or "")
        for row in sorted(order.tax_lines.all(), key=lambda row: (-row.percent, row.pk))
    )
    net = order.total_minor - order.tax_minor
    goods = sum(line.total_minor for line in lines)
    if sum(rate.tax_minor for rate in rates) != order.tax_minor or goods != order.goods_minor:
        raise SumsDifferError(order=order.number)
    delivery_tax = tax_of(order.delivery_minor, order.delivery_tax_percent, is_included=True) if includes else 0
    delivery_net = order.delivery_minor - delivery_tax
    nets = [line.total_minor - (line.tax_minor if includes else 0) for line in lines]
    is_covered = sum(rate.net_minor for rate in rates) == net and len({rate.percent for rate in rates}) == len(rates)
    if is_covered:
        nets, is_covered = _at_rates(order, lines, nets, rates, delivery_net)
    shown = [
        LineFigures(line_net, line.total_minor, line.tax_percent, line.quantity)
        for line, line_net in zip(lines, nets, strict=True)
    ]
    return Figures(
        tuple(shown),
        delivery_net,
        order.delivery_tax_percent,
        rates,
        net,
        order.tax_minor,
        order.total_minor,
        is_covered,
    )


def _at_rates(
    order: Order, lines: list[OrderLine], nets: list[int], rates: tuple[Rate, ...], delivery_net: int
) -> tuple[list[int], bool]:
    """The nets of the lines so that they add up rate by rate, and whether every line has a rate to stand at."""
    found = list(nets)
    percents = {line.tax_percent for line in lines}
    if order.delivery_minor:
        percents.add(order.delivery_tax_percent)
    if percents - {rate.percent for rate in rates}:
        return nets, False
    for rate in rates:
        places = [place for place, line in enumerate(lines) if line.tax_percent == rate.percent]
        own_delivery = delivery_net if order.delivery_minor and order.delivery_tax_percent == rate.percent else 0
        if not places:
            if own_delivery != rate.net_minor:
                return nets, False
            continue
        for place, net in zip(
            places, rules.spread([nets[place] for place in places], rate.net_minor - own_delivery), strict=True
        ):
            found[place] = net
    return found, True


def of_credit(amount_minor: int, rest: list[Rate], *, includes: bool) -> Figures:
    """A credit note over a part of what is left of an invoice: one line for each rate."""
    rates = tuple(rules.credited(amount_minor, rest))
    lines = tuple(
        LineFigures(rate.net_minor, rate.gross_minor if includes else rate.net_minor, rate.percent, 1) for rate in rates
    )
    net, tax = sum(rate.net_minor for rate in rates), sum(rate.tax_minor for rate in rates)
    is_covered = len({rate.percent for rate in rates}) == len(rates)
    return Figures(lines, 0, Decimal(0), rates, net, tax, net + tax, is_covered)
