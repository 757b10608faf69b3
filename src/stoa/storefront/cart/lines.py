"""A cart's lines as the templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.media.queries import PictureView
    from stoa.catalogue.promotions.rules import Outcome
    from stoa.operations.cart.queries import CartLineView, CartView
    from stoa.operations.credit.queries import CardInCart


@dataclass(frozen=True, slots=True)
class ShownLine:
    variant_id: int
    title: str
    url: str
    options: str
    picture: PictureView | None
    quantity: int
    unit: Money | None
    total: Money | None
    problem: str
    # What one cost when it was put in, where that is another price now; what it cost before a reduction, where there is one.
    seen: Money | None = None
    before: Money | None = None
    # Of a bundle, what is in it: "2 × Cup, Red".
    parts: tuple[str, ...] = ()
    # What promotions take off the whole line, each by the name that buyers read.
    discounts: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownCart:
    lines: list[ShownLine]
    subtotal: Money
    count: int
    can_check_out: bool
    discount: Money | None = None
    total: Money | None = None
    # The code, and whether it gives anything for what is in the cart.
    codes: tuple[tuple[str, bool], ...] = ()
    # Gift cards that are to pay at checkout.
    cards: tuple[CardInCart, ...] = ()


def shown(view: CartView) -> ShownCart:
    given = [each.code for each in view.outcome.adjustments]
    return ShownCart(
        [line(each, off) for each, off in zip(view.lines, discounts(view, view.outcome), strict=True)], view.subtotal,
        view.count, view.can_check_out, view.discount, view.total,
        tuple((code, code in given) for code in view.codes),
    )  # fmt: skip


def discounts(view: CartView, outcome: Outcome) -> list[tuple[tuple[str, Money], ...]]:
    """For each line of the cart; those that are not for sale have none."""
    found: dict[int, dict[str, int]] = {}
    for each in outcome.adjustments:
        if each.line is not None:
            off = found.setdefault(each.line, {})
            off[each.label] = off.get(each.label, 0) + each.amount_minor
    shown_lines, place = [], 0
    for each_line in view.lines:
        off = {}
        if each_line.quote is not None and each_line.facts is not None:
            off, place = found.get(place, {}), place + 1
        shown_lines.append(tuple((label, Money(minor, view.currency)) for label, minor in off.items()))
    return shown_lines


def line(view: CartLineView, off: tuple[tuple[str, Money], ...] = ()) -> ShownLine:
    facts = view.facts
    return ShownLine(
        variant_id=view.variant_id,
        title=facts.title if facts else _("No longer in the shop"),
        url=f"/p/{facts.slug}/?variant={view.variant_id}" if facts else "",
        options=", ".join(facts.option_values) if facts else "",
        picture=facts.picture if facts else None,
        quantity=view.quantity,
        unit=view.unit,
        total=view.total,
        problem=view.problem,
        seen=view.seen_unit,
        before=view.compare_at if view.quote and view.quote.is_reduced else None,
        parts=tuple(f"{quantity} × {part.display_title}" for part, quantity in view.parts),
        discounts=off,
    )
