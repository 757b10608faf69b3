"""Factories for tests, here and in the rooms above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.inventory.models import Location
from stoa.inventory.stock.actions import open_level, set_on_hand
from stoa.inventory.stock.models import StockMove
from stoa.kernel.actors import SYSTEM

if TYPE_CHECKING:
    from stoa.catalogue.models import Market, Variant


def make_location(market: Market | None, code: str = "main", **fields: object) -> Location:
    """A location that sells in ``market`` (None: in no market)."""
    location = Location.objects.create(code=code, name=str(fields.pop("name", code.title())), **fields)
    if market is not None:
        location.markets.add(market)
    return location


def stock(variant: Variant, quantity: int, location: Location | None = None) -> Location:
    """Make on hand ``quantity`` at ``location`` (default: the first by priority). The location."""
    place = location or Location.objects.filter(is_active=True).order_by("priority", "id").first()
    if place is None:
        raise ValueError("make a location first")
    if variant.levels.filter(location=place).exists():
        set_on_hand(variant.pk, place.pk, quantity, reason=StockMove.Reason.CORRECTED, note="test", actor=SYSTEM)
    else:
        open_level(variant.pk, place.pk, quantity, actor=SYSTEM)
    return place
