"""Settings of delivery: zones and the methods in them. Orders keep copies, so nothing here changes what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from stoa.catalogue.prices.queries import tax_classes
from stoa.inventory.stock.queries import locations
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.operations.shipping.errors import CountryInAnotherZoneError, DeliverySettingsError
from stoa.operations.shipping.models import DeliveryMethod, DeliveryZone

LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class MethodData:
    """Prices in minor units of the market's currency, days in working days. ``location_id`` belongs to pick-up only."""

    code: str
    name: str
    price_minor: int
    kind: str = DeliveryMethod.Kind.FLAT
    description: str = ""
    free_from_minor: int | None = None
    min_days: int = 2
    max_days: int = 4
    tax_class_id: str = "standard"
    location_id: int | None = None
    position: int = 0
    is_active: bool = True


@transaction.atomic
def create_zone(market_id: int, name: str, countries: Sequence[str], *, actor: Actor) -> DeliveryZone:
    """Raises DeliverySettingsError, CountryInAnotherZoneError."""
    chosen = _check_zone(market_id, name, countries)
    zone = DeliveryZone.objects.create(market_id=market_id, name=name.strip(), countries=chosen)
    _note(actor, "delivery_zone.created", "delivery_zone", zone.pk, name=zone.name, countries=chosen)
    return zone


@transaction.atomic
def update_zone(zone_id: int, name: str, countries: Sequence[str], *, actor: Actor) -> DeliveryZone:
    """Raises NotFoundError, DeliverySettingsError, CountryInAnotherZoneError."""
    zone = DeliveryZone.objects.filter(pk=zone_id).first()
    if zone is None:
        raise NotFoundError
    zone.countries = _check_zone(zone.market_id, name, countries, but=zone_id)
    zone.name = name.strip()
    zone.save(update_fields=["name", "countries"])
    _note(actor, "delivery_zone.updated", "delivery_zone", zone.pk, name=zone.name, countries=zone.countries)
    return zone


@transaction.atomic
def remove_zone(zone_id: int, *, actor: Actor) -> None:
    """With all its methods: its countries are no longer delivered to. Raises NotFoundError."""
    zone = DeliveryZone.objects.filter(pk=zone_id).first()
    if zone is None:
        raise NotFoundError
    _note(actor, "delivery_zone.removed", "delivery_zone", zone.pk, name=zone.name, countries=zone.countries)
    zone.delete()


@transaction.atomic
def create_method(zone_id: int, data: MethodData, *, actor: Actor) -> DeliveryMethod:
    """Raises NotFoundError, DeliverySettingsError."""
    if not DeliveryZone.objects.filter(pk=zone_id).exists():
        raise NotFoundError
    method = _save(DeliveryMethod(zone_id=zone_id), data)
    _note(actor, "delivery_method.created", "delivery_method", method.pk, zone=zone_id, **asdict(data))
    return method


@transaction.atomic
def update_method(method_id: int, data: MethodData, *, actor: Actor) -> DeliveryMethod:
    """Raises NotFoundError, DeliverySettingsError."""
    method = DeliveryMethod.objects.select_for_update().filter(pk=method_id).first()
    if method is None:
        raise NotFoundError
    _save(method, data)
    _note(actor, "delivery_method.updated", "delivery_method", method.pk, zone=method.zone_id, **asdict(data))
    return method


@transaction.atomic
def remove_method(method_id: int, *, actor: Actor) -> None:
    """Raises NotFoundError."""
    method = DeliveryMethod.objects.filter(pk=method_id).first()
    if method is None:
        raise NotFoundError
    _note(actor, "delivery_method.removed", "delivery_method", method.pk, zone=method.zone_id, code=method.code)
    method.delete()


def _check_zone(market_id: int, name: str, countries: Sequence[str], but: int = 0) -> list[str]:
    """The countries without repetition."""
    chosen = list(dict.fromkeys(countries))
    fields = {}
    if not name.strip() or len(name.strip()) > 120:
        fields["name"] = "missing" if not name.strip() else "too_long"
    if not all(len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() for code in chosen):
        fields["countries"] = "unknown"
    if fields:
        raise DeliverySettingsError(fields=fields)
    # All of them are locked, in order, so that two changes at once cannot both take a country.
    zones = DeliveryZone.objects.select_for_update().filter(market_id=market_id).order_by("pk")
    taken = {country for zone in zones if zone.pk != but for country in zone.countries}
    if twice := [country for country in chosen if country in taken]:
        raise CountryInAnotherZoneError(countries=twice)
    return chosen


def _save(method: DeliveryMethod, data: MethodData) -> DeliveryMethod:
    fields = _problems(data)
    if fields:
        raise DeliverySettingsError(fields=fields)
    for name, value in asdict(data).items():
        setattr(method, name, value)
    try:
        with transaction.atomic():
            method.save()
    except IntegrityError as error:
        # The one constraint that is left: a code that the zone has already.
        raise DeliverySettingsError(fields={"code": "taken"}) from error
    return method


def _problems(data: MethodData) -> dict[str, str]:
    found = {}
    if not data.code or len(data.code) > 40 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in data.code):
        found["code"] = "invalid"
    if not data.name.strip() or len(data.name) > 120:
        found["name"] = "invalid"
    if len(data.description) > 200:
        found["description"] = "too_long"
    if not 0 <= data.price_minor < 2**53:
        found["price_minor"] = "invalid"
    if data.free_from_minor is not None and not 0 <= data.free_from_minor < 2**53:
        found["free_from_minor"] = "invalid"
    if not 0 <= data.min_days <= data.max_days <= LONGEST_DAYS:
        found["max_days"] = "invalid"
    if data.kind not in DeliveryMethod.Kind.values:
        found["kind"] = "unknown"
    elif (data.kind == DeliveryMethod.Kind.PICKUP) != (data.location_id is not None):
        found["location_id"] = "missing" if data.location_id is None else "not_for_parcels"
    elif data.location_id is not None and not locations().filter(pk=data.location_id).exists():
        found["location_id"] = "unknown"
    if not 0 <= data.position < 2**15:
        found["position"] = "invalid"
    if not tax_classes().filter(pk=data.tax_class_id).exists():
        found["tax_class_id"] = "unknown"
    return found


def _note(actor: Actor, verb: str, subject_type: str, subject_id: int, **facts: object) -> None:
    record(actor, verb, subject_type, subject_id, **facts)
    purge("market")
