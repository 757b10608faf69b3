"""What promotions take off a cart: one ordered calculation, in whole minor units, with the reason for every amount. Pure.

The order: promotions by ``priority`` and then by id. A percentage is taken from what the ones before it left, line by line,
each rounded half up. A fixed amount is shared out over its lines by the largest remainder, so that the parts are exactly
the amount. No line and no delivery goes below zero.

What goes together: of promotions of one ``group``, the one that gives most; of an exclusive promotion and all the others
together, whichever gives most. Where a margin floor blocks, no promotion touches a line that it would take below its floor,
and of all the ways to leave promotions out, the one that still gives most is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, groupby
from operator import itemgetter

from stoa.catalogue.promotions.cart import Cart, Run
from stoa.catalogue.promotions.parts import off, parts_of, shared
from stoa.catalogue.promotions.terms import (
    AMOUNT,
    AMOUNT_EACH,
    BUNDLE,
    BUY_GET,
    FREE_DELIVERY,
    KINDS,
    NO_FLOOR,
    NO_OUTCOME,
    PERCENT,
    QUANTITY_TIERS,
    SHELF_KINDS,
    SPEND_TIERS,
    WHOLE,
    Adjustment,
    Chosen,
    Context,
    Floor,
    Goods,
    Outcome,
    Promotion,
    Tier,
)

# The public part of this calculation: what its files hold is asked for here.
__all__ = [
    "AMOUNT",
    "AMOUNT_EACH",
    "BUNDLE",
    "BUY_GET",
    "FREE_DELIVERY",
    "KINDS",
    "NO_FLOOR",
    "NO_OUTCOME",
    "PERCENT",
    "QUANTITY_TIERS",
    "SHELF_KINDS",
    "SPEND_TIERS",
    "WHOLE",
    "Adjustment",
    "Chosen",
    "Context",
    "Floor",
    "Goods",
    "Outcome",
    "Promotion",
    "Tier",
    "apply",
    "is_open",
    "off",
    "shared",
]

# Where the floor blocks, all ways to choose from so many promotions are tried beside all of them together; of more, only
# the first are. Of a cart of many lines fewer, so that the answer comes in time.
TRIED, TRIED_OF_MANY, MANY_LINES = 6, 3, 32


def is_open(promotion: Promotion, context: Context) -> bool:
    """Whether this buyer may have it now, whatever is in the cart."""
    if promotion.starts_at is not None and context.now < promotion.starts_at:
        return False
    if promotion.ends_at is not None and context.now >= promotion.ends_at:
        return False
    if promotion.customer_groups and context.customer_group_id not in promotion.customer_groups:
        return False
    if promotion.countries and context.country and context.country not in promotion.countries:
        return False
    if promotion.sources and promotion.sources.isdisjoint(context.sources):
        return False
    return not (promotion.first_order and context.is_first_order is False)


def apply(
    lines: Sequence[Goods],
    delivery_minor: int,
    promotions: Iterable[Promotion],
    context: Context,
    floor: Floor = NO_FLOOR,
) -> Outcome:
    """What all these promotions give for a cart. The order in which lines and promotions come makes no difference: lines
    are taken by their variants, so that the last unit of a shared amount is always the same one's."""
    places = sorted(range(len(lines)), key=lambda i: (lines[i].variant_id, lines[i].unit_minor, lines[i].quantity))
    cart = Cart([lines[i] for i in places], floor)
    ordered = sorted((p for p in promotions if is_open(p, context)), key=lambda p: (p.priority, p.id))
    missing: dict[int, int] = {}
    turns: list[tuple[Promotion, list[int]]] = []
    for promotion in ordered:
        fitting = cart.fitting(promotion)
        if not fitting and promotion.kind != FREE_DELIVERY:
            continue
        if promotion.min_spend_minor:
            lacking = promotion.min_spend_minor - sum(cart.totals[i] for i in fitting)
            if lacking > 0:
                missing[promotion.id] = lacking
                continue
        turns.append((promotion, fitting))
    best = _best(cart, delivery_minor, turns)
    blocked: tuple[int, ...] = ()
    if floor.blocks and (best.skipped or cart.is_below(best)):
        blocked = best.blocked_ids() or best.ids()
        best = _best_allowed(cart, delivery_minor, turns, best)
    below = () if floor.blocks else tuple(sorted(places[i] for i in cart.below(best)))
    off = [0] * len(lines)
    for i, amount in zip(places, best.off, strict=True):
        off[i] = amount
    return Outcome(tuple(off), best.delivery_off, _adjustments(best, places), blocked, below, missing)


