"""Public reads of stock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from stoa.catalogue.bundles import rules as bundling
from stoa.inventory.stock import rules, tracking
from stoa.inventory.stock.levels import Level, read_levels
from stoa.inventory.stock.models import Location, Reservation, StockLevel, StockMove
from stoa.inventory.stock.tracking import always_or_in
from stoa.kernel.errors import NotFoundError

# What a variant that nobody counts has: more than any cart may hold.
UNLIMITED = 1_000_000

FREE = F("on_hand") - F("reserved")
HEADROOM = FREE + Case(
    When(policy=StockLevel.Policy.BACKORDER, then=F("backorder_limit")), default=Value(0), output_field=IntegerField()
)


@dataclass(frozen=True, slots=True)
class Availability:
    """What can be ordered of a variant now.

    ``available``: units, back-orders included (a large number where nobody counts); ``in_stock`` of them lie there.
    ``backorder_date`` is set where what is beyond ``in_stock`` would come later. Public pages show the state only.
    """

    available: int
    is_sellable: bool
    backorder_date: date | None
    is_tracked: bool
    is_low: bool
    in_stock: int = 0
    shown: rules.Shown = rules.Shown.SOLD_OUT
    # For a bundle: the part that it runs out of first. None for anything else, and where no part is counted.
    scarcest_id: int | None = None
    low_threshold: int = 0


@dataclass(frozen=True, slots=True)
class StockFigures:
    sku: str
    on_hand: int
    reserved: int
    available: int


NOT_COUNTED = Availability(UNLIMITED, True, None, False, False, UNLIMITED, rules.Shown.IN_STOCK)


def availability(variant_ids: Iterable[int], market_id: int) -> dict[int, Availability]:
    """For each variant, what the market's locations can sell; a bundle is as available as its scarcest part.

    One query, one more if some have no level, and two more if some of those are bundles, however many they are.
    """
    chosen = list(dict.fromkeys(variant_ids))
    if not chosen:
        return {}
    levels = _levels_of(chosen)
    bare = tracking.without_level(variant_id for variant_id in chosen if not levels[variant_id])
    recipes = bare.recipes
    parts = {part for recipe in recipes.values() for part, _ in recipe} - set(levels)
    untracked = bare.untracked
    if parts:
        levels |= _levels_of(parts)
        untracked = untracked | tracking.untracked_among(part for part in parts if not levels[part])
    alone = {
        variant_id: NOT_COUNTED if variant_id in untracked else _availability(own, market_id)
        for variant_id, own in levels.items()
        if variant_id not in recipes
    }
    return {
        variant_id: _of_parts(recipes[variant_id], alone) if variant_id in recipes else alone[variant_id]
        for variant_id in chosen
    }


def reachable(lines: Mapping[int, int], market_id: int) -> dict[int, int]:
    """How many of each line (variant -> wanted units) could be taken together, those that come first being served first.

    Bundles and single goods that need the same parts share them. As many queries as ``availability``.
    """
    levels = _levels_of(lines)
    bare = tracking.without_level(variant_id for variant_id in lines if not levels[variant_id])
    units = bundling.unpacked(lines, bare.recipes)
    found = availability(units, market_id)
    counted = {variant_id: one.available for variant_id, one in found.items() if one.is_tracked}
    return bundling.reachable(lines, bare.recipes, counted)


def _levels_of(variant_ids: Iterable[int]) -> dict[int, list[Level]]:
    levels: dict[int, list[Level]] = {variant_id: [] for variant_id in variant_ids}
    for (variant_id, _), level in read_levels(levels).items():
        levels[variant_id].append(level)
    return levels


def _availability(levels: list[Level], market_id: int) -> Availability:
    if any(not level.is_tracked for level in levels):
        return NOT_COUNTED
    serving = [level for level in levels if level.serves(market_id)]
    threshold = serving[0].markets[market_id] if serving else 0
    view = rules.outlook((level.place for level in serving), threshold)
    return Availability(
        available=view.available, is_sellable=view.available > 0, backorder_date=view.backorder_date, is_tracked=True,
        is_low=view.shown is rules.Shown.LOW, in_stock=view.in_stock, shown=view.shown, low_threshold=threshold,
    )  # fmt: skip


def _of_parts(recipe: bundling.Recipe, alone: Mapping[int, Availability]) -> Availability:
    counted = [(alone[part], quantity, part) for part, quantity in recipe if alone[part].is_tracked]
    if not counted:
        return NOT_COUNTED
    available = min(part.available // quantity for part, quantity, _ in counted)
    in_stock = min(part.in_stock // quantity for part, quantity, _ in counted)
    threshold = max(part.low_threshold for part, _, _ in counted)
    # What the next bundle beyond those in stock waits for.
    late = [part.backorder_date for part, n, _ in counted if part.in_stock // n == in_stock and part.backorder_date]
    scarcest = min(counted, key=lambda one: (Fraction(one[0].available, one[1]), Fraction(one[0].in_stock, one[1])))[2]
    shown = rules.shown_for(in_stock, available, threshold)
    return Availability(
        available=available, is_sellable=available > 0, is_tracked=True, is_low=shown is rules.Shown.LOW,
        backorder_date=max(late, default=None) if available > in_stock else None, in_stock=in_stock, shown=shown,
        scarcest_id=scarcest, low_threshold=threshold,
    )  # fmt: skip


def sellable_variant_ids(market_id: int) -> QuerySet:
    """Ids of all variants that can be ordered now, bundles included, as a subquery for listings."""
    levels = StockLevel.objects.filter(location__is_active=True, location__markets=market_id)
    with_headroom = levels.annotate(headroom=HEADROOM).filter(headroom__gt=0)
    here = levels.filter(variant_id=OuterRef("component_id")).order_by().values("variant_id")
    free = here.annotate(units=Sum(Greatest(HEADROOM, 0))).values("units")
    counted = tracking.parts().filter(component__is_stock_tracked=True)
    enough = Coalesce(Subquery(free, output_field=IntegerField()), 0)
    short = counted.annotate(free=enough).filter(quantity__gt=F("free"))
    return always_or_in(with_headroom.values("variant_id"), short).values("pk")


def locations() -> QuerySet[Location]:
    """All locations, in the order in which they are sold from."""
    return Location.objects.order_by("priority", "id")


def levels_of(variant_ids: Iterable[int]) -> dict[int, dict[int, list[Any]]]:
    """Variant id -> location id -> [on hand, policy, back-order limit, back-order date in ISO 8601 or ""]. One query."""
    found: dict[int, dict[int, list[Any]]] = {}
    rows = StockLevel.objects.filter(variant_id__in=list(variant_ids)).order_by("variant_id", "location_id")
    columns = ("variant_id", "location_id", "on_hand", "policy", "backorder_limit", "backorder_date")
    for variant_id, location_id, on_hand, policy, limit, day in rows.values_list(*columns):
        said = [on_hand, policy, limit, day.isoformat() if day else ""]
        found.setdefault(variant_id, {})[location_id] = said
    return found


def level_of(sku: str) -> StockFigures | None:
    """The counters of a SKU summed over all locations; None for a SKU that is kept nowhere."""
    sums = StockLevel.objects.filter(variant__sku=sku).aggregate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    if sums["on_hand"] is None:
        return None
    return StockFigures(sku, sums["on_hand"], sums["reserved"], sums["on_hand"] - sums["reserved"])


def levels_report() -> Iterator[StockFigures]:
    """The counters of every SKU that is kept somewhere, summed over all locations, by SKU."""
    rows = StockLevel.objects.values(sku=F("variant__sku")).annotate(
        on_hand_sum=Sum("on_hand"), reserved_sum=Sum("reserved")
    )
    for row in rows.order_by("sku").iterator():
        on_hand, reserved = row["on_hand_sum"], row["reserved_sum"]
        yield StockFigures(row["sku"], on_hand, reserved, on_hand - reserved)


def location_by_code(code: str | None) -> Location:
    """The location of this code; for None the first active one. Raises NotFoundError."""
    chosen = Location.objects.filter(code=code) if code else Location.objects.filter(is_active=True)
    location = chosen.first()
    if location is None:
        raise NotFoundError
    return location


def low_stock(threshold: int) -> QuerySet:
    """Variants for sale with at most ``threshold`` free units over the active locations, the fewest first.

    Rows are dicts: variant_id, sku, variant_title, product_id, product_title, on_hand, reserved, available.
    """
    levels = StockLevel.objects.filter(
        location__is_active=True, variant__is_stock_tracked=True, variant__is_active=True, variant__product__live=True
    )
    return (
        levels.values(
            "variant_id", sku=F("variant__sku"), variant_title=F("variant__title"),
            product_title=F("variant__product__title"), product_id=F("variant__product_id"),
        )
        .annotate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
        .annotate(available=F("on_hand") - F("reserved"))
        .filter(available__lte=threshold)
        .order_by("available", "sku")
    )  # fmt: skip


def levels_overview(text: str = "", state: str = "") -> QuerySet[StockLevel]:
    """Level rows for a list, annotated: sku, variant_title, product_title, product_id, location_name, available.

    ``text`` looks in SKU, barcode and titles. ``state``: "sold_out" (nothing free), "low" (at or below the threshold of
    a market of the location, but not out), "owed" (more promised than there is), "backorder" (the policy), or all.
    """
    rows = StockLevel.objects.annotate(
        sku=F("variant__sku"), variant_title=F("variant__title"), product_title=F("variant__product__title"),
        product_id=F("variant__product_id"), location_name=F("location__name"), available=FREE,
    )  # fmt: skip
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(variant__sku__icontains=word) | Q(variant__barcode=word) | Q(variant__product__title__icontains=word)
            | Q(variant__title__icontains=word)
        )  # fmt: skip
    match state:
        case "sold_out":
            rows = rows.filter(available__lte=0)
        case "low":
            near = StockLevel.objects.filter(
                pk=OuterRef("pk"), location__markets__low_stock_threshold__gte=OuterRef("available")
            )
            rows = rows.filter(Exists(near), available__gt=0)
        case "owed":
            rows = rows.filter(available__lt=0)
        case "backorder":
            rows = rows.filter(policy=StockLevel.Policy.BACKORDER)
    return rows.select_related("location").order_by("product_title", "variant__position", "variant_id", "location_id")


def ledger(
    variant_id: int | None = None, location: int | None = None, reason: str | None = None
) -> QuerySet[StockMove]:
    """Moves, the newest first, annotated: sku, product_title, location_name. All filters are optional."""
    moves = StockMove.objects.annotate(
        sku=F("variant__sku"), product_title=F("variant__product__title"), location_name=F("location__name")
    )
    chosen = {"variant_id": variant_id, "location_id": location, "reason": reason}
    return moves.filter(**{name: value for name, value in chosen.items() if value not in (None, "")}).order_by("-id")


def open_holds(prefix: str) -> Iterator[tuple[str, int, int]]:
    """(document, variant, units) of everything that is held for documents whose name begins like this."""
    rows = Reservation.objects.filter(state=Reservation.State.OPEN, document__startswith=prefix)
    yield from rows.order_by("id").values_list("document", "variant_id", "quantity").iterator()
