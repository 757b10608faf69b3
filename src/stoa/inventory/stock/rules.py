"""Which location sends what, and what a shopper sees of the counters. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Place:
    """One location as a source of one variant.

    ``free`` = on hand - reserved (negative where units are owed); ``allowance`` = how many more than there are may be
    promised, 0 unless the policy is to back-order.
    """

    location_id: int
    free: int
    allowance: int = 0
    priority: int = 0
    backorder_date: date | None = None

    @property
    def in_stock(self) -> int:
        """Units that lie there and are promised to nobody."""
        return max(0, self.free)

    @property
    def headroom(self) -> int:
        """Units that may still be promised, now or for a later date."""
        return max(0, self.free + self.allowance)

    @property
    def backorderable(self) -> int:
        return self.headroom - self.in_stock


@dataclass(frozen=True, slots=True)
class Part:
    location_id: int
    quantity: int


def allocate(wanted: int, places: Iterable[Place]) -> tuple[Part, ...]:
    """Spread ``wanted`` units (> 0) over places; parts in ascending location. Nothing, where they cannot cover it.

    One place that has them all is best (one parcel; the first by priority). Otherwise what is in stock goes first, by
    priority, and only the rest is back-ordered: at one place if one can owe it all, else by priority.
    """
    if wanted <= 0:
        raise ValueError("a positive quantity is wanted")
    ordered = sorted(places, key=lambda place: (place.priority, place.location_id))
    for place in ordered:
        if place.in_stock >= wanted:
            return (Part(place.location_id, wanted),)
    taken: dict[int, int] = {}
    missing = _take(taken, wanted, [(place.location_id, place.in_stock) for place in ordered])
    able = [(place.location_id, place.backorderable) for place in ordered]
    sole = [(location_id, units) for location_id, units in able if units >= missing]
    if _take(taken, missing, sole[:1] or able):
        return ()
    return tuple(Part(location_id, taken[location_id]) for location_id in sorted(taken))


def _take(taken: dict[int, int], wanted: int, sources: Sequence[tuple[int, int]]) -> int:
    """Add to ``taken`` from the sources in turn; what is still missing."""
    for location_id, units in sources:
        portion = min(units, wanted)
        if portion > 0:
            taken[location_id] = taken.get(location_id, 0) + portion
            wanted -= portion
    return wanted


def newly_owed(free_after: int, taken: int) -> int:
    """How many of the ``taken`` units are not there: ``free_after`` is on hand - reserved once they are taken."""
    return min(taken, max(0, -free_after))


class Shown(StrEnum):
    """What a shopper is told. The number itself is not public."""

    IN_STOCK = "in_stock"
    LOW = "low"
    BACKORDER = "backorder"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The stock of one variant in one market. ``available`` may be ordered now, ``in_stock`` of it lie there."""

    in_stock: int
    available: int
    backorder_date: date | None
    shown: Shown

    @property
    def face(self) -> tuple[Shown, date | None]:
        """What pages depend on: as long as this stays, no page is out of date."""
        return self.shown, self.backorder_date if self.shown is Shown.BACKORDER else None


def face_of_part(whole: Outlook, quantity: int, low_threshold: int) -> tuple[Shown, date | None]:
    """What a part of which ``quantity`` are in each bundle makes of that bundle's face, were it the scarcest."""
    shown = shown_for(whole.in_stock // quantity, whole.available // quantity, low_threshold)
    return shown, whole.backorder_date if shown is Shown.BACKORDER else None


def shown_for(in_stock: int, available: int, low_threshold: int) -> Shown:
    """Low: at most ``low_threshold`` units are left (0: never low)."""
    if in_stock > 0:
        return Shown.LOW if in_stock <= low_threshold else Shown.IN_STOCK
    return Shown.BACKORDER if available > 0 else Shown.SOLD_OUT


def outlook(places: Iterable[Place], low_threshold: int) -> Outlook:
    """Sum the places of a market. Low: at most ``low_threshold`` units are left (0: never low)."""
    chosen = tuple(places)
    in_stock = sum(place.in_stock for place in chosen)
    available = sum(place.headroom for place in chosen)
    dates = [place.backorder_date for place in chosen if place.backorderable and place.backorder_date]
    shown = shown_for(in_stock, available, low_threshold)
    return Outlook(in_stock, available, min(dates, default=None), shown)
