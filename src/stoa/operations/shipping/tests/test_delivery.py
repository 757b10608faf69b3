from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from stoa.catalogue.markets.actions import create_market
from stoa.inventory.testing import make_location
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.errors import NotFoundError
from stoa.kernel.models import AuditEntry, CachePurge
from stoa.kernel.money import Money
from stoa.operations.shipping.actions import (
    MethodData,
    create_method,
    create_zone,
    remove_method,
    remove_zone,
    update_method,
    update_zone,
)
from stoa.operations.shipping.errors import CountryInAnotherZoneError, DeliverySettingsError
from stoa.operations.shipping.models import DeliveryMethod, DeliveryZone
from stoa.operations.shipping.queries import options

KIM = Actor.staff(7, "Kim")
PARCEL = MethodData(code="parcel", name="Parcel", price_minor=490, free_from_minor=5000)
EXPRESS = MethodData(code="express", name="Express", price_minor=1290, min_days=1, max_days=1, position=1)


@pytest.fixture
def market(db):
    return create_market(
        "default", shop_name="Test", email="shop@example.com", currency="EUR", default_country="DE",
        countries=["DE", "FR", "CH"], actor=SYSTEM,
    )  # fmt: skip


@pytest.fixture
def store(market):
    return make_location(market, "store", address="Marktplatz 1\n10115 Berlin", is_pickup_point=True)


@pytest.fixture
def home(market, store):
    """A zone with parcel, express and pick-up."""
    zone = create_zone(market.pk, "Home", ["DE"], actor=KIM)
    create_method(zone.pk, EXPRESS, actor=KIM)
    create_method(zone.pk, PARCEL, actor=KIM)
    collect = {"kind": "pickup", "location_id": store.pk, "min_days": 0, "max_days": 0}
    create_method(zone.pk, MethodData(code="store", name="Store", price_minor=0, **collect), actor=KIM)
    return zone


def offered(market, country="DE", goods=1000):
    return [(option.code, option.price.minor) for option in options(market, country, goods)]


def test_parcels_come_first_the_cheapest_first_then_pickup(market, home):
    assert offered(market) == [("parcel", 490), ("express", 1290), ("store", 0)]
    assert offered(market, goods=4999) == [("parcel", 490), ("express", 1290), ("store", 0)]
    assert offered(market, goods=5000) == [("parcel", 0), ("express", 1290), ("store", 0)]


def test_a_country_without_a_zone_has_no_options(market, home):
    assert offered(market, "FR") == []
    assert offered(market, "") == []


def test_an_option_says_all_that_a_page_shows(market, home):
    with clock.at(datetime(2026, 3, 6, 23, 30, tzinfo=UTC)):  # already Saturday in Berlin
        parcel, _, store = options(market, "DE", 1000)
    assert (parcel.price, parcel.free_from) == (Money(490, "EUR"), Money(5000, "EUR"))
    assert (parcel.min_days, parcel.max_days, parcel.is_pickup, parcel.pickup_address) == (2, 4, False, "")
    assert (parcel.promised_from, parcel.promised_to) == (date(2026, 3, 11), date(2026, 3, 13))
    assert (store.is_pickup, store.free_from, store.pickup_address) == (True, None, "Marktplatz 1\n10115 Berlin")
    assert parcel.tax_class_code == "standard"


def test_what_is_switched_off_is_not_offered(market, home, store):
    parcel = DeliveryMethod.objects.get(code="parcel")
    update_method(parcel.pk, replace(PARCEL, is_active=False), actor=KIM)
    store.is_active = False
    store.save()
    assert offered(market) == [("express", 1290)]


def test_options_need_one_query(market, home, django_assert_num_queries):
    abroad = create_zone(market.pk, "Abroad", ["FR", "CH"], actor=KIM)
    for number in range(6):
        create_method(abroad.pk, replace(PARCEL, code=f"p{number}", price_minor=number), actor=KIM)
    for country, count in (("DE", 3), ("FR", 6)):
        with django_assert_num_queries(1):
            assert len(options(market, country, 100)) == count


def test_a_country_belongs_to_one_zone_of_a_market(market, home):
    with pytest.raises(CountryInAnotherZoneError) as caught:
        create_zone(market.pk, "Again", ["FR", "DE"], actor=KIM)
    assert caught.value.facts == {"countries": ["DE"]}
    abroad = create_zone(market.pk, "Abroad", ["FR", "FR"], actor=KIM)
    assert abroad.countries == ["FR"]
    with pytest.raises(CountryInAnotherZoneError):
        update_zone(abroad.pk, "Abroad", ["FR", "DE"], actor=KIM)
    update_zone(abroad.pk, "Abroad", ["FR", "CH"], actor=KIM)
    assert DeliveryZone.objects.count() == 2
    assert DeliveryZone.objects.get(pk=abroad.pk).countries == ["FR", "CH"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "two words"}, "code"),
        ({"code": "é"}, "code"),
        ({"code": "parcel"}, "code"),
        ({"name": "  "}, "name"),
        ({"description": "x" * 201}, "description"),
        ({"price_minor": -1}, "price_minor"),
        ({"free_from_minor": -1}, "free_from_minor"),
        ({"min_days": 5, "max_days": 4}, "max_days"),
        ({"max_days": 366}, "max_days"),
        ({"kind": "drone"}, "kind"),
        ({"kind": "pickup"}, "location_id"),
        ({"tax_class_id": "nope"}, "tax_class_id"),
        ({"position": -1}, "position"),
        ({"position": 2**15}, "position"),
        ({"kind": "pickup", "location_id": 999}, "location_id"),
    ],
)
def test_settings_that_cannot_be_are_refused(market, home, change, field):
    with pytest.raises(DeliverySettingsError) as caught:
        create_method(home.pk, replace(EXPRESS, **{"code": "new", **change}), actor=KIM)
    assert list(caught.value.facts["fields"]) == [field]
    assert DeliveryMethod.objects.count() == 3


@pytest.mark.parametrize(("name", "countries", "field"), [(" ", ["FR"], "name"), ("A", ["fr"], "countries")])
def test_zones_that_cannot_be_are_refused(market, name, countries, field):
    with pytest.raises(DeliverySettingsError) as caught:
        create_zone(market.pk, name, countries, actor=KIM)
    assert list(caught.value.facts["fields"]) == [field]


def test_changes_leave_a_trail_and_let_pages_go(market, home):
    CachePurge.objects.all().delete()
    AuditEntry.objects.all().delete()
    parcel = DeliveryMethod.objects.get(code="parcel")
    update_method(parcel.pk, replace(PARCEL, price_minor=590), actor=KIM)
    remove_method(parcel.pk, actor=KIM)
    remove_zone(home.pk, actor=KIM)
    assert list(AuditEntry.objects.order_by("id").values_list("verb", "actor_label")) == [
        ("delivery_method.updated", "Kim"), ("delivery_method.removed", "Kim"), ("delivery_zone.removed", "Kim"),
    ]  # fmt: skip
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"market"}
    assert (DeliveryMethod.objects.count(), DeliveryZone.objects.count()) == (0, 0)


def test_what_is_not_there_is_not_found(market):
    for change in (
        lambda: update_zone(9, "A", ["FR"], actor=KIM), lambda: remove_zone(9, actor=KIM),
        lambda: create_method(9, PARCEL, actor=KIM), lambda: update_method(9, PARCEL, actor=KIM),
        lambda: remove_method(9, actor=KIM),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            change()
