"""Holding units for a document until it is paid (claimed), given up (released) or forgotten (expired)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from stoa.catalogue.bundles.rules import Recipe
from stoa.inventory.stock import ledger
from stoa.inventory.stock.baskets import Basket, open_up
from stoa.inventory.stock.errors import AlreadyReservedError, ReservationExpiredError
from stoa.inventory.stock.ledger import Entry, Sold
from stoa.inventory.stock.levels import Level, Levels
from stoa.inventory.stock.models import Reservation, StockMove
from stoa.inventory.stock.taking import take
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.prepared import Prepared, Slot, insert_all

EXPIRY_BATCH = 500
_HELD = Prepared(
    lambda: (
        Reservation.objects.select_for_update()
        .filter(document=Slot("document"), state=Reservation.State.OPEN)
        .order_by("id")
    )
)


@dataclass(frozen=True, slots=True)
class ReservationFacts:
    """Units held at one location. ``backorder_date`` is set where some of them are not there yet."""

    variant_id: int
    location_id: int
    quantity: int
    expires_at: datetime
    backorder_date: date | None


def reserve(
    lines: Mapping[int, int],
    *,
    market_id: int,
    document: str,
    expires_at: datetime,
    actor: Actor,
    recipes: Mapping[int, Recipe] | None = None,
) -> list[ReservationFacts]:
    """Hold units (variant -> count) for ``document`` until ``expires_at``: all of them or none.

    Of a bundle its parts are held; ``recipes`` as for ``baskets.open_up``. Asked again for the same units while they are
    held, it holds them until the later moment and takes nothing more. Raises OutOfStockError, AlreadyReservedError (the
    document holds other units), QuantityNotAllowedError.
    """
    basket = open_up(lines, recipes)
    try:
        with transaction.atomic():
            # A bundle that was put together anew since would meet none of the rows that hold the old one.
            if basket.has_bundles and (held := _held(document)):
                return _hold_longer(held, basket.units, expires_at)
            return _hold(basket, market_id, document, expires_at, actor)
    except IntegrityError:
        with transaction.atomic():
            held = _held(document)
            if held:
                return _hold_longer(held, basket.units, expires_at)
        raise


def _hold(basket: Basket, market_id: int, document: str, expires_at: datetime, actor: Actor) -> list[ReservationFacts]:
    levels, taken = take(basket, market_id, lambda all_, level, n: all_.change(level, reserved=n, needs=n))
    now = clock.now()
    rows = [
        Reservation(
            document=document, variant_id=one.level.variant_id, location_id=one.level.location_id,
            quantity=one.quantity, part=one.part, backorder_date=one.backorder_date, actor=str(actor)[:200],
            expires_at=expires_at, created_at=now,
        )
        for one in taken
    ]  # fmt: skip
    insert_all(rows)
    levels.tell()
    return [_facts(row) for row in rows]


def _hold_longer(held: list[Reservation], units: Mapping[int, int], expires_at: datetime) -> list[ReservationFacts]:
    counted: Counter[int] = Counter()
    for row in held:
        counted[row.variant_id] += row.quantity
    if any(units.get(variant_id) != quantity for variant_id, quantity in counted.items()):
        raise AlreadyReservedError
    for row in held:
        row.expires_at = max(row.expires_at, expires_at)
    Reservation.objects.bulk_update(held, ["expires_at"])
    return [_facts(row) for row in held]


@transaction.atomic
def claim(document: str, *, actor: Actor) -> list[Sold]:
    """Turn what is held for ``document`` into sales. A second call changes nothing and returns the same.

    A hold that is overdue but not yet expired can still be claimed. Raises ReservationExpiredError where the units have
    gone back; the caller may then ``sell``. A document that never held anything (nothing counted in it) has no sales.
    """
    held = _held(document)
    if not held:
        return _claimed_before(document)
    levels = Levels({row.variant_id for row in held})
    for level, quantity in _by_level(levels, held):
        levels.change(level, on_hand=-quantity, reserved=-quantity)
    _close(held, Reservation.State.CLAIMED)
    entries = [
        Entry(row.variant_id, row.location_id, -row.quantity, ledger.sale_key(document, row.variant_id, row.part))
        for row in held
    ]
    ledger.write(entries, reason=StockMove.Reason.SOLD, document=document, actor=actor)
    levels.tell()
    return [Sold(row.variant_id, row.location_id, row.quantity, row.backorder_date) for row in held]


def _claimed_before(document: str) -> list[Sold]:
    states = set(Reservation.objects.filter(document=document).values_list("state", flat=True))
    sold = ledger.sold_for(document)
    if states and not sold:
        raise ReservationExpiredError
    return sold


@transaction.atomic
def release(document: str, *, actor: Actor) -> int:
    """Give back what is held for ``document``. The number of units; 0 where nothing is held (any more)."""
    return _give_back(_held(document), Reservation.State.RELEASED)


def expire_reservations() -> list[str]:
    """Give back what is held beyond its time. The documents that lost their hold, each in a transaction of its own."""
    overdue = Reservation.objects.filter(state=Reservation.State.OPEN, expires_at__lte=clock.now())
    documents = list(overdue.order_by("document").values_list("document", flat=True).distinct()[:EXPIRY_BATCH])
    return [document for document in documents if _expire(document)]


@transaction.atomic
def _expire(document: str) -> bool:
    # Looked at again under the lock: since the list was made, the document may have been paid, or its hold renewed.
    overdue = [row for row in _held(document) if row.expires_at <= clock.now()]
    return _give_back(overdue, Reservation.State.EXPIRED) > 0


def _held(document: str) -> list[Reservation]:
    """The open reservations, locked. Whoever comes first (claim, release, expiry) closes them; the rest find none."""
    return _HELD.all(document=document)


def _give_back(held: list[Reservation], state: str) -> int:
    if not held:
        return 0
    levels = Levels({row.variant_id for row in held})
    for level, quantity in _by_level(levels, held):
        levels.change(level, reserved=-quantity)
    _close(held, state)
    levels.tell()
    return sum(row.quantity for row in held)


def _by_level(levels: Levels, held: Iterable[Reservation]) -> list[tuple[Level, int]]:
    sums: Counter[tuple[int, int]] = Counter()
    for row in held:
        sums[row.variant_id, row.location_id] += row.quantity
    return [(levels.existing(*place), sums[place]) for place in sorted(sums)]


def _close(held: list[Reservation], state: str) -> None:
    Reservation.objects.filter(pk__in=[row.pk for row in held]).update(state=state, closed_at=clock.now())


def _facts(row: Reservation) -> ReservationFacts:
    return ReservationFacts(row.variant_id, row.location_id, row.quantity, row.expires_at, row.backorder_date)
