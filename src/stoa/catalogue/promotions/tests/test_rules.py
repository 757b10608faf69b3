from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.promotions.rules import (
    Chosen,
    Context,
    Floor,
    Goods,
    Promotion,
    Tier,
    apply,
    shared,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANYBODY = Context(NOW, "DE")


def goods(unit, quantity=1, product=1, **fields):
    return Goods(unit, quantity, product * 10, product, **fields)


def promotion(kind="percent", pk=1, **fields):
    return Promotion(pk, f"P{pk}", kind, **fields)


def outcome(lines, *promotions, delivery=0, context=ANYBODY, **rest):
    return apply(lines, delivery, promotions, context, **rest)


def test_a_percentage_is_taken_line_by_line_half_up():
    found = outcome([goods(1005), goods(995, 2)], promotion(percent_bp=1000))
    assert found.lines == (101, 199)
    assert [(each.line, each.amount_minor, each.explanation["from"]) for each in found.adjustments] == [
        (0, 101, 1005), (1, 199, 1990),
    ]  # fmt: skip


def test_a_fixed_amount_is_shared_to_the_unit():
    found = outcome([goods(100), goods(100), goods(100)], promotion("amount", amount_minor=100))
    assert found.lines == (34, 33, 33)
    assert outcome([goods(30), goods(20)], promotion("amount", amount_minor=100)).lines == (30, 20)
    assert outcome([goods(300, 3)], promotion("amount_each", amount_minor=50)).lines == (150,)


def test_free_delivery_takes_the_delivery_and_nothing_else():
    found = outcome([goods(500)], promotion("free_delivery", min_spend_minor=500), delivery=490)
    assert (found.lines, found.delivery_minor) == ((0,), 490)
    short = outcome([goods(499)], promotion("free_delivery", min_spend_minor=500), delivery=490)
    assert (short.delivery_minor, short.missing, short.adjustments) == (0, {1: 1}, ())


def test_two_and_a_third_free_is_the_cheapest_of_three():
    deal = promotion("buy_get", buy=2, get=1)
    assert outcome([goods(300), goods(200), goods(100)], deal).lines == (0, 0, 100)
    assert outcome([goods(300, 2)], deal).lines == (0,)
    assert outcome([goods(300, 7)], deal).lines == (600,)
    half = promotion("buy_get", buy=1, get=1, percent_bp=5000)
    assert outcome([goods(300), goods(101)], half).lines == (0, 51)


def test_tiers_give_the_highest_that_is_reached():
    spend = promotion("spend_tiers", tiers=(Tier(1000, 500), Tier(2000, 1000)))
    assert outcome([goods(999)], spend).lines == (0,)
    assert outcome([goods(1000)], spend).lines == (50,)
    assert outcome([goods(1000, 2)], spend).lines == (200,)
    pieces = promotion("quantity_tiers", tiers=(Tier(3, 1000),))
    assert outcome([goods(100, 2)], pieces).lines == (0,)
    assert outcome([goods(100, 2), goods(100, 1, 2)], pieces).lines == (20, 10)


def test_a_set_of_goods_has_its_price():
    deal = promotion("bundle", amount_minor=1000, bundle=((1, 1), (2, 2)))
    assert outcome([goods(800), goods(300, 2, 2)], deal).lines == (229, 171)
    assert outcome([goods(800), goods(300, 1, 2)], deal).lines == (0, 0)
    both = outcome([goods(800, 3), goods(300, 4, 2)], deal)
    assert sum(both.lines) == 2 * (800 + 600 - 1000)
    assert outcome([goods(300), goods(300, 2, 2)], deal).lines == (0, 0)


def test_goods_are_chosen_and_left_out():
    lines = [
        goods(1000, product=1, category_ids=frozenset({7})), goods(1000, product=2, brand="Hafen"),
        goods(1000, product=3, is_reduced=True, category_ids=frozenset({7})), goods(1000, product=4),
    ]  # fmt: skip
    ten = promotion(percent_bp=1000, chosen=Chosen(categories=frozenset({7}), brands=frozenset({"Hafen"})))
    assert outcome(lines, ten).lines == (100, 100, 100, 0)
    assert outcome(lines, replace(ten, skips_reduced=True)).lines == (100, 100, 0, 0)
    assert outcome(lines, replace(ten, excluded=Chosen(brands=frozenset({"Hafen"})))).lines == (100, 0, 100, 0)
    assert outcome(lines, promotion(percent_bp=1000, excluded=Chosen(products=frozenset({4})))).lines == (
        100, 100, 100, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "context", "is_given"),
    [
        ({"customer_groups": frozenset({3})}, {}, False),
        ({"customer_groups": frozenset({3})}, {"customer_group_id": 3}, True),
        ({"countries": frozenset({"AT"})}, {}, False),
        ({"countries": frozenset({"DE"})}, {}, True),
        ({"sources": frozenset({"letter"})}, {}, False),
        ({"sources": frozenset({"letter"})}, {"sources": frozenset({"letter", "x"})}, True),
        ({"first_order": True}, {}, True),
        ({"first_order": True}, {"is_first_order": False}, False),
        ({"starts_at": NOW + timedelta(seconds=1)}, {}, False),
        ({"starts_at": NOW}, {}, True),
        ({"ends_at": NOW}, {}, False),
        ({"ends_at": NOW + timedelta(seconds=1)}, {}, True),
    ],
)
def test_conditions(fields, context, is_given):
    found = outcome([goods(1000)], promotion(percent_bp=1000, **fields), context=replace(ANYBODY, **context))
    assert found.lines == (100 if is_given else 0,)


