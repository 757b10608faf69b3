"""A cart's lines as the templates show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from stoa.catalogue.media.queries import PictureView
    from stoa.kernel.money import Money
    from stoa.operations.cart.queries import CartLineView, CartView


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


@dataclass(frozen=True, slots=True)
class ShownCart:
    lines: list[ShownLine]
    subtotal: Money
    count: int
    can_check_out: bool


def shown(view: CartView) -> ShownCart:
    return ShownCart([line(each) for each in view.lines], view.subtotal, view.count, view.can_check_out)


def line(view: CartLineView) -> ShownLine:
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
    )
