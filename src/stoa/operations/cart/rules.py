"""What holds for a cart apart from any database."""

from __future__ import annotations

from collections.abc import Mapping

MAX_QUANTITY = 999
MAX_LINES = 100
MAX_SOURCES = 8
MAX_GIFT_CARDS = 5


def merged(own: Mapping[int, int], guest: Mapping[int, int]) -> dict[int, int]:
    """The lines (variant -> quantity) of a customer's cart after a guest's cart was brought along at log-in.

    The rule: every variant of either cart is in it; where both have one, the larger quantity holds (adding them up
    would double a cart that was filled twice for the same purchase). Nothing is lost, even above MAX_LINES.
    """
    return {variant: max(own.get(variant, 0), guest.get(variant, 0)) for variant in [*own, *guest]}
