"""The life of a payment, as a table that a test can walk. It never goes backwards."""

from __future__ import annotations

PENDING = "pending"
CAPTURED = "captured"
DECLINED = "declined"
CANCELLED = "cancelled"
RETURNED = "returned"

FINAL = frozenset({CAPTURED, RETURNED})

# status -> {what the provider reports -> next status}. A report that is not in the row changes nothing.
# Money that arrives after a refusal or after we gave up is still money: it is taken, or sent back ("return").
TRANSITIONS: dict[str, dict[str, str]] = {
    PENDING: {"captured": CAPTURED, "return": RETURNED, "declined": DECLINED, "cancelled": CANCELLED},
    DECLINED: {"captured": CAPTURED, "return": RETURNED, "cancelled": CANCELLED},
    CANCELLED: {"captured": CAPTURED, "return": RETURNED},
    CAPTURED: {},
    RETURNED: {},
}


def sources(report: str) -> list[str]:
    """The statuses that ``report`` moves on from: what a guarded UPDATE names in its WHERE."""
    return [status for status, steps in TRANSITIONS.items() if report in steps]


def target(report: str) -> str:
    """The status that ``report`` leads to. Raises KeyError for a report that leads nowhere."""
    for steps in TRANSITIONS.values():
        if report in steps:
            return steps[report]
    raise KeyError(report)
