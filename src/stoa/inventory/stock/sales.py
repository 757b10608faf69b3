"""Selling without a hold, and taking back what was sold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from stoa.catalogue.bundles import rules as bundling
from stoa.catalogue.bundles.rules import Recipe
from stoa.inventory.stock import ledger
from stoa.inventory.stock.baskets import Basket, check_quantities, open_up
from stoa.inventory.stock.errors import SaleReturnedError
from stoa.inventory.stock.ledger import BACK, Entry, Restocked, Sold
from stoa.inventory.stock.levels import Levels
from stoa.inventory.stock.models import StockMove
from stoa.inventory.stock.taking import take
from stoa.kernel.actors import Actor


def sell(
    lines: Mapping[int, int],
    *,
    market_id: int,
    document: str,
    actor: Actor,
    recipes: Mapping[int, Recipe] | None = None,
) -> list[Sold]:
    """Sell units (variant -> count) at once: all of them or none. Variants that are not counted are left out.

    Of a bundle its parts are sold; ``recipes`` as for ``baskets.open_up``. A document sells once: a second call changes
    nothing and returns what it sold. Raises OutOfStockError (in the form of SaleReturnedError where all that the document
    sold has come back), QuantityNotAllowedError.
    """
    basket = open_up(lines, recipes)
    # A bundle that was put together anew since would meet none of the moves that sold the old one.
    if basket.has_bundles and ledger.has_sold(document):
        return _sold_before(document)
    try:
        with transaction.atomic():
            return _sell(basket, market_id, document, actor)
    except IntegrityError:
        if ledger.has_sold(document):
            return _sold_before(document)
        raise


def _sold_before(document: str) -> list[Sold]:
    sold = ledger.sold_for(document)
    if not sold:
        raise SaleReturnedError
    return sold


def _sell(basket: Basket, market_id: int, document: str, actor: Actor) -> list[Sold]:
    levels, taken = take(basket, market_id, lambda all_, level, n: all_.change(level, on_hand=-n, needs=n))
    entries = [
        Entry(
            one.level.variant_id, one.level.location_id, -one.quantity,
            ledger.sale_key(document, one.level.variant_id, one.part),
        )
        for one in taken
    ]  # fmt: skip
    ledger.write(entries, reason=StockMove.Reason.SOLD, document=document, actor=actor)
    levels.tell()
    return [Sold(one.level.variant_id, one.level.location_id, one.quantity, one.backorder_date) for one in taken]


@transaction.atomic
def restock(
    document: str,
    lines: Mapping[int, int] | None = None,
    *,
    reason: str,
    actor: Actor,
    key: str = "",
    note: str = "",
    recipes: Mapping[int, Recipe] | None = None,
) -> list[Restocked]:
    """Put sold units (variant -> count; None: all that are still out) back to where they came from.

    Never more than ``document`` sold and has not got back: what is asked beyond that is left out. ``key`` names the
    cause ("refund:12"): the same reason, key and variant go back once, so a repeated call changes nothing, while a
    further part of a line comes with a key of its own. ``reason`` is RETURNED or CANCELLED (ValueError otherwise). Of a
    bundle the parts come back; ``recipes`` says which they were when it was sold.
    """
    if reason not in BACK:
        raise ValueError(f"{reason} does not bring goods back")
    if lines is not None:
        lines = {variant: quantity for variant, quantity in lines.items() if quantity != 0}
        check_quantities(lines)
        lines = bundling.unpacked(lines, recipes or {})
    prefix = f"{document}:{reason}:{key}"
    out, done = _still_out(document, prefix)
    entries = []
    for variant_id in sorted({variant_id for variant_id, _ in out} - done):
        places = {location_id: n for (owner, location_id), n in out.items() if owner == variant_id and n > 0}
        wanted = sum(places.values()) if lines is None else lines.get(variant_id, 0)
        entries += _spread(variant_id, wanted, places, prefix)
    if not entries:
        return []
    levels = Levels({entry.variant_id for entry in entries})
    for entry in entries:
        levels.change(levels.existing(entry.variant_id, entry.location_id), on_hand=entry.quantity)
    ledger.write(entries, reason=reason, document=document, actor=actor, note=note)
    levels.tell()
    return [Restocked(entry.variant_id, entry.location_id, entry.quantity) for entry in entries]


def _still_out(document: str, prefix: str) -> tuple[Counter[tuple[int, int]], set[int]]:
    """Units sold and not come back, by (variant, location), and the variants that came back under ``prefix`` before.

    Locks the sale, so that two returns at once count one after the other.
    """
    moves = StockMove.objects.filter(document=document)
    sold = moves.select_for_update().filter(reason=StockMove.Reason.SOLD).order_by("id")
    out: Counter[tuple[int, int]] = Counter()
    for variant_id, location_id, quantity in sold.values_list("variant_id", "location_id", "quantity"):
        out[variant_id, location_id] -= quantity
    done = set()
    back = moves.filter(reason__in=BACK) if out else moves.none()
    for variant_id, location_id, quantity, key in back.values_list("variant_id", "location_id", "quantity", "key"):
        out[variant_id, location_id] -= quantity
        if key and key.startswith(f"{prefix}:{variant_id}:"):
            done.add(variant_id)
    return out, done


def _spread(variant_id: int, wanted: int, places: Mapping[int, int], prefix: str) -> list[Entry]:
    entries: list[Entry] = []
    for location_id in sorted(places):
        portion = min(places[location_id], wanted)
        if portion > 0:
            entries.append(Entry(variant_id, location_id, portion, f"{prefix}:{variant_id}:{len(entries)}"))
            wanted -= portion
    return entries
