"""A promotion tried on past orders: what it would have given, and what would have been left.

The same calculation as in the cart. Prices, taxes and costs are those of the orders; what an order had off already stays off.
A promotion with a code is reckoned as if every order had brought the code. Times of the promotion do not count, its limits
do, in the order in which the orders came. What delivery costs the shop is not known: what it gives of it is a loss as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from stoa.catalogue.markets.queries import all_markets
from stoa.catalogue.promotions import queries
from stoa.catalogue.promotions.rules import NO_FLOOR, Context, Floor, Goods, apply
from stoa.customers.groups.queries import groups_of
from stoa.kernel import clock
from stoa.operations.orders import states
from stoa.operations.orders.models import Order, OrderLine
from stoa.operations.promotions.models import PromotionTrial
from stoa.operations.promotions.pricing import least

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

PIECE = 2000
# Orders that lose money are kept by name up to so many; all of them are counted.
NAMED = 2000

State = PromotionTrial.State


@dataclass(frozen=True, slots=True)
class _Line:
    variant_id: int
    product_id: int
    quantity: int
    unit_minor: int
    total_minor: int
    is_reduced: bool
    # Thousandths of a percent.
    tax: int
    cost_minor: int | None


@dataclass(slots=True)
class _Sums:
    """Minor units. Margins are net of tax, of the touched orders whose costs are all known."""

    orders: int = 0
    touched: int = 0
    given_minor: int = 0
    given_net_minor: int = 0
    revenue_minor: int = 0
    known: int = 0
    margin_before_minor: int = 0
    margin_after_minor: int = 0
    losing: int = 0
    losing_before: int = 0
    below_floor: int = 0
    blocked: int = 0
    named: list[list[Any]] = field(default_factory=list)


def run(trial_id: int) -> int:
    """Try it, and write down how far it is. Begins anew where it was broken off. Returns how many orders were looked at."""
    trial = PromotionTrial.objects.select_related("promotion").filter(pk=trial_id).exclude(state=State.DONE).first()
    if trial is None:
        return 0
    wanted = trial.result.get("filter", {})
    found = orders_of(trial)
    PromotionTrial.objects.filter(pk=trial.pk).update(state=State.RUNNING, orders=found.count(), done=0)
    sums = _Sums()
    trying = _Trying(trial)
    for rows in _pieces(found):
        trying.piece(rows, sums)
        PromotionTrial.objects.filter(pk=trial.pk).update(done=sums.orders)
    result = {name: getattr(sums, name) for name in _Sums.__slots__}  # type: ignore[attr-defined]
    PromotionTrial.objects.filter(pk=trial.pk).update(
        state=State.DONE,
        orders=sums.orders,
        done=sums.orders,
        finished_at=clock.now(),
        result={"filter": wanted, **result},
    )
    return sums.orders


def orders_of(trial: PromotionTrial) -> QuerySet[Order]:
    """Those that stand, in its time and of its filter; credits of other systems are none."""
    wanted = trial.result.get("filter", {})
    orders = Order.objects.filter(
        placed_at__gte=trial.since, placed_at__lt=trial.until, currency=trial.promotion.currency, total_minor__gte=0
    ).exclude(status=states.CANCELLED)
    market = trial.promotion.market_id or wanted.get("market")
    if market:
        orders = orders.filter(market_id=market)
    if wanted.get("country"):
        orders = orders.filter(country=wanted["country"])
    return orders


_COLUMNS = (
    "pk", "number", "market_id", "customer_id", "email", "country", "placed_at", "prices_include_tax", "delivery_minor",
    "delivery_tax_percent", "cart__sources",
)  # fmt: skip


def _pieces(orders: QuerySet[Order]) -> Iterator[list[tuple[Any, ...]]]:
    """In the order in which they came."""
    last: tuple[datetime, int] | None = None
    while True:
        after = Q(placed_at__gt=last[0]) | Q(placed_at=last[0], pk__gt=last[1]) if last else Q()
        rows = list(orders.filter(after).order_by("placed_at", "pk").values_list(*_COLUMNS)[:PIECE])
        if not rows:
            return
        yield rows
        last = rows[-1][6], rows[-1][0]


class _Trying:
    def __init__(self, trial: PromotionTrial) -> None:
        row = trial.promotion
        self.terms = replace(queries.terms_of(row), starts_at=None, ends_at=None)
        self.is_for_shelf = row.is_automatic and self.terms.is_for_shelf
        self.left, self.each = row.limit_total, row.limit_per_customer
        self.used: dict[str, int] = defaultdict(int)
        self.markets: dict[int, Market] = {market.pk: market for market in all_markets()}
        self.facts: dict[int, tuple[str, frozenset[int], frozenset[int]]] = {}
        self.choices: dict[int, frozenset[int]] = {}
        # Who has bought before, by address; grows with the orders.
        self.known: set[str] = set()
        if self.terms.first_order:
            before = Order.objects.filter(placed_at__lt=trial.since).exclude(status=states.CANCELLED).exclude(email="")
            self.known = {email.casefold() for email in before.values_list("email", flat=True).distinct()}

    def piece(self, rows: list[tuple[Any, ...]], sums: _Sums) -> None:
        lines = self._lines([row[0] for row in rows])
        customers = {row[3] for row in rows if row[3]}
        groups = groups_of(customers) if self.terms.customer_groups else {}
        for row in rows:
            sums.orders += 1
            if goods := lines.get(row[0]):
                self._order(row, goods, groups.get(row[3]), sums)

    def _order(self, row: tuple[Any, ...], goods: list[_Line], group: int | None, sums: _Sums) -> None:
        pk, number, market_id, customer_id, email, country, placed_at, with_tax, delivery, delivery_tax, sources = row
        key = email.casefold() or f"#{customer_id or pk}"
        is_first = email.casefold() not in self.known if email else None
        if email and self.terms.first_order:
            self.known.add(email.casefold())
        if self.left == 0 or (self.each is not None and self.used[key] >= self.each):
            return
        context = Context(placed_at, country, group, frozenset(sources or ()), is_first)
        market = self.markets.get(market_id)
        floors, floor = _floors(goods, market, with_tax=with_tax)
        taken = [
            Goods(
                line.unit_minor, line.quantity, line.variant_id, line.product_id, *self._what(line),
                is_reduced=line.is_reduced, floor_minor=at_least,
            )
            for line, at_least in zip(goods, floors, strict=True)
        ]  # fmt: skip
        if self.is_for_shelf:
            offs, delivery_off, blocked = self._on_the_shelf(taken, context)
        else:
            found = apply(taken, delivery, [self.terms], context, floor)
            offs, delivery_off, blocked = found.lines, found.delivery_minor, bool(found.blocked)
        offs = tuple(min(off, line.total_minor) for off, line in zip(offs, goods, strict=True))
        if blocked:
            sums.blocked += 1
        given = sum(offs) + delivery_off
        if not given:
            return
        if self.left is not None:
            self.left -= 1
        self.used[key] += 1
        self._count(sums, pk, number, goods, offs, delivery_off, floors, floor, with_tax, delivery_tax)

    @staticmethod
    def _count(
        sums: _Sums, pk: int, number: str, goods: list[_Line], offs: tuple[int, ...], delivery_off: int,
        floors: list[int | None], floor: Floor, with_tax: bool, delivery_tax: Decimal,
    ) -> None:  # fmt: skip
        sums.touched += 1
        sums.given_minor += sum(offs) + delivery_off
        sums.revenue_minor += sum(line.total_minor for line in goods)
        delivery_net = _net(delivery_off, int(delivery_tax * 1000) if with_tax else 0)
        before_net = sum(_net(line.total_minor, line.tax if with_tax else 0) for line in goods)
        after_net = sum(
            _net(line.total_minor - off, line.tax if with_tax else 0) for line, off in zip(goods, offs, strict=True)
        )
        sums.given_net_minor += before_net - after_net + delivery_net
        paid = [line.total_minor - off for line, off in zip(goods, offs, strict=True)]
        if any(
            off and at_least is not None and left < at_least
            for off, at_least, left in zip(offs, floors, paid, strict=True)
        ) or (floor.order_minor is not None and sum(paid) < floor.order_minor):
            sums.below_floor += 1
        if any(line.cost_minor is None for line in goods):
            return
        cost = sum((line.cost_minor or 0) * line.quantity for line in goods)
        before, after = before_net - cost, after_net - delivery_net - cost
        sums.known += 1
        sums.margin_before_minor += before
        sums.margin_after_minor += after
        if after < 0:
            sums.losing += 1
            sums.losing_before += before < 0
            if len(sums.named) < NAMED:
                sums.named.append([pk, number, sum(offs) + delivery_off, before, after])

    def _on_the_shelf(self, goods: list[Goods], context: Context) -> tuple[tuple[int, ...], int, bool]:
        """Reckoned for one piece, as the price of it is."""
        found = apply([replace(each, quantity=1) for each in goods], 0, [self.terms], context)
        return tuple(off * each.quantity for off, each in zip(found.lines, goods, strict=True)), 0, False

    def _lines(self, order_ids: list[int]) -> dict[int, list[_Line]]:
        """Orders with a line that takes back are left out."""
        found: dict[int, list[_Line]] = defaultdict(list)
        odd: set[int] = set()
        columns = (
            "order_id", "variant_id", "variant__product_id", "quantity", "unit_minor", "total_minor", "compare_at_minor",
            "tax_percent", "cost_minor",
        )  # fmt: skip
        percents: dict[Decimal, int] = {}
        rows = OrderLine.objects.filter(order_id__in=order_ids).order_by("order_id", "position", "pk")
        for order, variant, product, quantity, unit, total, above, tax, cost in rows.values_list(*columns):
            if quantity < 1 or unit < 0 or total < 0:
                odd.add(order)
                continue
            if (thousandths := percents.get(tax)) is None:
                thousandths = percents[tax] = int(tax * 1000)
            found[order].append(
                _Line(
                    variant or 0,
                    product or 0,
                    quantity,
                    unit,
                    total,
                    above is not None and above > unit,
                    thousandths,
                    cost,
                )
            )
        for order in odd:
            found.pop(order, None)
        self._learn_goods({line.product_id for lines in found.values() for line in lines} - self.facts.keys())
        return found

    def _learn_goods(self, ids: set[int]) -> None:
        if not ids:
            return
        brands, categories, choices = queries.brands_of(ids), queries.categories_of(ids), queries.choices_of(ids)
        self.choices |= {key: found for key, found in choices.items() if key < 0}
        for pk in ids:
            self.facts[pk] = brands.get(pk, ""), categories.get(pk, frozenset()), choices.get(pk, frozenset())

    def _what(self, line: _Line) -> tuple[frozenset[int], frozenset[int], str]:
        brand, categories, choices = self.facts[line.product_id]
        return categories, choices | self.choices.get(-line.variant_id, frozenset()), brand


def _floors(goods: list[_Line], market: Market | None, *, with_tax: bool) -> tuple[list[int | None], Floor]:
    """As in the cart, by the costs of then."""
    if market is None or (market.floor_per_product_bp is None and market.floor_per_order_bp is None):
        return [None] * len(goods), NO_FLOOR
    each: list[int | None] = []
    whole: Decimal | None = Decimal(0)
    for line in goods:
        if line.cost_minor is None:
            whole = None
            each.append(None)
            continue
        gross = Decimal(line.cost_minor * line.quantity * (100_000 + (line.tax if with_tax else 0))) / 100_000
        each.append(least(gross, market.floor_per_product_bp) if market.floor_per_product_bp is not None else None)
        if whole is not None:
            whole += gross
    order = least(whole, market.floor_per_order_bp) if whole and market.floor_per_order_bp is not None else None
    return each, Floor(market.floor_blocks, order)


def _net(minor: int, tax: int) -> int:
    """Without ``tax`` thousandths of a percent that are in it, half up."""
    whole = 100_000 + tax
    return (minor * 200_000 + whole) // (2 * whole) if tax else minor
