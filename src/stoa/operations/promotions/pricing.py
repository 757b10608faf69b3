"""What promotions give for a cart: the rows, read, for the calculation of ``catalogue.promotions.rules``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.catalogue.promotions import queries
from stoa.catalogue.promotions.rules import NO_FLOOR, WHOLE, Context, Floor, Outcome, apply
from stoa.customers.groups.queries import group_id_of
from stoa.kernel import clock
from stoa.operations.orders import states
from stoa.operations.orders.models import Order

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import VariantFacts
    from stoa.catalogue.promotions.rules import Promotion


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the buyer counts for promotions: the cart's ``codes`` and ``sources``, and, where known, who buys."""

    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    customer_id: int | None = None
    email: str = ""


NOBODY = Wanted()


def promotions_for(market: Market, wanted: Wanted) -> list[Promotion]:
    return queries.for_cart(market, wanted.codes, customer_id=_known(wanted) if wanted.codes else wanted.customer_id)


def outcome(
    found: Sequence[Promotion],
    quantities: Mapping[int, int],
    facts: Mapping[int, VariantFacts],
    quotes: Mapping[int, Quote],
    percents: Mapping[int, Decimal],
    delivery_minor: int,
    market: Market,
    country: str,
    wanted: Wanted,
) -> Outcome:
    """For goods that are all for sale. ``percents``: variant -> percent of tax."""
    floors, floor = _floors(quantities, facts, percents, market)
    lines = queries.goods(quantities, facts, quotes, found, floors)
    return apply(lines, delivery_minor, found, context(found, country, wanted), floor)


def context(found: Sequence[Promotion], country: str, wanted: Wanted) -> Context:
    """Asks for no more than these promotions do."""
    group = None
    if wanted.customer_id is not None and any(each.customer_groups for each in found):
        group = group_id_of(wanted.customer_id)
    is_first = None
    if any(each.first_order for each in found):
        is_first = _is_first(wanted)
    return Context(clock.now(), country, group, frozenset(wanted.sources), is_first)


def _known(wanted: Wanted) -> int | None:
    """The customer, by the log-in or by the address that the order will be for."""
    if wanted.customer_id is not None or not wanted.email:
        return wanted.customer_id
    known = Order.objects.filter(email__iexact=wanted.email.strip(), customer__isnull=False)
    return known.values_list("customer_id", flat=True).first()


def _is_first(wanted: Wanted) -> bool | None:
    """None where nobody is known yet."""
    orders = Order.objects.exclude(status=states.CANCELLED)
    if wanted.customer_id is not None and orders.filter(customer_id=wanted.customer_id).exists():
        return False
    if wanted.email:
        return not orders.filter(email__iexact=wanted.email.strip()).exists()
    return None if wanted.customer_id is None else True


def _floors(
    quantities: Mapping[int, int], facts: Mapping[int, VariantFacts], percents: Mapping[int, Decimal], market: Market
) -> tuple[dict[int, int], Floor]:
    """The least that each line and all of them may be sold for, as the buyer sees prices."""
    if market.floor_per_product_bp is None and market.floor_per_order_bp is None:
        return {}, NO_FLOOR
    floors: dict[int, int] = {}
    whole: Decimal | None = Decimal(0)
    for pk, quantity in quantities.items():
        cost = facts[pk].cost
        if cost is None or cost.currency != market.currency:
            whole = None
            continue
        gross = cost.minor * quantity * (1 + percents[pk] / 100 if market.prices_include_tax else Decimal(1))
        if market.floor_per_product_bp is not None:
            floors[pk] = least(gross, market.floor_per_product_bp)
        if whole is not None:
            whole += gross
    order = least(whole, market.floor_per_order_bp) if whole and market.floor_per_order_bp is not None else None
    return floors, Floor(market.floor_blocks, order)


def least(cost: Decimal, floor_bp: int) -> int:
    """The lowest price of which ``floor_bp`` hundredths of a percent are left after ``cost``, rounded up."""
    whole, rest = divmod(cost * WHOLE, max(WHOLE - floor_bp, 1))
    return int(whole) + (rest > 0)
