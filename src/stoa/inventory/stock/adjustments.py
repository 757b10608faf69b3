"""What staff do to stock: open a level, adjust it, count it, and say what happens when it has sold out."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from stoa.catalogue.bundles import queries as bundles
from stoa.inventory.stock import ledger
from stoa.inventory.stock.errors import (
    BackorderLimitTooLowError,
    BackorderTermsError,
    BundleHasStockError,
    LevelExistsError,
    QuantityNotAllowedError,
    StockTooLowError,
)
from stoa.inventory.stock.levels import TABLE, Level, Levels
from stoa.inventory.stock.models import StockLevel, StockMove
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError

# Staff name one of these; a sale and its return have actions of their own.
REASONS = (
    StockMove.Reason.RECEIVED, StockMove.Reason.COUNTED, StockMove.Reason.DAMAGED, StockMove.Reason.CORRECTED,
    StockMove.Reason.RETURNED,
)  # fmt: skip
LARGEST = 10_000_000

_TO_BACKORDER = f"""
UPDATE {TABLE} SET policy = 'backorder', backorder_limit = %s, backorder_date = %s
WHERE id = %s AND on_hand - reserved + %s >= 0
RETURNING on_hand, reserved, backorder_limit"""  # noqa: S608
# What is owed stays owed: the limit keeps the amount, and a level that denies takes no notice of it.
_TO_DENY = f"""
UPDATE {TABLE} SET policy = 'deny', backorder_date = NULL,
    backorder_limit = CASE WHEN reserved > on_hand THEN reserved - on_hand ELSE 0 END
WHERE id = %s
RETURNING on_hand, reserved, backorder_limit"""  # noqa: S608


@transaction.atomic
def open_level(variant_id: int, location_id: int, quantity: int, *, actor: Actor, note: str = "") -> None:
    """Begin to keep a variant at a location, with ``quantity`` units (0 or more).

    Raises LevelExistsError where it is kept there already, QuantityNotAllowedError, BundleHasStockError.
    """
    _check_size(quantity, at_least=0)
    refuse_bundle(variant_id)
    _, is_new = StockLevel.objects.get_or_create(variant_id=variant_id, location_id=location_id)
    if not is_new:
        raise LevelExistsError
    levels = Levels([variant_id])
    level = levels.existing(variant_id, location_id)
    if quantity:
        _move(levels, level, quantity, reason=StockMove.Reason.OPENING, note=note, actor=actor, key=_opening_key(level))
    levels.tell()


@transaction.atomic
def adjust(variant_id: int, location_id: int, delta: int, *, reason: str, note: str = "", actor: Actor) -> int:
    """Add ``delta`` units (may be negative, not 0) for a reason that staff may give (``REASONS``). The new on hand.

    Raises StockTooLowError where units that are promised would go, QuantityNotAllowedError, BundleHasStockError,
    ValueError (the reason).
    """
    _check_size(delta, at_least=-LARGEST)
    if delta == 0:
        raise QuantityNotAllowedError(quantity=delta)
    return _adjust(Levels([variant_id]), variant_id, location_id, delta, reason, note, actor)


@transaction.atomic
def set_on_hand(variant_id: int, location_id: int, quantity: int, *, reason: str, note: str = "", actor: Actor) -> int:
    """Make on hand ``quantity`` (0 or more), as after a count: the ledger gets the difference. The new on hand.

    Units that are sold have left the count already, those that are reserved have not. Raises like ``adjust``.
    """
    _check_size(quantity, at_least=0)
    levels = Levels([variant_id], lock=True)
    level = levels.at(variant_id, location_id)
    delta = quantity - (level.on_hand if level else 0)
    if delta == 0:
        return quantity
    return _adjust(levels, variant_id, location_id, delta, reason, note, actor)


def _adjust(levels: Levels, variant_id: int, location_id: int, delta: int, reason: str, note: str, actor: Actor) -> int:
    if reason not in REASONS:
        raise ValueError(f"{reason} is no reason for an adjustment")
    level = levels.at(variant_id, location_id)
    if level is None:
        if delta < 0:
            raise StockTooLowError(0)
        refuse_bundle(variant_id)
        StockLevel.objects.get_or_create(variant_id=variant_id, location_id=location_id)
        levels = Levels([variant_id])
        level = levels.existing(variant_id, location_id)
    _move(levels, level, delta, reason=reason, note=note, actor=actor)
    levels.tell()
    record(
        actor, "stock.adjusted", "variant", variant_id,
        location=location_id, delta=delta, on_hand=level.on_hand, reason=str(reason), note=note,
    )  # fmt: skip
    return level.on_hand


@transaction.atomic
def set_policy(
    variant_id: int, location_id: int, *, policy: str, limit: int = 0, date: date | None = None, actor: Actor
) -> None:
    """Say what happens when this level has sold out: ``deny``, or ``backorder`` up to ``limit`` units for a ``date``.

    Raises BackorderTermsError (no limit or no date), BackorderLimitTooLowError (more is owed), NotFoundError.
    """
    is_backorder = StockLevel.Policy(policy) is StockLevel.Policy.BACKORDER
    if is_backorder and (not 0 < limit <= LARGEST or date is None):
        raise BackorderTermsError
    levels = Levels([variant_id], lock=True)
    level = levels.at(variant_id, location_id)
    if level is None:
        raise NotFoundError
    levels.remember(level)
    with connection.cursor() as cursor:
        if is_backorder:
            cursor.execute(_TO_BACKORDER, [limit, date, level.id, limit])
        else:
            cursor.execute(_TO_DENY, [level.id])
        row = cursor.fetchone()
    if row is None:
        raise BackorderLimitTooLowError(-level.free)
    level.on_hand, level.reserved, level.backorder_limit = row
    level.policy, level.backorder_date = policy, date if is_backorder else None
    levels.tell()
    record(
        actor, "stock.policy_set", "variant", variant_id,
        location=location_id, policy=str(policy), limit=level.backorder_limit, date=str(level.backorder_date or ""),
    )  # fmt: skip


def _move(
    levels: Levels, level: Level, delta: int, *, reason: str, note: str, actor: Actor, key: str | None = None
) -> None:
    """Counter and ledger together. Raises StockTooLowError."""
    if not levels.change(level, on_hand=delta, needs=-delta if delta < 0 else None):
        raise StockTooLowError(level.place.headroom)
    entry = ledger.Entry(level.variant_id, level.location_id, delta, key)
    ledger.write([entry], reason=reason, document="", actor=actor, note=note)


def _opening_key(level: Level) -> str:
    return f"opening:{level.variant_id}:{level.location_id}"


def refuse_bundle(variant_id: int) -> None:
    """Raises BundleHasStockError for a variant that has parts."""
    if bundles.components([variant_id]):
        raise BundleHasStockError


def give_up_own_stock(variant_id: int) -> None:
    """A variant is to become a bundle: its empty levels go. Raises BundleHasStockError where it still has stock of its
    own, or some of it is promised."""
    levels = StockLevel.objects.select_for_update().filter(variant_id=variant_id).order_by("location_id")
    if any(level.on_hand or level.reserved for level in levels):
        raise BundleHasStockError
    levels.delete()


def _check_size(quantity: int, *, at_least: int) -> None:
    if not isinstance(quantity, int) or isinstance(quantity, bool) or not at_least <= quantity <= LARGEST:
        raise QuantityNotAllowedError(quantity=quantity)
