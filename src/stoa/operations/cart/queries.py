from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from stoa.catalogue.bundles import queries as bundles
from stoa.catalogue.prices import queries as prices
from stoa.catalogue.products import queries as products
from stoa.catalogue.promotions.rules import NO_OUTCOME, Outcome
from stoa.inventory.stock import queries as stock
from stoa.kernel import clock, ids
from stoa.kernel.money import Money, total
from stoa.kernel.prepared import Prepared, Slot
from stoa.operations.cart.errors import NotEnoughStockError, NotForSaleError
from stoa.operations.cart.models import Cart, CartLine
from stoa.operations.promotions.pricing import Wanted, outcome, promotions_for
from stoa.operations.tax import queries as tax

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import VariantFacts
    from stoa.inventory.stock.queries import Availability

_QUANTITIES = Prepared(
    lambda: CartLine.objects.filter(cart_id=Slot("cart")).order_by("id").values_list("variant_id", "quantity")
)
_LINES = Prepared(
    lambda: (
        CartLine.objects.filter(cart_id=Slot("cart"))
        .order_by("id")
        .values_list("variant_id", "quantity", "seen_unit_minor")
    )
)


@dataclass(frozen=True, slots=True)
class CartLineView:
    """A line as the buyer sees it now. ``unit``, ``compare_at`` and ``total`` are None where it is no longer for sale.

    ``problem`` is what keeps the line from being ordered, in words for the buyer; empty where nothing does.
    ``available`` counts what could be had in all, back orders included. ``backorder_date`` is set where some of the
    quantity would come at that later date. ``seen_unit`` is what one cost when the buyer chose the quantity, where that
    is another price now.
    """

    variant_id: int
    quantity: int
    facts: VariantFacts | None
    quote: Quote | None
    total: Money | None
    available: int
    backorder_date: date | None
    problem: str
    seen_unit: Money | None = None
    # Of a bundle, what is in each of it and how often.
    parts: tuple[tuple[VariantFacts, int], ...] = ()

    @property
    def is_ok(self) -> bool:
        return not self.problem

    @property
    def unit(self) -> Money | None:
        return self.quote.unit if self.quote else None

    @property
    def compare_at(self) -> Money | None:
        return self.quote.compare_at if self.quote else None


@dataclass(frozen=True, slots=True)
class CartView:
    """``subtotal`` sums the lines that have a price; ``count`` is the number of units."""

    cart_id: int | None
    currency: str
    lines: tuple[CartLineView, ...]
    subtotal: Money
    count: int
    # What promotions take off the goods, whatever the delivery: "why this price". ``total`` is what is left of them.
    discount: Money | None = None
    outcome: Outcome = NO_OUTCOME
    codes: tuple[str, ...] = ()

    @property
    def total(self) -> Money:
        return self.subtotal - self.discount if self.discount else self.subtotal

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def can_check_out(self) -> bool:
        return bool(self.lines) and all(line.is_ok for line in self.lines)


def cart_by_token(token: str, market: Market) -> Cart | None:
    """A guest's open cart. A customer's is never found by a cookie: after log-out, it is nobody's on this machine."""
    if not token:
        return None
    return Cart.objects.filter(
        token_hash=ids.hash_token(token), market_id=market.pk, customer__isnull=True, closed_at__isnull=True
    ).first()


def cart_of_customer(customer_id: int, market: Market) -> Cart | None:
    """A customer's open cart."""
    return Cart.objects.filter(customer_id=customer_id, market_id=market.pk, closed_at__isnull=True).first()


def units_in(cart: Cart | None) -> int:
    """How many units lie in the cart, for the badge in the header. One cheap query."""
    if cart is None:
        return 0
    return sum(CartLine.objects.filter(cart_id=cart.pk).values_list("quantity", flat=True))


def cart_view(cart: Cart | None, market: Market, *, with_promotions: bool = True) -> CartView:
    """The cart with today's prices and stock; an empty one for None. As many queries for 100 lines as for one."""
    if cart is None:
        return CartView(None, market.currency, (), Money.zero(market.currency), 0)
    rows = _LINES.all(cart=cart.pk)
    quantities = {variant_id: quantity for variant_id, quantity, _ in rows}
    if not quantities:
        return CartView(cart.pk, market.currency, (), Money.zero(market.currency), 0)
    facts = products.variants_by_id(quantities)
    quotes = prices.quote(quantities, market, quantities=quantities, customer_id=cart.customer_id)
    availability = stock.availability(quantities, market.pk)
    contents = bundles.contents(pk for pk, known in facts.items() if known.is_bundle)
    if contents:
        availability = _shared(availability, quantities, market.pk)
    lines = tuple(
        _line_view(
            variant_id, quantity, facts.get(variant_id), quotes.get(variant_id), availability.get(variant_id), seen,
            tuple(contents.get(variant_id, ())),
        )
        for variant_id, quantity, seen in rows
    )  # fmt: skip
    priced = total((line.total for line in lines if line.total is not None), market.currency)
    given = _given(cart, market, lines) if with_promotions else NO_OUTCOME
    return CartView(
        cart.pk, market.currency, lines, priced, sum(quantities.values()),
        discount=Money(given.goods_minor, market.currency) if given.goods_minor else None,
        outcome=given, codes=tuple(cart.codes),
    )  # fmt: skip


def _given(cart: Cart, market: Market, lines: tuple[CartLineView, ...]) -> Outcome:
    """What promotions give in the market's own country, before a way of delivery is chosen."""
    wanted = Wanted(tuple(cart.codes), tuple(cart.sources), cart.customer_id)
    found = promotions_for(market, wanted)
    sold = [line for line in lines if line.quote is not None and line.facts is not None]
    if not found or not sold:
        return NO_OUTCOME
    country, today = market.default_country, clock.today(market.timezone)
    facts = {line.variant_id: line.facts for line in sold if line.facts is not None}
    quotes = {line.variant_id: line.quote for line in sold if line.quote is not None}
    percents = {pk: tax.rate(country, known.tax_class_code, today) for pk, known in facts.items()}
    quantities = {line.variant_id: line.quantity for line in sold}
    return outcome(found, quantities, facts, quotes, percents, 0, market, country, wanted)


def quantities_of(cart_id: int) -> dict[int, int]:
    """Variant -> quantity, in the order in which things were put in."""
    return dict(_QUANTITIES.all(cart=cart_id))


def _line_view(
    variant_id: int,
    quantity: int,
    facts: VariantFacts | None,
    quote: Quote | None,
    availability: Availability | None,
    seen_minor: int | None,
    parts: tuple[tuple[VariantFacts, int], ...] = (),
) -> CartLineView:
    if facts is None or quote is None or availability is None:
        problem = str(NotForSaleError().message)
        return CartLineView(variant_id, quantity, facts, None, None, 0, None, problem)
    problem = "" if quantity <= availability.available else NotEnoughStockError(availability.available).message
    return CartLineView(
        variant_id=variant_id,
        quantity=quantity,
        facts=facts,
        quote=quote,
        total=quote.unit * quantity,
        available=availability.available,
        backorder_date=availability.backorder_date,
        problem=problem,
        seen_unit=Money(seen_minor, quote.unit.currency) if seen_minor not in {None, quote.unit.minor} else None,
        parts=parts,
    )


def _shared(found: dict[int, Availability], quantities: dict[int, int], market_id: int) -> dict[int, Availability]:
    """The same, where a bundle and other lines need the same parts: a line that comes too late has what is left."""
    together = stock.reachable(quantities, market_id)
    return {
        pk: replace(one, available=together[pk]) if together[pk] < quantities[pk] else one for pk, one in found.items()
    }
