"""A bundle is as available as its scarcest part, takes its parts, and gives back what it took."""

from __future__ import annotations

import random
from datetime import date

import pytest

from stoa.catalogue.bundles.actions import set_components
from stoa.inventory.models import Reservation, StockLevel, StockMove
from stoa.inventory.stock import books
from stoa.inventory.stock.actions import (
    adjust,
    claim,
    expire_reservations,
    open_level,
    release,
    reserve,
    restock,
    sell,
    set_policy,
)
from stoa.inventory.stock.errors import (
    AlreadyReservedError,
    BundleHasStockError,
    OutOfStockError,
    Shortage,
)
from stoa.inventory.stock.queries import availability, reachable, sellable_variant_ids
from stoa.inventory.stock.rules import Shown
from stoa.inventory.stock.tests.test_faces import Heard
from stoa.inventory.stock.tests.test_races import kinds, slow_wire, together
from stoa.inventory.testing import make_location, stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM

__all__ = ["slow_wire"]

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _books_stay_clean(db):
    yield
    assert books.check() == []


@pytest.fixture
def goods(market, location, make_variant):
    """SET = 2 CUPs and 1 POT; 7 cups, 3 pots. CARD is a service that nobody counts."""
    made = {sku: make_variant(sku) for sku in ("CUP", "POT", "SET")}
    made["CARD"] = make_variant("CARD", is_stock_tracked=False)
    stock(made["CUP"], 7), stock(made["POT"], 3)
    set_components(made["SET"].pk, [(made["CUP"].pk, 2), (made["POT"].pk, 1)], actor=SYSTEM)
    return made


def sale(market, document="order:1", **lines):
    return sell(lines_of(lines), market_id=market.pk, document=document, actor=GUEST)


def lines_of(lines):
    from stoa.catalogue.models import Variant

    return {Variant.objects.get(sku=sku).pk: quantity for sku, quantity in lines.items()}


def counters():
    return {
        sku: (on_hand, reserved)
        for sku, on_hand, reserved in StockLevel.objects.values_list("variant__sku", "on_hand", "reserved")
    }


def test_a_bundle_is_as_available_as_its_scarcest_part(market, goods, django_assert_num_queries):
    bundle = goods["SET"]
    with django_assert_num_queries(3):
        found = availability([bundle.pk], market.pk)[bundle.pk]
    assert (found.available, found.in_stock, found.is_sellable, found.is_tracked) == (3, 3, True, True)
    assert (found.scarcest_id, found.shown, found.backorder_date) == (goods["POT"].pk, Shown.LOW, None)
    stock(goods["CUP"], 3)
    found = availability([bundle.pk, goods["CUP"].pk], market.pk)
    assert (found[bundle.pk].available, found[bundle.pk].scarcest_id) == (1, goods["CUP"].pk)
    assert (found[goods["CUP"].pk].available, found[goods["CUP"].pk].scarcest_id) == (3, None)
    stock(goods["CUP"], 1)
    found = availability([bundle.pk], market.pk)[bundle.pk]
    assert (found.available, found.is_sellable, found.shown) == (0, False, Shown.SOLD_OUT)
    assert availability([bundle.pk], market.pk + 1)[bundle.pk].available == 0


def test_many_bundles_take_as_many_queries_as_one(market, goods, make_variant, django_assert_num_queries):
    bundles = [make_variant(f"SET{number}") for number in range(6)]
    for bundle in bundles:
        set_components(bundle.pk, [(goods["POT"].pk, 1), (goods["CARD"].pk, 1)], actor=SYSTEM)
    # One more than for parts that all have levels: the card might be counted.
    with django_assert_num_queries(4):
        found = availability([bundle.pk for bundle in bundles], market.pk)
    assert {one.available for one in found.values()} == {3}


def test_parts_that_nobody_counts_limit_nothing(market, goods, make_variant):
    bundle = make_variant("GIFT")
    set_components(bundle.pk, [(goods["CARD"].pk, 3)], actor=SYSTEM)
    assert availability([bundle.pk], market.pk)[bundle.pk].is_tracked is False
    set_components(bundle.pk, [(goods["CARD"].pk, 3), (goods["CUP"].pk, 4)], actor=SYSTEM)
    assert availability([bundle.pk], market.pk)[bundle.pk].available == 1


