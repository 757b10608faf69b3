"""Beginnings of stock: for whole products at once, and taken back while nothing else has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from stoa.inventory.stock import ledger
from stoa.inventory.stock.adjustments import LARGEST, _opening_key
from stoa.inventory.stock.errors import LevelExistsError, QuantityNotAllowedError
from stoa.inventory.stock.levels import Levels
from stoa.inventory.stock.models import Reservation, StockLevel, StockMove
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record


@transaction.atomic
def open_levels(openings: Iterable[tuple[int, int, int]], *, actor: Actor, note: str = "") -> None:
    """``open_level`` for many: (variant, location, units). Raises LevelExistsError, QuantityNotAllowedError."""
    wanted = sorted(openings)
    if bad := [quantity for _, _, quantity in wanted if not 0 <= quantity <= LARGEST]:
        raise QuantityNotAllowedError(quantity=bad[0])
    variants = [variant_id for variant_id, _, _ in wanted]
    there = set(StockLevel.objects.filter(variant_id__in=variants).values_list("variant_id", "location_id"))
    if any((variant_id, location_id) in there for variant_id, location_id, _ in wanted):
        raise LevelExistsError
    StockLevel.objects.bulk_create(
        [StockLevel(variant_id=variant_id, location_id=location_id) for variant_id, location_id, _ in wanted]
    )
    levels = Levels(variants)
    entries = []
    for variant_id, location_id, quantity in wanted:
        level = levels.existing(variant_id, location_id)
        if quantity and levels.change(level, on_hand=quantity):
            entries.append(ledger.Entry(variant_id, location_id, quantity, _opening_key(level)))
    ledger.write(entries, reason=StockMove.Reason.OPENING, document="", actor=actor, note=note)
    levels.tell()


@transaction.atomic
def forget_openings(variant_ids: Collection[int], *, actor: Actor) -> set[int]:
    """Take the stock of variants out of the books as if it had never been opened, where nothing but their opening has
    been written about them: an import that is undone. Returns the variants of which that is so, those without stock included.

    The only way in which moves leave the ledger, and always together with their level: the sums hold.
    """
    wanted = set(variant_ids)
    levels = StockLevel.objects.select_for_update().filter(variant_id__in=wanted).order_by("variant_id", "location_id")
    busy = {level.variant_id for level in levels if level.reserved}
    busy |= set(
        StockMove.objects.filter(variant_id__in=wanted)
        .exclude(reason=StockMove.Reason.OPENING)
        .values_list("variant_id", flat=True)
    )
    busy |= set(Reservation.objects.filter(variant_id__in=wanted).values_list("variant_id", flat=True))
    free = wanted - busy
    StockMove.objects.filter(variant_id__in=free).delete()
    count, _ = StockLevel.objects.filter(variant_id__in=free).delete()
    if count:
        record(actor, "stock.opening_undone", "variant", min(free), variants=len(free), levels=count)
    return free