_Turns = Sequence[tuple[Promotion, list[int]]]


def _best(cart: Cart, delivery_minor: int, turns: _Turns) -> Run:
    """Everything that goes together, or the exclusive promotion that gives more than that."""
    best = _run(cart, delivery_minor, [turn for turn in turns if not turn[0].is_exclusive])
    for turn in turns:
        if turn[0].is_exclusive:
            alone = _run(cart, delivery_minor, [turn])
            if alone.total > best.total:
                best = alone
    return best


def _best_allowed(cart: Cart, delivery_minor: int, turns: _Turns, full: Run) -> Run:
    """The way to leave promotions out that stays above the floor and gives most; nothing at all where none does."""
    active = {*full.ids(), *full.skipped}
    most = TRIED if len(cart.lines) <= MANY_LINES else TRIED_OF_MANY
    tried = [turn for turn in turns if turn[0].id in active][:most]
    # What was kept from lines below their floor may be the best already.
    best = Run([0] * len(cart.lines)) if cart.is_below(full) else full
    for count in range(len(tried), 0, -1):
        for some in combinations(tried, count):
            run = _best(cart, delivery_minor, some)
            if run.total > best.total and not cart.is_below(run):
                best = run
    return best


def _run(cart: Cart, delivery_minor: int, turns: _Turns) -> Run:
    left, run = cart.totals.copy(), Run([0] * len(cart.lines))
    groups: dict[str, list[tuple[Promotion, list[int]]]] = defaultdict(list)
    for turn in turns:
        if turn[0].group:
            groups[turn[0].group].append(turn)
    done: set[str] = set()
    for promotion, fitting in turns:
        if promotion.group in done:
            continue
        rivals = groups[promotion.group] if promotion.group else ()
        if len(rivals) > 1:
            done.add(promotion.group)
            offers = [(parts_of(cart, left, *turn), turn) for turn in rivals]
            delivery_left = delivery_minor - run.delivery_off
            parts, (promotion, fitting) = max(  # noqa: PLW2901 - the best of the group takes its turn
                offers, key=lambda offer: _worth(offer[0], offer[1][0], delivery_left)
            )
        else:
            parts = parts_of(cart, left, promotion, fitting)
        _take(cart, left, run, promotion, fitting, parts, delivery_minor)
    return run


def _worth(parts: Sequence[int], promotion: Promotion, delivery_left: int) -> int:
    return delivery_left if promotion.kind == FREE_DELIVERY else sum(parts)


def _take(
    cart: Cart,
    left: list[int],
    run: Run,
    promotion: Promotion,
    fitting: Sequence[int],
    parts: Sequence[int],
    delivery_minor: int,
) -> None:
    if promotion.kind == FREE_DELIVERY:
        amount = delivery_minor - run.delivery_off
        if amount > 0:
            run.delivery_off += amount
            run.taken.append((promotion, None, amount, delivery_minor))
        return
    lines, blocks = cart.lines, cart.floor.blocks
    for i, amount in zip(fitting, parts, strict=True):
        if amount <= 0:
            continue
        if blocks:
            floor = lines[i].floor_minor
            if floor is not None and left[i] - amount < floor:
                run.skipped.append(promotion.id)
                continue
        run.taken.append((promotion, i, amount, left[i]))
        left[i] -= amount
        run.off[i] += amount


def _adjustments(run: Run, places: Sequence[int]) -> tuple[Adjustment, ...]:
    """In the order in which promotions took their turns, and within each by the places that the lines have in the cart."""
    made: list[Adjustment] = []
    for promotion, given in groupby(run.taken, key=itemgetter(0)):
        terms = _explained(promotion)
        rows = sorted((-1 if line is None else places[line], amount, before) for _, line, amount, before in given)
        made += [
            Adjustment(
                promotion.id, promotion.label, promotion.code, promotion.code_id, None if place < 0 else place, amount,
                {**terms, "from": before, "to": before - amount},
            )
            for place, amount, before in rows
        ]  # fmt: skip
    return tuple(made)


def _explained(promotion: Promotion) -> dict[str, int | str]:
    facts: dict[str, int | str] = {"kind": promotion.kind}
    if promotion.percent_bp:
        facts["percent_bp"] = promotion.percent_bp
    if promotion.kind == BUY_GET:
        facts |= {"buy": promotion.buy, "get": promotion.get}
    if promotion.min_spend_minor:
        facts["min_spend"] = promotion.min_spend_minor
    return facts