def test_a_bundle_without_parts_cannot_be_had(market, goods, make_variant):
    empty = make_variant("EMPTY", is_stock_tracked=False)
    set_components(empty.pk, [(goods["CARD"].pk, 1)], actor=SYSTEM)
    set_components(empty.pk, [], actor=SYSTEM)
    assert availability([empty.pk], market.pk)[empty.pk].available == 0
    assert empty.pk not in set(sellable_variant_ids(market.pk).values_list("pk", flat=True))
    with pytest.raises(OutOfStockError):
        sale(market, EMPTY=1)


def test_the_list_of_what_can_be_had_agrees_with_the_availability(market, goods, make_variant):
    elsewhere = make_location(None, "elsewhere")
    stock(goods["CUP"], 50, elsewhere)
    big, card = make_variant("BIG"), make_variant("CARDS")
    set_components(big.pk, [(goods["CUP"].pk, 8)], actor=SYSTEM)
    set_components(card.pk, [(goods["CARD"].pk, 1)], actor=SYSTEM)
    for cups in (0, 1, 2, 7, 8):
        stock(goods["CUP"], cups, StockLevel.objects.get(variant=goods["POT"]).location)
        everything = [*(variant.pk for variant in goods.values()), big.pk, card.pk]
        sellable = {pk for pk, one in availability(everything, market.pk).items() if one.is_sellable}
        assert set(sellable_variant_ids(market.pk).values_list("pk", flat=True)) == sellable
        assert (big.pk in sellable, goods["SET"].pk in sellable, card.pk in sellable) == (cups >= 8, cups >= 2, True)


def test_later_parts_make_a_later_bundle(market, location, goods):
    stock(goods["POT"], 0)
    set_policy(goods["POT"].pk, location.pk, policy="backorder", limit=5, date=JUNE, actor=SYSTEM)
    found = availability([goods["SET"].pk], market.pk)[goods["SET"].pk]
    assert (found.available, found.in_stock, found.shown, found.backorder_date) == (3, 0, Shown.BACKORDER, JUNE)
    stock(goods["CUP"], 0)
    set_policy(goods["CUP"].pk, location.pk, policy="backorder", limit=9, date=MAY, actor=SYSTEM)
    found = availability([goods["SET"].pk], market.pk)[goods["SET"].pk]
    # Both are waited for, and the later one decides.
    assert (found.available, found.backorder_date) == (4, JUNE)
    sold = {part.variant_id: part.backorder_date for part in sale(market, SET=1)}
    assert sold == {goods["CUP"].pk: MAY, goods["POT"].pk: JUNE}


def test_selling_takes_the_parts_and_adds_up_what_stands_alone(market, goods):
    sold = sale(market, SET=2, CUP=3)
    assert sorted((part.variant_id, part.quantity) for part in sold) == [(goods["CUP"].pk, 7), (goods["POT"].pk, 2)]
    assert counters() == {"CUP": (0, 0), "POT": (1, 0)}
    assert not StockMove.objects.filter(variant=goods["SET"]).exists()
    assert sale(market, SET=2, CUP=3) == sold
    assert counters() == {"CUP": (0, 0), "POT": (1, 0)}


def test_a_shortage_is_named_by_what_the_buyer_sees(market, goods):
    with pytest.raises(OutOfStockError) as caught:
        sale(market, CUP=4, SET=2)
    assert caught.value.shortages == (Shortage(goods["SET"].pk, 2, 1),)
    with pytest.raises(OutOfStockError) as caught:
        sale(market, SET=4, CUP=3)
    assert caught.value.shortages == (
        Shortage(goods["CUP"].pk, 3, 1),
        Shortage(goods["SET"].pk, 4, 3),
    )
    assert counters() == {"CUP": (7, 0), "POT": (3, 0)}
    # What the shortage says can be had, can be had.
    sale(market, SET=3, CUP=1)


def test_what_a_cart_can_have_together(market, goods):
    lines = lines_of({"CUP": 4, "SET": 2, "CARD": 5})
    assert reachable(lines, market.pk) == lines_of({"CUP": 4, "SET": 1, "CARD": 5})
    assert reachable(lines_of({"SET": 2, "CUP": 4}), market.pk) == lines_of({"SET": 2, "CUP": 3})