def test_promotions_follow_each_other_by_priority():
    first, second = promotion(percent_bp=1000, priority=2), promotion("amount", 2, amount_minor=100, priority=1)
    assert outcome([goods(1000)], first, second).lines == (190,)
    assert outcome([goods(1000)], replace(first, priority=0), second).lines == (200,)


def test_of_a_group_only_the_best_is_given():
    low, high = promotion(percent_bp=1000, group="a"), promotion(pk=2, percent_bp=2000, group="a", priority=5)
    found = outcome([goods(1000)], low, high, promotion(pk=3, percent_bp=500, priority=9))
    assert found.lines == (240,)
    assert found.promotion_ids == (2, 3)
    ways = outcome([goods(1000)], low, promotion("free_delivery", 2, group="a"), delivery=490)
    assert (ways.lines, ways.delivery_minor) == ((0,), 490)


def test_an_exclusive_one_stands_alone_or_not_at_all():
    both = [promotion(percent_bp=1000), promotion(pk=2, percent_bp=1000)]
    alone = promotion(pk=3, percent_bp=1500, is_exclusive=True)
    assert outcome([goods(1000)], *both, alone).promotion_ids == (1, 2)
    assert outcome([goods(1000)], *both, replace(alone, percent_bp=2000)).promotion_ids == (3,)


def test_what_the_shelf_gave_is_not_given_again():
    """Ten percent are off already: a code of the same group brings it to twenty, and no further."""
    line = goods(900, shelf_minor=100, shelf_group="season")
    code = promotion(percent_bp=2000, group="season")
    assert outcome([line], code).lines == (100,)
    assert outcome([line], replace(code, percent_bp=500)).lines == (0,)
    assert outcome([line], replace(code, group="")).lines == (180,)
    assert outcome([line], replace(code, group="", is_exclusive=True)).lines == (100,)


def test_a_floor_warns():
    found = outcome([goods(1000, floor_minor=850), goods(1000)], promotion(percent_bp=2000))
    assert (found.lines, found.below_floor, found.blocked) == ((200, 200), (0,), ())


def test_a_floor_blocks_and_keeps_the_best_that_is_allowed():
    lines = [goods(1000, floor_minor=780), goods(1000)]
    ten, twenty = promotion(percent_bp=1000), promotion(pk=2, percent_bp=2000, priority=1)
    found = outcome(lines, ten, twenty, floor=Floor(blocks=True))
    # Both on the second line alone, and the ten on the first, would be 380: the twenty alone are more.
    assert (found.lines, found.promotion_ids) == ((200, 200), (2,))
    assert found.blocked == (2,)
    whole = outcome([goods(1000)], ten, twenty, floor=Floor(blocks=True, order_minor=790))
    assert (whole.lines, whole.promotion_ids) == ((200,), (2,))
    nothing = outcome([goods(1000)], ten, floor=Floor(blocks=True, order_minor=1000))
    assert (nothing.lines, nothing.adjustments) == ((0,), ())


