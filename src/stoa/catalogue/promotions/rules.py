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
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, groupby
from operator import itemgetter

PERCENT = "percent"
AMOUNT = "amount"
AMOUNT_EACH = "amount_each"
FREE_DELIVERY = "free_delivery"
BUY_GET = "buy_get"
SPEND_TIERS = "spend_tiers"
QUANTITY_TIERS = "quantity_tiers"
BUNDLE = "bundle"
KINDS = (PERCENT, AMOUNT, AMOUNT_EACH, FREE_DELIVERY, BUY_GET, SPEND_TIERS, QUANTITY_TIERS, BUNDLE)
# Those whose price of one article is known without a cart, so that a product page can show it.
SHELF_KINDS = (PERCENT, AMOUNT_EACH)

WHOLE = 10_000
# Where the floor blocks, all ways to choose from so many promotions are tried beside all of them together; of more, only
# the first are. Of a cart of many lines fewer, so that the answer comes in time.
TRIED, TRIED_OF_MANY, MANY_LINES = 6, 3, 32


@dataclass(frozen=True, slots=True)
class Goods:
    """A line. ``unit_minor`` is today's price of one, sale prices included.

    ``shelf_minor`` of the whole line was taken off by an automatic promotion already, before ``unit_minor``; it is of
    ``shelf_group``. ``floor_minor``: what the line may not go below where a floor blocks; None where its cost is unknown.
    """

    unit_minor: int
    quantity: int
    variant_id: int = 0
    product_id: int = 0
    category_ids: frozenset[int] = frozenset()
    choice_ids: frozenset[int] = frozenset()
    brand: str = ""
    is_reduced: bool = False
    shelf_minor: int = 0
    shelf_group: str = ""
    floor_minor: int | None = None

    @property
    def total_minor(self) -> int:
        return self.unit_minor * self.quantity


