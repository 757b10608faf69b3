"""The life of an order, as a table that a test can walk."""

from __future__ import annotations

from stoa.kernel.errors import InvalidTransitionError

AWAITING_PAYMENT = "awaiting_payment"
OPEN = "open"
SHIPPED = "shipped"
COMPLETED = "completed"
CANCELLED = "cancelled"

INITIAL = frozenset({AWAITING_PAYMENT, OPEN})
FINAL = frozenset({COMPLETED})

# What people decide. The other steps are taken by money.
BY_HAND = frozenset({"ship", "complete", "cancel"})

# status -> {step -> next status}
TRANSITIONS: dict[str, dict[str, str]] = {
    AWAITING_PAYMENT: {"confirm": OPEN, "cancel": CANCELLED},
    # Files are handed over with the money; there is nothing to ship.
    OPEN: {"ship": SHIPPED, "hand_over": COMPLETED, "cancel": CANCELLED},
    SHIPPED: {"complete": COMPLETED},
    COMPLETED: {},
    # Only for an order that was given up unpaid, when the money comes late after all and the goods are still there.
    CANCELLED: {"reopen": OPEN},
}


def next_status(status: str, step: str) -> str:
    """Where ``step`` leads from ``status``. Raises InvalidTransitionError where the table has no such step."""
    try:
        return TRANSITIONS[status][step]
    except KeyError:
        raise InvalidTransitionError(status=status, step=step) from None


def can(status: str, step: str) -> bool:
    return step in TRANSITIONS.get(status, {})