_lines = st.lists(
    st.builds(
        Goods, unit_minor=st.integers(0, 10**6), quantity=st.integers(1, 999), product_id=st.integers(1, 4),
        brand=st.sampled_from(["", "Hafen"]), is_reduced=st.booleans(), category_ids=st.frozensets(st.integers(1, 3)),
        floor_minor=st.none() | st.integers(0, 10**7),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
_chosen = st.builds(
    Chosen,
    products=st.frozensets(st.integers(1, 4), max_size=2),
    categories=st.frozensets(st.integers(1, 3), max_size=2),
)
_promotions = st.lists(
    st.builds(
        Promotion, id=st.integers(1, 50), label=st.just("x"),
        kind=st.sampled_from(["percent", "amount", "amount_each", "free_delivery", "buy_get", "spend_tiers", "bundle"]),
        percent_bp=st.integers(0, 10_000), amount_minor=st.integers(0, 10**7), buy=st.integers(1, 4),
        get=st.integers(1, 3), tiers=st.lists(st.builds(Tier, st.integers(0, 10**6), st.integers(0, 10_000))).map(tuple),
        bundle=st.just(()), chosen=_chosen, excluded=st.just(Chosen()), skips_reduced=st.booleans(),
        min_spend_minor=st.integers(0, 10**6), group=st.sampled_from(["", "a", "b"]), priority=st.integers(0, 3),
        is_exclusive=st.booleans(),
    ),
    max_size=6, unique_by=lambda each: each.id,
)  # fmt: skip


@given(_lines, _promotions, st.integers(0, 10_000), st.booleans(), st.none() | st.integers(0, 10**7))
def test_whatever_is_promised_adds_up_and_nothing_goes_below_zero(lines, promotions, delivery, blocks, order_floor):
    floor = Floor(blocks, order_floor)
    found = apply(lines, delivery, promotions, ANYBODY, floor)
    for place, line in enumerate(lines):
        given_here = [each.amount_minor for each in found.adjustments if each.line == place]
        assert sum(given_here) == found.lines[place]
        assert 0 <= found.lines[place] <= line.total_minor
        if blocks and line.floor_minor is not None and found.lines[place]:
            assert line.total_minor - found.lines[place] >= line.floor_minor
    assert sum(each.amount_minor for each in found.adjustments if each.line is None) == found.delivery_minor
    assert 0 <= found.delivery_minor <= delivery
    assert all(each.amount_minor > 0 for each in found.adjustments)
    if blocks and order_floor is not None and found.goods_minor:
        assert sum(line.total_minor for line in lines) - found.goods_minor >= order_floor
    groups = [promotion.group for promotion in promotions if promotion.id in found.promotion_ids and promotion.group]
    assert len(groups) == len(set(groups))
    if any(p.is_exclusive for p in promotions if p.id in found.promotion_ids):
        assert len(found.promotion_ids) == 1
    assert apply(lines, delivery, promotions[::-1], ANYBODY, floor) == found


@given(_lines, _promotions, st.integers(0, 10_000), st.booleans(), st.none() | st.integers(0, 10**7), st.randoms())
def test_the_order_of_lines_makes_no_difference(lines, promotions, delivery, blocks, order_floor, chance):
    """Each variant has the same off wherever its line stands."""
    floor = Floor(blocks, order_floor)
    lines = [replace(line, variant_id=place + 1) for place, line in enumerate(lines)]
    places = list(range(len(lines)))
    chance.shuffle(places)
    found = apply(lines, delivery, promotions, ANYBODY, floor)
    other = apply([lines[place] for place in places], delivery, promotions, ANYBODY, floor)
    assert other.lines == tuple(found.lines[place] for place in places)
    assert (other.total_minor, other.delivery_minor) == (found.total_minor, found.delivery_minor)
    assert {places[place] for place in other.below_floor} == set(found.below_floor)
    assert (set(other.blocked), other.missing) == (set(found.blocked), found.missing)
    moved = {(each.promotion_id, each.line if each.line is None else places[each.line], each.amount_minor)
             for each in other.adjustments}  # fmt: skip
    assert moved == {(each.promotion_id, each.line, each.amount_minor) for each in found.adjustments}


@given(_lines, _promotions, st.integers(0, 10_000), st.booleans())
def test_the_reason_of_each_amount_leads_from_the_price_to_what_is_paid(lines, promotions, delivery, blocks):
    found = apply(lines, delivery, promotions, ANYBODY, Floor(blocks))
    for place, line in enumerate(lines):
        left = line.total_minor
        for each in found.adjustments:
            if each.line == place:
                assert each.explanation["from"] == left
                assert each.explanation["to"] == left - each.amount_minor
                left -= each.amount_minor
        assert left == line.total_minor - found.lines[place]


@given(st.integers(1, 10**6), _lines)
def test_an_amount_is_given_whole_where_the_goods_are_worth_it(minor, lines):
    found = apply(lines, 0, [promotion("amount", amount_minor=minor)], ANYBODY)
    assert found.goods_minor == min(minor, sum(line.total_minor for line in lines))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=100))
def test_sharing_is_exact(minor, weights):
    parts = shared(minor, weights)
    assert sum(parts) == min(minor, sum(weights))
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