def test_a_hold_is_claimed_released_and_expired_as_it_was_taken(market, goods, in_half_an_hour):
    def hold(document, **lines):
        return reserve(lines_of(lines), market_id=market.pk, document=document, expires_at=in_half_an_hour, actor=GUEST)

    for number in (1, 2, 3):
        hold(f"order:{number}", SET=1)
    assert counters() == {"CUP": (7, 6), "POT": (3, 3)}
    # The bundle changes while its orders wait: what was held is what counts.
    set_components(goods["SET"].pk, [(goods["CUP"].pk, 1), (goods["CARD"].pk, 1)], actor=SYSTEM)
    with pytest.raises(AlreadyReservedError):
        hold("order:1", SET=1)
    sold = claim("order:1", actor=SYSTEM)
    assert sorted((part.variant_id, part.quantity) for part in sold) == [(goods["CUP"].pk, 2), (goods["POT"].pk, 1)]
    assert release("order:2", actor=SYSTEM) == 3
    clock.set_time(in_half_an_hour)
    assert expire_reservations() == ["order:3"]
    assert counters() == {"CUP": (5, 0), "POT": (2, 0)}
    restock("order:1", reason="cancelled", actor=SYSTEM)
    assert counters() == {"CUP": (7, 0), "POT": (3, 0)}
    assert not Reservation.objects.filter(state="open").exists()


def test_a_repeated_sale_takes_nothing_even_if_the_bundle_is_another_by_now(market, goods):
    first = sale(market, SET=1)
    set_components(goods["SET"].pk, [(goods["CUP"].pk, 5)], actor=SYSTEM)
    assert sale(market, SET=1) == first
    set_components(goods["SET"].pk, [(goods["CARD"].pk, 1)], actor=SYSTEM)
    assert sale(market, SET=1) == first
    assert counters() == {"CUP": (5, 0), "POT": (2, 0)}


def test_a_part_of_an_order_comes_back_by_what_it_was(market, goods):
    recipe = {goods["SET"].pk: [(goods["CUP"].pk, 2), (goods["POT"].pk, 1)]}
    sale(market, SET=3)
    set_components(goods["SET"].pk, [(goods["CUP"].pk, 1)], actor=SYSTEM)
    restock("order:1", {goods["SET"].pk: 1}, reason="returned", key="r1", actor=SYSTEM, recipes=recipe)
    assert counters() == {"CUP": (3, 0), "POT": (1, 0)}
    restock("order:1", {goods["SET"].pk: 1}, reason="returned", key="r1", actor=SYSTEM, recipes=recipe)
    assert counters() == {"CUP": (3, 0), "POT": (1, 0)}
    restock("order:1", {goods["SET"].pk: 9}, reason="returned", key="r2", actor=SYSTEM, recipes=recipe)
    assert counters() == {"CUP": (7, 0), "POT": (3, 0)}


def test_a_given_recipe_is_what_is_sold(market, goods):
    sell(
        {goods["SET"].pk: 1}, market_id=market.pk, document="order:1", actor=GUEST,
        recipes={goods["SET"].pk: [(goods["POT"].pk, 3)]},
    )  # fmt: skip
    assert counters() == {"CUP": (7, 0), "POT": (0, 0)}


def test_a_bundle_has_no_stock_of_its_own(market, location, goods, make_variant):
    with pytest.raises(BundleHasStockError):
        open_level(goods["SET"].pk, location.pk, 3, actor=SYSTEM)
    with pytest.raises(BundleHasStockError):
        adjust(goods["SET"].pk, location.pk, 3, reason="received", actor=SYSTEM)
    kept = make_variant("KEPT")
    stock(kept, 2)
    with pytest.raises(BundleHasStockError):
        set_components(kept.pk, [(goods["CUP"].pk, 1)], actor=SYSTEM)
    assert availability([kept.pk], market.pk)[kept.pk].available == 2
    stock(kept, 0)
    set_components(kept.pk, [(goods["CUP"].pk, 1)], actor=SYSTEM)
    assert not StockLevel.objects.filter(variant=kept).exists()
    assert availability([kept.pk], market.pk)[kept.pk].available == 7


