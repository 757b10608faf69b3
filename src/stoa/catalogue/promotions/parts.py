"""What one promotion takes off each line, by its kind, in whole minor units. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stoa.catalogue.promotions.cart import Cart
from stoa.catalogue.promotions.terms import WHOLE, Goods, Promotion, Tier


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


def parts_of(cart: Cart, left: Sequence[int], promotion: Promotion, fitting: Sequence[int]) -> list[int]:
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
    # As ``off`` does it, without a call for each of the lines: most of the time goes here.
    factor, twice = percent_bp * 2, WHOLE * 2
    return [(left[i] * factor + WHOLE) // twice for i in fitting]


def _tier(tiers: Iterable[Tier], reached: int) -> int:
    return max((tier.percent_bp for tier in tiers if reached >= tier.threshold), default=0)


def _buy_get(cart: Cart, left: Sequence[int], promotion: Promotion, fitting: Sequence[int]) -> list[int]:
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


def _bundle(cart: Cart, left: Sequence[int], promotion: Promotion, fitting: Sequence[int]) -> list[int]:
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
