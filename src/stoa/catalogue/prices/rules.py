"""What a price may be. Pure."""

from __future__ import annotations

# Far above any price, far below the end of a bigint, so that sums of lines stay inside it.
HIGHEST_MINOR = 10**13


def price_problem(amount_minor: object, compare_at_minor: object = None) -> str:
    """``""`` for a usable pair (minor units), else ``price`` or ``compare_at``: which of them is wrong."""
    if not _is_amount(amount_minor):
        return "price"
    if compare_at_minor is None:
        return ""
    if not _is_amount(compare_at_minor) or compare_at_minor <= amount_minor:  # type: ignore[operator]
        return "compare_at"
    return ""


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_MINOR
