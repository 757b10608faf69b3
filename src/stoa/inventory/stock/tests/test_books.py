"""The checks find what is planted behind the ledger's back, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from stoa.inventory.models import Reservation, StockLevel, StockMove
from stoa.inventory.stock import books
from stoa.inventory.stock.actions import claim, reserve, restock, sell
from stoa.inventory.testing import stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify


@pytest.fixture
def busy_shop(market, location, variant, in_half_an_hour):
    stock(variant, 20)
    reserve({variant.pk: 2}, market_id=market.pk, document="order:1", expires_at=in_half_an_hour, actor=GUEST)
    claim("order:1", actor=GUEST)
    reserve({variant.pk: 3}, market_id=market.pk, document="order:2", expires_at=in_half_an_hour, actor=GUEST)
    sell({variant.pk: 4}, market_id=market.pk, document="order:3", actor=GUEST)
    restock("order:3", {variant.pk: 1}, reason="returned", actor=SYSTEM)
    assert books.check() == []
    return variant


def test_the_room_has_registered_its_checks(db):
    assert set(books.CHECKS) <= set(verify().checks)


def found():
    return {finding.check: finding.rows for finding in books.check()}


def test_a_level_changed_behind_the_ledgers_back(busy_shop, location):
    StockLevel.objects.update(on_hand=F("on_hand") + 1)
    assert found() == {"stock.on_hand": [{"variant": busy_shop.pk, "location": location.pk, "on_hand": 16, "sum": 15}]}


def test_a_deleted_level(busy_shop, location):
    StockLevel.objects.all().delete()
    assert found() == {
        "stock.on_hand": [{"variant": busy_shop.pk, "location": location.pk, "on_hand": None, "sum": 15}],
        "stock.reserved": [{"variant": busy_shop.pk, "location": location.pk, "reserved": None, "sum": 3}],
    }


def test_a_reserved_counter_without_its_reservation(busy_shop, location):
    Reservation.objects.filter(document="order:2").update(state="released")
    assert found() == {"stock.reserved": [{"variant": busy_shop.pk, "location": location.pk, "reserved": 3, "sum": 0}]}


def test_a_hold_that_nobody_expired(busy_shop, in_half_an_hour):
    clock.set_time(in_half_an_hour + timedelta(minutes=16))
    assert found() == {
        "stock.holds": [
            {"document": "order:2", "variant": busy_shop.pk, "quantity": 3, "expires_at": in_half_an_hour.isoformat()}
        ]
    }


def test_more_came_back_than_was_sold(busy_shop, location):
    StockMove.objects.filter(reason="returned").update(quantity=5)
    StockLevel.objects.update(on_hand=F("on_hand") + 4)
    assert found() == {
        "stock.returned": [{"document": "order:3", "variant_id": busy_shop.pk, "location_id": location.pk, "net": 1}]
    }


def test_a_claim_without_its_sale(busy_shop, location):
    StockMove.objects.filter(document="order:1").delete()
    StockLevel.objects.update(on_hand=F("on_hand") + 2)
    row = {"document": "order:1", "variant": busy_shop.pk, "location": location.pk, "claimed": 2, "sold": 0}
    assert found() == {"stock.claims": [row]}


def test_a_sale_that_added_stock(busy_shop, location):
    move = StockMove.objects.create(
        variant=busy_shop, location=location, quantity=1, reason="sold", actor="x", at=clock.now(), document=""
    )
    StockLevel.objects.update(on_hand=F("on_hand") + 1)
    assert found() == {"stock.signs": [{"id": move.pk, "variant_id": busy_shop.pk, "reason": "sold", "quantity": 1}]}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a session look away from its constraints")
def test_an_oversold_level(busy_shop, location):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            StockLevel.objects.update(on_hand=1)
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert set(found()) == {"stock.oversold", "stock.on_hand"}