@dataclass(frozen=True, slots=True)
class Tier:
    """From ``threshold`` (minor units or pieces) on, ``percent_bp`` hundredths of a percent off."""

    threshold: int
    percent_bp: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Goods by what they are. Empty chooses everything; else a line needs to fit one of the names of any kind."""

    products: frozenset[int] = frozenset()
    # With everything below them.
    categories: frozenset[int] = frozenset()
    choices: frozenset[int] = frozenset()
    brands: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.products or self.categories or self.choices or self.brands)

    def fits(self, goods: Goods) -> bool:
        return (
            goods.product_id in self.products
            or goods.brand in self.brands
            or not self.categories.isdisjoint(goods.category_ids)
            or not self.choices.isdisjoint(goods.choice_ids)
        )


NOTHING = Chosen()


@dataclass(frozen=True, slots=True)
class Promotion:
    """``percent_bp``: hundredths of a percent. ``code``: the code that a buyer typed, "" for an automatic one."""

    id: int
    label: str
    kind: str
    code: str = ""
    code_id: int | None = None
    percent_bp: int = 0
    amount_minor: int = 0
    buy: int = 0
    get: int = 0
    tiers: tuple[Tier, ...] = ()
    # (product, pieces) of one set, which costs ``amount_minor``.
    bundle: tuple[tuple[int, int], ...] = ()
    chosen: Chosen = NOTHING
    excluded: Chosen = NOTHING
    skips_reduced: bool = False
    min_spend_minor: int = 0
    customer_groups: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    first_order: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    group: str = ""
    priority: int = 0
    is_exclusive: bool = False
    is_limited: bool = False

    @property
    def is_for_shelf(self) -> bool:
        """Whether it can be shown as the price of an article: it depends on nothing that a visitor of a page lacks."""
        conditional = self.min_spend_minor or self.customer_groups or self.countries or self.sources or self.first_order
        return self.kind in SHELF_KINDS and not (self.code or conditional or self.is_limited)


@dataclass(frozen=True, slots=True)
class Context:
    """Who buys, when and from where. ``country`` "" and ``is_first_order`` None: not known yet, and not held against them."""

    now: datetime
    country: str = ""
    customer_group_id: int | None = None
    sources: frozenset[str] = frozenset()
    is_first_order: bool | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """So much off, and why. ``line`` is the line's place in the cart, None for the delivery."""

    promotion_id: int
    label: str
    code: str
    code_id: int | None
    line: int | None
    amount_minor: int
    explanation: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``blocked``: promotions that a margin floor kept from giving all that they would. ``below_floor``: places of lines
    that were sold below it, where it only warns. ``missing``: what must still be bought, in minor units, by promotion."""

    lines: tuple[int, ...]
    delivery_minor: int
    adjustments: tuple[Adjustment, ...]
    blocked: tuple[int, ...] = ()
    below_floor: tuple[int, ...] = ()
    missing: dict[int, int] = field(default_factory=dict)

    @property
    def goods_minor(self) -> int:
        return sum(self.lines)

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.delivery_minor

    @property
    def promotion_ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(each.promotion_id for each in self.adjustments))


NO_OUTCOME = Outcome((), 0, ())


@dataclass(frozen=True, slots=True)
class Floor:
    """``blocks``: nothing is sold below it. ``order_minor``: what all the goods together may not go below."""

    blocks: bool = False
    order_minor: int | None = None


NO_FLOOR = Floor()


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


def off(minor: int, percent_bp: int) -> int:
    """``percent_bp`` hundredths of a percent of ``minor``, half up."""
    return (minor * percent_bp * 2 + WHOLE) // (WHOLE * 2)


def shared(minor: int, weights: Sequence[int]) -> list[int]:
    """``minor`` in proportion to ``weights`` by the largest remainder; never more for one than its weight, so that at most
    the sum of the weights is given."""
    whole = sum(weights)
    if whole <= minor:
        return list(weights)
    parts = [minor * weight // whole for weight in weights]
    left = minor - sum(parts)
    if left:
        for index in sorted(range(len(weights)), key=lambda i: (-(minor * weights[i] % whole), i))[:left]:
            parts[index] += 1
    return parts


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
    cart = _Cart([lines[i] for i in places], floor)
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


@dataclass(slots=True)
class _Run:
    off: list[int]
    delivery_off: int = 0
    # Promotion, line (None for the delivery), amount, and what there was before it. Many runs are tried and one is kept:
    # only that one is put into words.
    taken: list[tuple[Promotion, int | None, int, int]] = field(default_factory=list)
    # Promotion ids that a floor kept away from some line.
    skipped: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.off) + self.delivery_off

    def ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(promotion.id for promotion, *_ in self.taken))

    def blocked_ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self.skipped))


class _Cart:
    """The lines with everything that is asked of them often at hand."""

    def __init__(self, lines: Sequence[Goods], floor: Floor) -> None:
        self.lines, self.floor = lines, floor
        self.totals = [line.unit_minor * line.quantity for line in lines]
        self.all = [i for i, total in enumerate(self.totals) if total > 0]
        self.by_product: dict[int, list[int]] = defaultdict(list)
        self.by_brand: dict[str, list[int]] = defaultdict(list)
        self.by_category: dict[int, list[int]] = defaultdict(list)
        self.by_choice: dict[int, list[int]] = defaultdict(list)
        for i in self.all:
            line = lines[i]
            self.by_product[line.product_id].append(i)
            self.by_brand[line.brand].append(i)
            for category in line.category_ids:
                self.by_category[category].append(i)
            for choice in line.choice_ids:
                self.by_choice[choice].append(i)
        self.reduced = frozenset(i for i in self.all if lines[i].is_reduced)
        # Places, the dearest piece first.
        self.by_worth = sorted(self.all, key=lambda i: -lines[i].unit_minor)
        self.has_shelf = any(line.shelf_minor for line in lines)

    def _found(self, chosen: Chosen) -> set[int]:
        found: set[int] = set()
        for key in chosen.products & self.by_product.keys():
            found.update(self.by_product[key])
        for name in chosen.brands & self.by_brand.keys():
            found.update(self.by_brand[name])
        for key in chosen.categories & self.by_category.keys():
            found.update(self.by_category[key])
        for key in chosen.choices & self.by_choice.keys():
            found.update(self.by_choice[key])
        return found

    def fitting(self, promotion: Promotion) -> list[int]:
        if promotion.bundle:
            found: set[int] | None = {i for product, _ in promotion.bundle for i in self.by_product.get(product, ())}
        elif promotion.chosen.is_empty:
            found = None
        else:
            found = self._found(promotion.chosen)
        without = set() if promotion.excluded.is_empty else self._found(promotion.excluded)
        if promotion.skips_reduced:
            without = without | self.reduced
        if found is None:
            return [i for i in self.all if i not in without] if without else self.all
        return sorted(found - without)

    def is_below(self, run: _Run) -> bool:
        floor = self.floor.order_minor
        return floor is not None and any(run.off) and sum(self.totals) - sum(run.off) < floor

    def below(self, run: _Run) -> tuple[int, ...]:
        return tuple(
            i
            for i, line in enumerate(self.lines)
            if run.off[i] and line.floor_minor is not None and self.totals[i] - run.off[i] < line.floor_minor
        )


_Turns = Sequence[tuple[Promotion, list[int]]]


def _best(cart: _Cart, delivery_minor: int, turns: _Turns) -> _Run:
    """Everything that goes together, or the exclusive promotion that gives more than that."""
    best = _run(cart, delivery_minor, [turn for turn in turns if not turn[0].is_exclusive])
    for turn in turns:
        if turn[0].is_exclusive:
            alone = _run(cart, delivery_minor, [turn])
            if alone.total > best.total:
                best = alone
    return best


def _best_allowed(cart: _Cart, delivery_minor: int, turns: _Turns, full: _Run) -> _Run:
    """The way to leave promotions out that stays above the floor and gives most; nothing at all where none does."""
    active = {*full.ids(), *full.skipped}
    most = TRIED if len(cart.lines) <= MANY_LINES else TRIED_OF_MANY
    tried = [turn for turn in turns if turn[0].id in active][:most]
    # What was kept from lines below their floor may be the best already.
    best = _Run([0] * len(cart.lines)) if cart.is_below(full) else full
    for count in range(len(tried), 0, -1):
        for some in combinations(tried, count):
            run = _best(cart, delivery_minor, some)
            if run.total > best.total and not cart.is_below(run):
                best = run
    return best


def _run(cart: _Cart, delivery_minor: int, turns: _Turns) -> _Run:
    left, run = cart.totals.copy(), _Run([0] * len(cart.lines))
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
            offers = [(_parts(cart, left, *turn), turn) for turn in rivals]
            delivery_left = delivery_minor - run.delivery_off
            parts, (promotion, fitting) = max(  # noqa: PLW2901 - the best of the group takes its turn
                offers, key=lambda offer: _worth(offer[0], offer[1][0], delivery_left)
            )
        else:
            parts = _parts(cart, left, promotion, fitting)
        _take(cart, left, run, promotion, fitting, parts, delivery_minor)
    return run


def _worth(parts: Sequence[int], promotion: Promotion, delivery_left: int) -> int:
    return delivery_left if promotion.kind == FREE_DELIVERY else sum(parts)


def _take(
    cart: _Cart,
    left: list[int],
    run: _Run,
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


def _adjustments(run: _Run, places: Sequence[int]) -> tuple[Adjustment, ...]:
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


def _parts(cart: _Cart, left: Sequence[int], promotion: Promotion, fitting: Sequence[int]) -> list[int]:
    """What the promotion would take off each of its lines, given what is left of them."""
    lines = cart.lines
    match promotion.kind:
        case "percent":
            parts = _percent(left, fitting, promotion.percent_bp)
        case "amount":
            parts = shared(promotion.amount_minor, [left[i] for i in fitting])
        case "amount_each":
            parts = [min(left[i], promotion.amount_minor * lines[i].quantity) for i in fitting]
        case "spend_tiers":
            parts = _percent(left, fitting, _tier(promotion.tiers, sum(cart.totals[i] for i in fitting)))
        case "quantity_tiers":
            parts = _percent(left, fitting, _tier(promotion.tiers, sum(lines[i].quantity for i in fitting)))
        case "buy_get":
            parts = _buy_get(cart, left, promotion, fitting)
        case "bundle":
            parts = _bundle(cart, left, promotion, fitting)
        case _:
            return [0] * len(fitting)
    if cart.has_shelf and (promotion.is_exclusive or promotion.group):
        return [_beside_the_shelf(part, lines[i], promotion) for part, i in zip(parts, fitting, strict=True)]
    return parts


def _beside_the_shelf(part: int, line: Goods, promotion: Promotion) -> int:
    """The shelf's price is a promotion too: of one that does not go with it, only what is more than that is given."""
    if line.shelf_minor and (promotion.is_exclusive or promotion.group == line.shelf_group):
        return max(0, part - line.shelf_minor + (off(line.shelf_minor, promotion.percent_bp)))
    return part


