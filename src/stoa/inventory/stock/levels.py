"""The counters of the levels, and the only statement that changes them.

Every change is one UPDATE that carries its own condition, so two of them can never both take the last unit: the second
waits for the first, looks again and finds the condition false. ``RETURNING`` gives the counters as this very statement
left them, which is how a change of what shoppers see is known without another look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import connection

from stoa.catalogue.bundles import queries as bundles
from stoa.inventory.events import StockChanged
from stoa.inventory.stock.models import StockLevel
from stoa.inventory.stock.rules import Place, face_of_part, outlook
from stoa.kernel.outbox.actions import announce_all
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.prepared import Prepared, Slot

TABLE = StockLevel._meta.db_table
HEADROOM = "on_hand - reserved + CASE WHEN policy = 'backorder' THEN backorder_limit ELSE 0 END"
CHANGE = f"UPDATE {TABLE} SET on_hand = on_hand + %s, reserved = reserved + %s WHERE id = %s"  # noqa: S608
RETURNING = " RETURNING on_hand, reserved, policy, backorder_limit"
GUARD = f" AND {HEADROOM} >= %s"

_COLUMNS = (
    "id", "variant_id", "location_id", "variant__product_id", "variant__is_stock_tracked", "on_hand", "reserved",
    "policy", "backorder_limit", "backorder_date", "location__priority", "location__is_active",
)  # fmt: skip
_LEVELS = Prepared(
    lambda count: (
        StockLevel.objects.filter(variant__pk__in=Slot.many("variant", count))
        .order_by("variant_id", "location_id")
        .values_list(*_COLUMNS, "location__markets", "location__markets__low_stock_threshold")
    )
)


@dataclass(slots=True)
class Level:
    """A row of the level table with what is needed around it. ``markets``: id -> low-stock threshold."""

    id: int
    variant_id: int
    location_id: int
    product_id: int
    is_tracked: bool
    on_hand: int
    reserved: int
    policy: str
    backorder_limit: int
    backorder_date: date | None
    priority: int
    is_active: bool
    markets: dict[int, int] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved

    @property
    def place(self) -> Place:
        allowance = self.backorder_limit if self.policy == StockLevel.Policy.BACKORDER else 0
        return Place(self.location_id, self.free, allowance, self.priority, self.backorder_date)

    def serves(self, market_id: int) -> bool:
        return self.is_active and market_id in self.markets


def read_levels(variant_ids: Iterable[int]) -> dict[tuple[int, int], Level]:
    """All levels of the variants, wherever they are, by (variant, location) in that order. One query."""
    levels: dict[tuple[int, int], Level] = {}
    for *columns, market_id, threshold in _LEVELS.of("variant", variant_ids):
        level = levels.setdefault((columns[1], columns[2]), Level(*columns))
        if market_id is not None:
            level.markets[market_id] = threshold
    return levels


class Levels:
    """The levels of some variants for one transaction: read once, changed by guarded UPDATEs, told once."""

    def __init__(self, variant_ids: Iterable[int], *, lock: bool = False) -> None:
        """``lock`` takes the rows in ascending order until the transaction ends; SQLite has one writer anyway."""
        chosen = list(variant_ids)
        if lock:
            rows = StockLevel.objects.select_for_update().filter(variant_id__in=chosen)
            list(rows.order_by("variant_id", "location_id").values_list("id", flat=True))
        self._levels = read_levels(chosen)
        self._before: dict[tuple[int, int], Level] = {}

    def of(self, variant_id: int) -> list[Level]:
        return [level for (owner, _), level in self._levels.items() if owner == variant_id]

    def at(self, variant_id: int, location_id: int) -> Level | None:
        return self._levels.get((variant_id, location_id))

    def existing(self, variant_id: int, location_id: int) -> Level:
        """Raises KeyError for a level that is not there: moves and reservations are never without one."""
        return self._levels[variant_id, location_id]

    def change(self, level: Level, *, on_hand: int = 0, reserved: int = 0, needs: int | None = None) -> bool:
        """Add to the counters. With ``needs``, only while that much headroom is there; False: it was not.

        Callers go through levels in ascending (variant, location), so that two of them never wait for each other.
        """
        parameters = [on_hand, reserved, level.id]
        statement = CHANGE
        if needs is not None:
            statement += GUARD
            parameters.append(needs)
        with connection.cursor() as cursor:
            cursor.execute(statement + RETURNING, parameters)
            row = cursor.fetchone()
        if row is None:
            return False
        level.on_hand, level.reserved, level.policy, level.backorder_limit = row
        before = replace(level, on_hand=level.on_hand - on_hand, reserved=level.reserved - reserved)
        self._before.setdefault((level.variant_id, level.location_id), before)
        return True

    def remember(self, level: Level) -> None:
        """Keep the level as it is now for ``tell``, before something else than a counter changes."""
        self._before.setdefault((level.variant_id, level.location_id), replace(level))

    def tell(self) -> None:
        """Announce the variants whose face has changed, and the bundles that have them as parts; purge their pages.

        Once, at the end of the action."""
        products: set[int] = set()
        news: list[StockChanged] = []
        is_listing_stale = False
        changed = {}
        for variant_id in sorted({variant_id for variant_id, _ in self._before}):
            after = [level for level in self.of(variant_id) if level.is_tracked and level.is_active and level.markets]
            before = [self._before.get((variant_id, level.location_id), level) for level in after]
            changed[variant_id] = before, after
            is_face_new, is_flipped = _compare(before, after)
            if not is_face_new:
                continue
            available = sum(level.place.headroom for level in after)
            news.append(StockChanged(variant_id=variant_id, product_id=after[0].product_id, available=available))
            products.add(after[0].product_id)
            is_listing_stale = is_listing_stale or is_flipped
        stale: dict[int, int] = {}
        for holder in bundles.holders(changed):
            is_face_new, is_flipped = _compare(*changed[holder.component_id], holder.quantity)
            if is_face_new:
                stale[holder.bundle_id] = holder.product_id
                is_listing_stale = is_listing_stale or is_flipped
        products |= set(stale.values())
        for bundle_id, available in _bundles_left(stale).items():
            news.append(StockChanged(variant_id=bundle_id, product_id=stale[bundle_id], available=available))
        announce_all(news)
        tags = [f"product:{product_id}" for product_id in sorted(products)] + ["catalogue"] * is_listing_stale
        if tags:
            purge(*tags)


def _bundles_left(bundle_ids: Iterable[int]) -> dict[int, int]:
    """How many of each bundle the active locations of any market have parts for. No query for none."""
    recipes = bundles.components(bundle_ids)
    if not recipes:
        return {}
    free: dict[int, int] = {}
    for (variant_id, _), level in read_levels({part for recipe in recipes.values() for part, _ in recipe}).items():
        if level.is_tracked:
            usable = level.place.headroom if level.is_active and level.markets else 0
            free[variant_id] = free.get(variant_id, 0) + usable
    # A part without a level is not counted, or out: then its own page says so.
    return {
        bundle_id: min((free[part] // quantity for part, quantity in recipe if part in free), default=0)
        for bundle_id, recipe in recipes.items()
    }


def _compare(before: list[Level], after: list[Level], quantity: int = 1) -> tuple[bool, bool]:
    """Has the face changed in any market, and has it turned from or to sold out? ``quantity`` above 1: the face of a
    bundle with so many in it, as far as this variant decides it."""
    is_face_new = is_flipped = False
    for market_id, threshold in {pair for level in after for pair in level.markets.items()}:
        old = outlook((level.place for level in before if market_id in level.markets), threshold)
        new = outlook((level.place for level in after if market_id in level.markets), threshold)
        faces = face_of_part(old, quantity, threshold), face_of_part(new, quantity, threshold)
        is_face_new = is_face_new or faces[0] != faces[1]
        is_flipped = is_flipped or (old.available >= quantity) != (new.available >= quantity)
        # Of several locations each transaction sees only its own change: near the end every change counts.
        is_near = len(after) > 1 and quantity > 1 and min(old.available, new.available) < 2 * quantity
        is_face_new, is_flipped = is_face_new or is_near, is_flipped or is_near
    if len(after) > 1:
        # Two transactions may each empty one of two locations, and neither sees the other's: so a location that runs
        # empty or fills again counts as a change, whatever the sum says.
        ran = [(old.place.headroom > 0) != (new.place.headroom > 0) for old, new in zip(before, after, strict=True)]
        is_face_new, is_flipped = is_face_new or any(ran), is_flipped or any(ran)
    return is_face_new, is_flipped
