"""Entries of the ledger, and what they say about a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from stoa.inventory.stock.models import StockMove
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.prepared import insert_all

# What brings sold goods back.
BACK = (StockMove.Reason.RETURNED, StockMove.Reason.CANCELLED)


@dataclass(frozen=True, slots=True)
class Sold:
    """Units of a variant that left a location. ``backorder_date`` is set where some of them are owed."""

    variant_id: int
    location_id: int
    quantity: int
    backorder_date: date | None = None


@dataclass(frozen=True, slots=True)
class Restocked:
    variant_id: int
    location_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One move to be: ``quantity`` with its sign; ``key`` makes it happen once at most."""

    variant_id: int
    location_id: int
    quantity: int
    key: str | None = None


def write(entries: Iterable[Entry], *, reason: str, document: str, actor: Actor, note: str = "") -> None:
    """Add moves to the ledger. Raises IntegrityError where a key is there already."""
    at = clock.now()
    insert_all(
        StockMove(
            variant_id=entry.variant_id, location_id=entry.location_id, quantity=entry.quantity, reason=reason,
            document=document, key=entry.key, note=note[:300], actor=str(actor)[:200], at=at,
        )
        for entry in entries
    )  # fmt: skip


def sale_key(document: str, variant_id: int, part: int) -> str:
    """A document sells a variant once: its first part always has this key, from wherever it is sent."""
    return f"{document}:sold:{variant_id}:{part}"


def sold_for(document: str) -> list[Sold]:
    """What was sold for a document, even if some came back since. Nothing once all has come back."""
    moves = StockMove.objects.filter(document=document, reason__in=(StockMove.Reason.SOLD, *BACK)).order_by("id")
    rows = list(moves.values_list("variant_id", "location_id", "quantity"))
    if sum(quantity for _, _, quantity in rows) == 0:
        return []
    return [Sold(variant, location, -quantity) for variant, location, quantity in rows if quantity < 0]


def has_sold(document: str) -> bool:
    """Whether the document ever sold anything."""
    return StockMove.objects.filter(document=document, reason=StockMove.Reason.SOLD).exists()