def _percent(left: Sequence[int], fitting: Sequence[int], percent_bp: int) -> list[int]:
    if not percent_bp:
        return [0] * len(fitting)
    factor = percent_bp * 2
    return [(left[i] * factor + WHOLE) // 20_000 for i in fitting]


def _tier(tiers: Iterable[Tier], reached: int) -> int:
    return max((tier.percent_bp for tier in tiers if reached >= tier.threshold), default=0)


def _buy_get(cart: _Cart, left: Sequence[int], promotion: Promotion, fitting: Sequence[int]) -> list[int]:
    """Of every ``buy`` + ``get`` pieces, dearest first, the ``get`` cheapest of each set are ``percent_bp`` off."""
    size, lines, inside = promotion.buy + promotion.get, cart.lines, frozenset(fitting)
    parts = dict.fromkeys(fitting, 0)
    pieces = sum([lines[i].quantity for i in fitting])
    end, place = pieces - pieces % size, 0
    free_before = 0
    for i in cart.by_worth:
        if i not in inside:
            continue
        quantity = lines[i].quantity
        place += quantity
        free = _given(min(place, end), promotion.buy, size)
        if free > free_before:
            worth = left[i] * (free - free_before) // quantity
            parts[i] = min(left[i], off(worth, promotion.percent_bp or WHOLE))
            free_before = free
    return [parts[i] for i in fitting]


def _given(pieces: int, buy: int, size: int) -> int:
    """Of the first so many pieces, how many are in the cheaper part of their set."""
    sets, rest = divmod(pieces, size)
    return sets * (size - buy) + max(0, rest - buy)


def _bundle(cart: _Cart, left: Sequence[int], promotion: Promotion, fitting: Sequence[int]) -> list[int]:
    """As many whole sets as there are, of the dearest pieces of each product; each costs ``amount_minor``."""
    inside = set(fitting)
    have = {product: [i for i in cart.by_product.get(product, ()) if i in inside] for product, _ in promotion.bundle}
    sets = min(
        (sum(cart.lines[i].quantity for i in have[product]) // pieces for product, pieces in promotion.bundle),
        default=0,
    )
    worth = dict.fromkeys(fitting, 0)
    for product, pieces in promotion.bundle if sets else ():
        needed = sets * pieces
        for i in sorted(have[product], key=lambda i: (-cart.lines[i].unit_minor, i)):
            used = min(needed, cart.lines[i].quantity)
            worth[i] += left[i] * used // cart.lines[i].quantity
            needed -= used
    saved = sum(worth.values()) - sets * promotion.amount_minor
    if saved <= 0:
        return [0] * len(fitting)
    return shared(saved, [worth[i] for i in fitting])
