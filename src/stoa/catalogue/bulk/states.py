"""The life of a bulk edit, as a table."""

from __future__ import annotations

STEPS: dict[str, frozenset[str]] = {
    "planning": frozenset({"planned", "discarded"}),
    "planned": frozenset({"applying", "discarded"}),
    "applying": frozenset({"applied"}),
    "applied": frozenset({"undoing"}),
    "undoing": frozenset({"undone"}),
    "undone": frozenset(),
    "discarded": frozenset(),
}
# A worker has something to do.
BUSY = frozenset({"planning", "applying", "undoing"})


def may_become(state: str, wanted: str) -> bool:
    return wanted in STEPS[state]
