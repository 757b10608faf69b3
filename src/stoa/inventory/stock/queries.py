"""Public reads of stock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When

from stoa.inventory.stock import rules
from stoa.inventory.stock.levels import Level, read_levels
from stoa.inventory.stock.models import Location, StockLevel, StockMove
from stoa.inventory.stock.tracking import always_or_in, untracked_among
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


@dataclass(frozen=True, slots=True)
class StockFigures:
    sku: str
    on_hand: int
    reserved: int
    available: int


NOT_COUNTED = Availability(UNLIMITED, True, None, False, False, UNLIMITED, rules.Shown.IN_STOCK)


def availability(variant_ids: Iterable[int], market_id: int) -> dict[int, Availability]:
    """For each variant, what the market's locations can sell. One query, and one more if some have no level."""
    chosen = list(dict.fromkeys(variant_ids))
    if not chosen:
        return {}
    levels: dict[int, list[Level]] = {variant_id: [] for variant_id in chosen}
    for (variant_id, _), level in read_levels(chosen).items():
        levels[variant_id].append(level)
    untracked = untracked_among(variant_id for variant_id in chosen if not levels[variant_id])
    return {
        variant_id: NOT_COUNTED if variant_id in untracked else _availability(levels[variant_id], market_id)
        for variant_id in chosen
    }


def _availability(levels: list[Level], market_id: int) -> Availability:
    if any(not level.is_tracked for level in levels):
        return NOT_COUNTED
    serving = [level for level in levels if level.serves(market_id)]
    threshold = serving[0].markets[market_id] if serving else 0
    view = rules.outlook((level.place for level in serving), threshold)
    return Availability(
        available=view.available, is_sellable=view.available > 0, backorder_date=view.backorder_date, is_tracked=True,
        is_low=view.shown is rules.Shown.LOW, in_stock=view.in_stock, shown=view.shown,
    )  # fmt: skip


def sellable_variant_ids(market_id: int) -> QuerySet:
    """Ids of all variants that can be ordered now, as a subquery for listings."""
    levels = StockLevel.objects.filter(location__is_active=True, location__markets=market_id)
    with_headroom = levels.annotate(headroom=HEADROOM).filter(headroom__gt=0)
    return always_or_in(with_headroom.values("variant_id")).values("pk")


def locations() -> QuerySet[Location]:
    """All locations, in the order in which they are sold from."""
    return Location.objects.order_by("priority", "id")


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
