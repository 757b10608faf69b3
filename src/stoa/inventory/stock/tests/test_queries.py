from __future__ import annotations

from datetime import date

import pytest

from stoa.inventory.stock.actions import adjust, reserve, sell, set_policy
from stoa.inventory.stock.queries import (
    UNLIMITED,
    StockFigures,
    availability,
    ledger,
    level_of,
    levels_overview,
    low_stock,
    sellable_variant_ids,
)
from stoa.inventory.stock.rules import Shown
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import GUEST, SYSTEM

MAY = date(2026, 5, 1)


@pytest.fixture
def shop(market, location, make_variant):
    """One variant of each kind: plenty, low, sold out, back-ordered, uncounted with and without a level, unknown."""
    kinds = {sku: make_variant(sku) for sku in ("PLENTY", "LOW", "OUT", "LATER", "NOWHERE")}
    kinds["SERVICE"] = make_variant("SERVICE", is_stock_tracked=False)
    kinds["POSTER"] = make_variant("POSTER", is_stock_tracked=False)
    for sku, quantity in {"PLENTY": 50, "LOW": 5, "OUT": 0, "LATER": 0, "POSTER": 0}.items():
        stock(kinds[sku], quantity)
    set_policy(kinds["LATER"].pk, location.pk, policy="backorder", limit=7, date=MAY, actor=SYSTEM)
    return kinds


def test_availability_of_each_kind(shop, market):
    facts = availability([variant.pk for variant in shop.values()], market.pk)
    seen = {
        sku: (one.available, one.is_sellable, one.backorder_date, one.is_tracked, one.is_low, one.shown)
        for sku, one in ((sku, facts[variant.pk]) for sku, variant in shop.items())
    }
    assert seen == {
        "PLENTY": (50, True, None, True, False, Shown.IN_STOCK),
        "LOW": (5, True, None, True, True, Shown.LOW),
        "OUT": (0, False, None, True, False, Shown.SOLD_OUT),
        "LATER": (7, True, MAY, True, False, Shown.BACKORDER),
        "NOWHERE": (0, False, None, True, False, Shown.SOLD_OUT),
        "SERVICE": (UNLIMITED, True, None, False, False, Shown.IN_STOCK),
        "POSTER": (UNLIMITED, True, None, False, False, Shown.IN_STOCK),
    }


def test_listings_ask_for_the_same_as_pages(shop, market):
    facts = availability([variant.pk for variant in shop.values()], market.pk)
    assert set(sellable_variant_ids(market.pk).values_list("pk", flat=True)) == {
        variant_id for variant_id, one in facts.items() if one.is_sellable
    }


def test_another_market_sells_nothing_of_it(shop, market):
    facts = availability([shop["PLENTY"].pk], market.pk + 1)
    assert (facts[shop["PLENTY"].pk].available, facts[shop["PLENTY"].pk].is_sellable) == (0, False)
    assert shop["PLENTY"].pk not in set(sellable_variant_ids(market.pk + 1).values_list("pk", flat=True))


def test_availability_needs_one_query_however_many(market, location, make_variant, django_assert_num_queries):
    second = make_location(market, "second")
    variants = [make_variant(f"V{number}") for number in range(12)]
    for variant in variants:
        stock(variant, 3, location), stock(variant, 2, second)
    for chosen in (variants[:3], variants):
        with django_assert_num_queries(1):
            facts = availability([variant.pk for variant in chosen], market.pk)
        assert {one.available for one in facts.values()} == {5}
    with django_assert_num_queries(0):
        assert availability([], market.pk) == {}


def test_figures_of_a_sku_add_up_its_locations(market, location, variant, in_half_an_hour):
    second = make_location(market, "second")
    stock(variant, 3, location), stock(variant, 2, second)
    reserve({variant.pk: 4}, market_id=market.pk, document="order:1", expires_at=in_half_an_hour, actor=GUEST)
    assert level_of("MUG") == StockFigures("MUG", on_hand=5, reserved=4, available=1)
    assert level_of("NOPE") is None


def test_low_stock_lists_the_fewest_first(shop, market):
    rows = [(row["sku"], row["available"], row["product_title"]) for row in low_stock(5)]
    assert rows == [("LATER", 0, "The LATER"), ("OUT", 0, "The OUT"), ("LOW", 5, "The LOW")]
    assert [row["sku"] for row in low_stock(0)] == ["LATER", "OUT"]


@pytest.mark.parametrize(
    ("text", "state", "skus"),
    [
        ("", "", ["LATER", "LOW", "OUT", "PLENTY", "POSTER"]),
        ("plen", "", ["PLENTY"]),
        ("the out", "", ["OUT"]),
        ("nothing like it", "", []),
        ("", "low", ["LOW"]),
        ("", "sold_out", ["LATER", "OUT", "POSTER"]),
        ("", "backorder", ["LATER"]),
        ("", "owed", ["LATER"]),
        ("out", "low", []),
    ],
)
def test_the_overview_filters(shop, market, text, state, skus):
    sell({shop["LATER"].pk: 2}, market_id=market.pk, document="order:1", actor=GUEST)
    rows = levels_overview(text, state)
    assert [row.sku for row in rows] == skus
    if state == "owed":
        assert [(row.available, row.product_title, row.location_name) for row in rows] == [(-2, "The LATER", "Main")]


def test_the_overview_needs_one_query(shop, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = [(row.location.name, row.sku, row.available) for row in levels_overview()]
    assert rows[0] == ("Main", "LATER", 0)


def test_the_ledger_filters_and_stands_newest_first(shop, market, location):
    variant = shop["PLENTY"]
    adjust(variant.pk, location.pk, -1, reason="damaged", note="fell", actor=SYSTEM)
    sell({variant.pk: 2}, market_id=market.pk, document="order:1", actor=GUEST)
    moves = [(move.reason, move.quantity) for move in ledger(variant.pk)]
    assert moves == [("sold", -2), ("damaged", -1), ("opening", 50)]
    assert {(move.sku, move.product_title, move.location_name) for move in ledger(variant.pk)} == {
        ("PLENTY", "The PLENTY", "Main")
    }
    assert [move.note for move in ledger(reason="damaged")] == ["fell"]
    assert ledger(location=location.pk + 1).count() == 0
    assert ledger().count() == 4
