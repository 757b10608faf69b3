from __future__ import annotations

import random
from dataclasses import replace

import pytest

from stoa.catalogue.search.ladder import Ladder, set_of
from stoa.catalogue.search.sheet import ORDERS, Entry, Sheet, VariantEntry

COLOURS = [("colour", name) for name in ("red", "blue", "green")]
SIZES = [("size", name) for name in ("s", "m", "l")]


def entry(number: int, chance: random.Random) -> Entry:
    variants = tuple(
        VariantEntry(
            number * 10 + place, chance.randint(1, 60), chance.random() < 0.7,
            frozenset({chance.choice(COLOURS), chance.choice(SIZES)}),
        )
        for place in range(chance.randint(1, 4))
    )  # fmt: skip
    return Entry(
        number, f"Thing {number}", f"thing {number:04}", f"b{number % 4}", chance.randint(0, 3), float(number % 17),
        chance.randint(0, 9), variants, frozenset({("brand", f"b{number % 4}"), ("category", str(number % 5))}),
    )  # fmt: skip


@pytest.fixture(params=[1, 2, 3])
def goods(request) -> tuple[Sheet, dict[int, Entry]]:
    """A sheet that was made at once, then changed many times, and what should be on it."""
    chance = random.Random(request.param)
    entries = {number: entry(number, chance) for number in range(200)}
    sheet = Sheet.of(entries.values())
    for order in ORDERS:
        sheet.page(sheet.everything, order, 0, 5)
    for number in [chance.randrange(260) for _ in range(300)]:
        if chance.random() < 0.3:
            entries.pop(number, None)
            sheet.remove(number)
        else:
            entries[number] = entry(number, chance)
            sheet.put(entries[number])
    return sheet, entries


def having(entries, test) -> set[int]:
    return {number for number, each in entries.items() if any(test(each, variant) for variant in each.variants)}


def test_one_variant_must_have_all_that_is_chosen(goods):
    sheet, entries = goods
    chosen = sheet.having(COLOURS[:2]) & sheet.having([SIZES[0]]) & sheet.available & sheet.priced(10, 40)
    wanted = having(
        entries,
        lambda _, v: v.keys & set(COLOURS[:2]) and SIZES[0] in v.keys and v.is_available and 10 <= v.price <= 40,
    )
    assert set(sheet.ids(sheet.products(chosen))) == wanted
    assert sheet.count(chosen) == len(wanted)
    assert 0 < len(wanted) < len(entries)
    prices = [
        v.price for e in entries.values() for v in e.variants
        if v.keys & set(COLOURS[:2]) and SIZES[0] in v.keys and v.is_available and 10 <= v.price <= 40
    ]  # fmt: skip
    assert sheet.price_range(chosen) == (min(prices), max(prices))


def test_counts_are_of_products(goods):
    sheet, entries = goods
    counts = sheet.counts(sheet.available, "colour")
    for _, colour in COLOURS:
        wanted = having(entries, lambda _, v, c=colour: v.is_available and ("colour", c) in v.keys)
        assert counts.get(colour, 0) == len(wanted)
    assert sum(sheet.counts(sheet.everything, "brand").values()) == len(entries) == sheet.count(sheet.everything)
    assert sheet.counts(0, "brand") == {}
    assert sheet.price_range(0) is None


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("featured", lambda e: (e.position, -e.newest, -e.id)), ("newest", lambda e: (-e.newest, -e.id)),
        ("price", lambda e: (e.lowest, e.id)), ("-price", lambda e: (-e.lowest, e.id)),
        ("title", lambda e: (e.title_key, e.id)), ("best-selling", lambda e: (-e.sold, e.position, -e.newest, -e.id)),
    ],
)  # fmt: skip
def test_orders(goods, order, key, monkeypatch):
    sheet, entries = goods
    wanted = [each.id for each in sorted(entries.values(), key=key)]
    assert sheet.page(sheet.everything, order, 0, 1000) == wanted
    assert sheet.page(sheet.everything, order, 20, 10) == wanted[20:30]
    # The way for many products is another one than for few.
    monkeypatch.setattr("stoa.catalogue.search.sheet.FEW", 0)
    assert sheet.page(sheet.everything, order, 20, 10) == wanted[20:30]
    assert sheet.page(sheet.everything, order, 10_000, 10) == []


def test_given_products(goods):
    sheet, entries = goods
    some = [*list(entries)[:20], 10**9]
    assert set(sheet.ids(sheet.products(sheet.of_products(some)))) == set(some[:20])
    most = list(entries)[5:]
    assert sheet.of_products(most).bit_count() == sum(len(entries[pk].variants) for pk in most)
    backwards = list(reversed(some))
    assert list(sheet.keep(backwards, sheet.everything)) == backwards[1:]
    assert list(sheet.keep(backwards, 0)) == []


def test_sold_units_are_taken_over(goods):
    sheet, entries = goods
    best = next(iter(entries))
    sheet.set_sold({best: 99})
    assert sheet.page(sheet.everything, "best-selling", 0, 1) == [best]
    assert sheet.places[best].entry == replace(entries[best], sold=99)


def test_a_ladder_of_many_equal_prices():
    prices = [100] * 3000 + [200] * 10 + list(range(300, 1300))
    ladder = Ladder(((price, bit) for bit, price in enumerate(prices)), len(prices))
    for price in (0, 100, 101, 200, 201, 777, 5000):
        assert ladder.under(price) == set_of((b for b, p in enumerate(prices) if p < price), len(prices))
    ladder.remove(100, 5)
    ladder.add(250, 5)
    assert ladder.under(101).bit_count() == 2999
    assert ladder.under(251).bit_count() == 3010
    assert ladder.span(1 << 5) == (250, 250)
    assert ladder.span(1 << 9000) is None
