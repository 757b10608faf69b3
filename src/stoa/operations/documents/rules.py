"""Numbers, shares and categories of documents. Pure arithmetic on minor units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from stoa.kernel.money import round_minor

# Members of the VAT area of the Union, and whose sellers must name a VAT id or tax number on every invoice.
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)  # fmt: skip
LETTER_COUNTRIES = frozenset("US CA MX PH CL CO VE CR GT SV HN NI PA DO PR".split())
_FIELD = re.compile(r"\{(year|number)(?::0?(\d))?\}")
_PLAIN = re.compile(r"[A-Za-z0-9/_.\- ]*")


def number(pattern: str, position: int, year: int) -> str:
    """``INV-2026-00007`` of ``INV-{year}-{number:05}``."""

    def put_in(found: re.Match[str]) -> str:
        value = str(year if found[1] == "year" else position)
        return value.rjust(int(found[2] or 0), "0")

    return _FIELD.sub(put_in, pattern)


def is_pattern(pattern: str, *, restarts_yearly: bool) -> bool:
    """Whether no two numbers of the series can be the same."""
    names = [found[1] for found in _FIELD.finditer(pattern)]
    plain = _PLAIN.fullmatch(_FIELD.sub("", pattern))
    # {year} next to {number} would make 2026 1 and 202 61 alike.
    touching = re.search(r"\}\{", pattern)
    is_dated = not restarts_yearly or "year" in names
    return plain is not None and names.count("number") == 1 and is_dated and not touching and len(pattern) <= 40


def may_collide(one: str, other: str) -> bool:
    """Whether two patterns can give the same number: they do unless their fixed parts differ."""
    return _FIELD.sub("#", one) == _FIELD.sub("#", other)


def series(market_id: int, kind: str, year: int, *, restarts_yearly: bool) -> str:
    """How the counter of a series is called."""
    return f"document:{market_id}:{kind}:{year if restarts_yearly else 'all'}"


def paper(setting: str, country: str) -> str:
    """A typst paper name: what was set, else what lies in printers there."""
    if setting != "auto":
        return setting
    return "us-letter" if country in LETTER_COUNTRIES else "a4"


@dataclass(frozen=True, slots=True)
class Rate:
    """``net`` + ``tax`` = ``gross``: what is taxed at one rate. ``percent`` such as 19.000."""

    percent: Decimal
    net_minor: int
    tax_minor: int
    label: str = ""

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` in whole units by ``weights`` (none negative), the largest remainders first; the sum is exact.

    Where ``amount`` is at most the sum of the weights, no share is above its weight.
    """
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    floors = [amount * weight // whole for weight in weights]
    left = amount - sum(floors)
    order = sorted(range(len(weights)), key=lambda place: (-(amount * weights[place] % whole), place))
    for place in order[:left]:
        floors[place] += 1
    return floors


def credited(amount: int, rest: Sequence[Rate]) -> list[Rate]:
    """The rates of a credit note over ``amount``, out of what is left of the invoice's.

    In proportion to what is left at each rate. What ends a rate takes its last unit of tax as well, so that the credit
    notes of an invoice add up to it, rate for rate. Raises ValueError for more than is left.
    """
    if not 0 < amount <= sum(rate.gross_minor for rate in rest):
        raise ValueError("a credit note is above nothing and at most what is left")
    found = []
    for rate, gross in zip(rest, shares(amount, [rate.gross_minor for rate in rest]), strict=True):
        if gross == 0:
            continue
        tax = round_minor(Decimal(rate.tax_minor) * gross / rate.gross_minor)
        found.append(Rate(rate.percent, gross - tax, tax, rate.label))
    return found


def spread(nets: Sequence[int], total: int) -> list[int]:
    """Line nets that add up to ``total``: the few units that rounding per rate moves go to the largest lines."""
    found, difference = list(nets), total - sum(nets)
    order = sorted(range(len(found)), key=lambda place: (-abs(found[place]), place))
    step = 1 if difference > 0 else -1
    for turn in range(abs(difference)):
        found[order[turn % len(order)]] += step
    return found


def category(treatment: str, percent: Decimal, *, is_small_business: bool, goods_leave_for: str, home: str) -> str:
    """The VAT category of EN 16931 (UNCL 5305) of what is taxed at ``percent``.

    ``goods_leave_for``: the country that goods are sent to; blank for services and what is collected.
    """
    if percent:
        return "S"
    if is_small_business or treatment == "exempt":
        return "E"
    if treatment == "reverse_charge":
        is_sent = goods_leave_for in EU and home in EU and goods_leave_for != home
        return "K" if is_sent else "AE"
    if treatment == "export":
        return "G"
    return "Z"


def has_xml(currency_decimals: int, home: str, *, rates_cover_goods: bool) -> bool:
    """Whether EN 16931 can say it: sellers of the Union and its neighbours, two decimals, one VAT a line."""
    return home in EU | {"NO", "CH", "GB", "IS", "LI", "XI"} and currency_decimals <= 2 and rates_cover_goods
