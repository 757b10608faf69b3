"""What is announced and purged when stock changes, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from stoa.inventory.stock.actions import adjust, claim, release, reserve, restock, sell, set_on_hand, set_policy
from stoa.inventory.stock.errors import OutOfStockError
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.models import CachePurge, OutboxEvent

LATER = date(2026, 5, 1)


class Heard:
    """Events and purged tags since the last look."""

    def __init__(self):
        self.event_id = self.purge_id = 0

    def __call__(self):
        events = OutboxEvent.objects.filter(id__gt=self.event_id, name="inventory.StockChanged").order_by("id")
        purges = CachePurge.objects.filter(id__gt=self.purge_id).order_by("id")
        payloads = [(event.payload["variant_id"], event.payload["available"]) for event in events]
        tags = {purge.tag for purge in purges}
        self.event_id = max([self.event_id, *(event.id for event in events)])
        self.purge_id = max([self.purge_id, *(purge.id for purge in purges)])
        return payloads, tags


@pytest.fixture
def heard(db):
    return Heard()


@pytest.fixture
def shop(market, location, variant, heard):
    stock(variant, 8)
    assert heard() == ([(variant.pk, 8)], {f"product:{variant.product_id}", "catalogue"})
    return market


def sale(quantity, variant, market, document):
    return sell({variant.pk: quantity}, market_id=market.pk, document=document, actor=GUEST)


def test_only_a_change_of_face_is_told(shop, variant, heard):
    page = f"product:{variant.product_id}"
    sale(2, variant, shop, "order:1")
    assert heard() == ([], set())
    sale(1, variant, shop, "order:2")
    assert heard() == ([(variant.pk, 5)], {page})
    sale(1, variant, shop, "order:3")
    assert heard() == ([], set())
    sale(4, variant, shop, "order:4")
    assert heard() == ([(variant.pk, 0)], {page, "catalogue"})
    restock("order:4", {variant.pk: 1}, reason="returned", actor=SYSTEM)
    assert heard() == ([(variant.pk, 1)], {page, "catalogue"})


def test_a_hold_of_the_last_units_shows_as_sold_out_and_its_claim_changes_nothing(
    shop, variant, heard, in_half_an_hour
):
    reserve({variant.pk: 8}, market_id=shop.pk, document="order:1", expires_at=in_half_an_hour, actor=GUEST)
    assert heard() == ([(variant.pk, 0)], {f"product:{variant.product_id}", "catalogue"})
    claim("order:1", actor=GUEST)
    assert heard() == ([], set())


def test_a_release_shows_again(shop, variant, heard, in_half_an_hour):
    reserve({variant.pk: 8}, market_id=shop.pk, document="order:1", expires_at=in_half_an_hour, actor=GUEST)
    heard()
    release("order:1", actor=SYSTEM)
    assert heard() == ([(variant.pk, 8)], {f"product:{variant.product_id}", "catalogue"})


def test_a_refused_order_tells_nothing(shop, variant, heard):
    with pytest.raises(OutOfStockError):
        sale(9, variant, shop, "order:1")
    assert heard() == ([], set())


def test_back_order_terms_are_told_once_they_are_shown(shop, location, variant, heard):
    page = f"product:{variant.product_id}"
    set_policy(variant.pk, location.pk, policy="backorder", limit=3, date=LATER, actor=SYSTEM)
    assert heard() == ([], set())
    sale(8, variant, shop, "order:1")
    assert heard() == ([(variant.pk, 3)], {page})
    set_policy(variant.pk, location.pk, policy="backorder", limit=3, date=date(2026, 6, 1), actor=SYSTEM)
    assert heard() == ([(variant.pk, 3)], {page})
    set_policy(variant.pk, location.pk, policy="deny", actor=SYSTEM)
    assert heard() == ([(variant.pk, 0)], {page, "catalogue"})


def test_one_of_two_locations_running_empty_is_told(shop, variant, heard):
    second = make_location(shop, "second", priority=1)
    stock(variant, 8, second)
    heard()
    sale(8, variant, shop, "order:1")
    # 8 are left elsewhere; but if they go in another transaction at the same moment, neither would see the end.
    assert heard() == ([(variant.pk, 8)], {f"product:{variant.product_id}", "catalogue"})


def test_what_nobody_counts_is_never_told(market, location, make_variant, heard):
    poster = make_variant("POSTER", is_stock_tracked=False)
    stock(poster, 3)
    set_on_hand(poster.pk, location.pk, 0, reason="counted", actor=SYSTEM)
    assert heard() == ([], set())


def test_a_location_of_no_market_changes_no_page(shop, variant, heard):
    depot = make_location(None, "depot")
    adjust(variant.pk, depot.pk, 5, reason="received", actor=SYSTEM)
    adjust(variant.pk, depot.pk, -1, reason="damaged", actor=SYSTEM)
    assert heard() == ([], set())
