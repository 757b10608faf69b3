"""Locations: where stock lies."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from stoa.inventory.stock.models import Location
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.pagecache.actions import purge

CHANGEABLE = frozenset({"name", "address", "is_active", "is_pickup_point", "priority"})


class LocationCodeTakenError(DomainError):
    code = "location_code_taken"
    default_message = _("Another location has this code.")


@transaction.atomic
def create_location(
    code: str,
    name: str,
    *,
    actor: Actor,
    market_ids: Collection[int] = (),
    address: str = "",
    is_pickup_point: bool = False,
    priority: int = 0,
) -> Location:
    """A place from which ``market_ids`` sell, lower ``priority`` (0 or more) first. Raises LocationCodeTakenError."""
    try:
        with transaction.atomic():
            location = Location.objects.create(
                code=code, name=name, address=address, is_pickup_point=is_pickup_point, priority=priority
            )
    except IntegrityError as error:
        raise LocationCodeTakenError from error
    location.markets.set(market_ids)
    record(actor, "location.created", "location", code, name=name)
    return location


@transaction.atomic
def update_location(
    location_id: int, *, actor: Actor, market_ids: Collection[int] | None = None, **changes: object
) -> Location:
    """Change what ``CHANGEABLE`` names, and which markets sell from there. Raises NotFoundError."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"a location has no {', '.join(sorted(unknown))}")
    location = Location.objects.select_for_update().filter(pk=location_id).first()
    if location is None:
        raise NotFoundError
    for field, value in changes.items():
        setattr(location, field, value)
    location.save()
    if market_ids is not None:
        location.markets.set(market_ids)
    record(actor, "location.changed", "location", location.code, fields=sorted(changes))
    # Any product may lie there, and every page shows the market: so all pages go.
    purge("market", "catalogue")
    return location
