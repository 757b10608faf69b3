from __future__ import annotations

import pytest

from stoa.inventory.stock.actions import create_location, update_location
from stoa.inventory.stock.places import LocationCodeTakenError
from stoa.inventory.stock.queries import availability, location_by_code
from stoa.inventory.testing import stock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.errors import NotFoundError
from stoa.kernel.models import AuditEntry, CachePurge


def test_a_location_sells_for_its_markets_until_it_is_closed(market, variant):
    place = create_location("depot", "Depot", market_ids=[market.pk], actor=SYSTEM)
    stock(variant, 3, place)
    assert availability([variant.pk], market.pk)[variant.pk].available == 3
    CachePurge.objects.all().delete()
    update_location(place.pk, is_active=False, actor=SYSTEM)
    assert availability([variant.pk], market.pk)[variant.pk].available == 0
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"market", "catalogue"}
    update_location(place.pk, is_active=True, market_ids=[], actor=SYSTEM)
    assert availability([variant.pk], market.pk)[variant.pk].available == 0
    assert list(AuditEntry.objects.filter(subject_type="location").order_by("id").values_list("verb", flat=True)) == [
        "location.created", "location.changed", "location.changed",
    ]  # fmt: skip


def test_a_code_is_given_once(market):
    create_location("depot", "Depot", actor=SYSTEM)
    with pytest.raises(LocationCodeTakenError):
        create_location("depot", "Another", actor=SYSTEM)
    assert location_by_code("depot").name == "Depot"


def test_unknown_places_and_fields(market, location):
    with pytest.raises(NotFoundError):
        update_location(location.pk + 1, name="Nowhere", actor=SYSTEM)
    with pytest.raises(TypeError):
        update_location(location.pk, code="other", actor=SYSTEM)
    with pytest.raises(NotFoundError):
        location_by_code("nowhere")
    assert location_by_code(None) == location