def test_a_part_that_changes_takes_the_pages_of_its_bundles_along(market, goods):
    heard = Heard()
    heard()
    page = {sku: f"product:{variant.product_id}" for sku, variant in goods.items()}
    # 7 cups to 5: the cups' own page shows that they are low; there are still two pairs (low, as before).
    sale(market, "order:1", CUP=2)
    assert heard() == ([(goods["CUP"].pk, 5)], {page["CUP"]})
    # 5 to 1: cups are low as before, but no pair is left.
    sale(market, "order:2", CUP=4)
    assert heard() == ([(goods["SET"].pk, 0)], {page["SET"], "catalogue"})
    sale(market, "order:3", CUP=1)
    assert heard() == ([(goods["CUP"].pk, 0)], {page["CUP"], "catalogue"})
    # A part that is not the scarcest: its own page, and the bundle's for safety once its own face would change.
    restock("order:2", reason="cancelled", actor=SYSTEM)
    assert heard()[1] == {page["CUP"], page["SET"], "catalogue"}
    sale(market, "order:4", SET=2)
    assert heard() == (
        [(goods["CUP"].pk, 0), (goods["SET"].pk, 0)],
        {page["CUP"], page["SET"], "catalogue"},
    )


def test_two_places_near_the_end_count_every_change(market, location, goods):
    second = make_location(market, "second", priority=2)
    big = goods["SET"]
    set_components(big.pk, [(goods["CUP"].pk, 5)], actor=SYSTEM)
    stock(goods["CUP"], 3), stock(goods["CUP"], 3, second)
    heard = Heard()
    heard()
    # 6 to 5: one bundle before and after, but another transaction may be taking one from the other place.
    sale(market, CUP=1)
    assert f"product:{big.product_id}" in heard()[1]


@pytest.mark.django_db(transaction=True)
def test_fifty_buyers_of_bundles_and_singles(market, location, goods, slow_wire, in_half_an_hour):
    """30 cups and 12 pots under 50 buyers of sets, cups, pots and all at once: never oversold, and it all adds up."""
    stock(goods["CUP"], 30), stock(goods["POT"], 12)
    chance = random.Random(7)
    carts = [{"SET": 1}, {"CUP": 1}, {"POT": 1}, {"SET": 1, "CUP": 2}, {"POT": 1, "SET": 2}]
    wanted = [chance.choice(carts) for _ in range(50)]
    lines = [lines_of(cart) for cart in wanted]

    def buyer(number):
        document = f"order:{number}"
        if number % 2:
            return lambda: sell(lines[number], market_id=market.pk, document=document, actor=GUEST)
        return lambda: reserve(
            lines[number], market_id=market.pk, document=document, expires_at=in_half_an_hour, actor=GUEST
        )

    results = together([buyer(number) for number in range(50)])
    assert set(kinds(results)) == {"list", "OutOfStockError"}
    cups = pots = 0
    for cart, result in zip(wanted, results, strict=True):
        if isinstance(result, list):
            cups += cart.get("CUP", 0) + 2 * cart.get("SET", 0)
            pots += cart.get("POT", 0) + cart.get("SET", 0)
    left = {sku: on_hand - reserved for sku, (on_hand, reserved) in counters().items()}
    assert left == {"CUP": 30 - cups, "POT": 12 - pots}
    # Nobody went away empty-handed while there was enough for them.
    assert left["POT"] == 0 or left["CUP"] < 2 or not any(isinstance(result, OutOfStockError) for result in results)
    for loser in (result for result in results if isinstance(result, OutOfStockError)):
        assert all(short.variant_id in {goods[sku].pk for sku in ("CUP", "POT", "SET")} for short in loser.shortages)


@pytest.mark.django_db(transaction=True)
def test_a_bundle_is_composed_anew_while_it_is_bought(market, location, goods, slow_wire):
    stock(goods["CUP"], 100), stock(goods["POT"], 100)
    recipes = [[(goods["CUP"].pk, 2), (goods["POT"].pk, 1)], [(goods["POT"].pk, 3)]]

    def compose(number):
        return lambda: set_components(goods["SET"].pk, recipes[number % 2], actor=SYSTEM)

    buyers = [
        (lambda number=number: sell({goods["SET"].pk: 1}, market_id=market.pk, document=f"order:{number}", actor=GUEST))
        for number in range(12)
    ]
    results = together([*buyers, *(compose(number) for number in range(4))])
    assert kinds(results) == {"list": 12, "NoneType": 4}
    for result in results[:12]:
        sold = sorted((part.variant_id, part.quantity) for part in result)
        assert sold in ([(goods["CUP"].pk, 2), (goods["POT"].pk, 1)], [(goods["POT"].pk, 3)])
    for number in range(12):
        restock(f"order:{number}", reason="cancelled", actor=SYSTEM)
    assert counters() == {"CUP": (100, 0), "POT": (100, 0)}
