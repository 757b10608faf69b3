from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from stoa.catalogue.models import Market, Product
from stoa.catalogue.testing import make_market, make_product
from stoa.kernel import clock
from stoa.marketing.models import FilterDay, PathDay
from stoa.marketing.paths import actions, counting
from stoa.marketing.paths.counting import Seen
from stoa.marketing.paths.rules import Choices, Way

TODAY = date(2026, 3, 5)
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
HOST = "shop.example"


@pytest.fixture(autouse=True)
def _empty_buffers() -> Iterator[None]:
    counting.paths.take()
    counting.filters.take()
    clock.set_time(datetime(2026, 3, 5, 9, tzinfo=UTC))
    yield
    counting.paths.take()
    counting.filters.take()


@pytest.fixture
def market(db: None) -> Market:
    return make_market()


def visit(market: Market, product: Product, before: str, agent: str = CHROME) -> None:
    referer = f"https://{HOST}{before}" if before else ""
    actions.note_product(market.pk, product.pk, f"/p/{product.slug}/", referer=referer, host=HOST, user_agent=agent)


def look(market: Market, chosen: Choices, total: int, before: str = "", agent: str = CHROME) -> None:
    referer = f"https://{HOST}{before}" if before else ""
    actions.note_list(market.pk, "mugs", chosen, total, "/c/mugs/", referer=referer, host=HOST, user_agent=agent)


def ways() -> list[tuple[str, int]]:
    return list(PathDay.objects.order_by("way").values_list("way", "times"))


def chosen() -> list[tuple[str, str, str, int, int, int]]:
    rows = FilterDay.objects.order_by("place", "facet", "value")
    return list(rows.values_list("place", "facet", "value", "times", "results", "opened"))


def test_ways_are_counted_by_product_and_day(market: Market) -> None:
    mug, pot = make_product("Mug", market=market), make_product("Pot", market=market)
    for before in ("/c/mugs/", "/c/pots/", "/search/?q=mug", f"/p/{mug.slug}/?variant=1", ""):
        visit(market, mug, before)
    visit(market, pot, "/")
    assert ways() == []
    assert actions.flush() == 5
    assert ways() == [("category", 2), ("direct", 1), ("home", 1), ("search", 1)]
    visit(market, mug, "/c/mugs/?page=2")
    actions.flush()
    assert PathDay.objects.get(product=mug, way="category", day=TODAY).times == 3


def test_bots_and_what_has_gone_are_not_counted(market: Market) -> None:
    mug, gone = make_product("Mug", market=market), make_product("Gone", market=market)
    visit(market, mug, "/c/mugs/", "Googlebot/2.1")
    visit(market, mug, "/c/mugs/", "")
    look(market, (("brand", "Loom"),), 3, agent="curl/8")
    assert actions.flush() == 0
    visit(market, gone, "")
    visit(market, mug, "")
    Product.objects.filter(pk=gone.pk).delete()
    actions.flush()
    assert ways() == [("direct", 1)]
    assert chosen() == []


def test_a_value_counts_when_it_is_chosen_and_not_while_it_stays(market: Market) -> None:
    brand, stock = ("brand", "Loom"), ("in_stock", "1")
    look(market, (), 9, "/")
    look(market, (brand,), 4, "/c/mugs/")
    look(market, (brand, stock), 2, "/c/mugs/?brand=Loom")
    look(market, (stock,), 5, "/c/mugs/?brand=Loom&in_stock=1")
    look(market, (brand,), 6)
    actions.flush()
    assert chosen() == [
        ("mugs", "", "", 2, 15, 0),
        ("mugs", "brand", "Loom", 2, 10, 0),
        ("mugs", "in_stock", "1", 1, 2, 0),
    ]


def test_products_opened_from_a_filtered_list_stand_with_its_values(market: Market) -> None:
    mug = make_product("Mug", market=market, brand="Loom")
    look(market, (("brand", "Loom"),), 4)
    visit(market, mug, "/c/mugs/?brand=Loom&msclkid=7&brand=Invented")
    visit(market, mug, "/c/mugs/?msclkid=7")
    visit(market, mug, "/c/unknown/?brand=Loom")
    actions.flush()
    assert chosen() == [("mugs", "", "", 1, 4, 2), ("mugs", "brand", "Loom", 1, 4, 1)]
    assert ways() == [("category", 1), ("filter", 2)]


def test_a_flood_fills_neither_memory_nor_table(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_A_DAY", 20)
    monkeypatch.setattr(counting.filters, "most", 15)
    look(market, (("brand", "Loom"),), 4)
    look(market, (("brand", "Loom"),), 4)
    actions.flush()
    for wave in range(4):
        for number in range(30):
            look(market, (("brand", f"w{wave}n{number}"),), 1)
        assert len(counting.filters) == 15
        actions.flush()
    assert FilterDay.objects.count() == 20
    assert FilterDay.objects.get(value="Loom").times == 2


def test_old_counts_are_swept_out(market: Market) -> None:
    mug = make_product("Mug", market=market)
    for days, way, times in ((401, "home", 9), (61, "search", 1), (61, "filter", 2), (59, "direct", 1)):
        day = TODAY - timedelta(days=days)
        PathDay.objects.create(market=market, day=day, product=mug, way=way, times=times)
        FilterDay.objects.create(market=market, day=day, place="mugs", facet="brand", value=way, times=times)
    counting.sweep_out()
    assert ways() == [("direct", 1), ("filter", 2)]
    assert sorted(FilterDay.objects.values_list("value", flat=True)) == ["direct", "filter"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_lose_nothing() -> None:
    market = make_market()
    goods = [make_product(name, market=market) for name in ("Mug", "Pot")]

    def process(order: int) -> None:
        try:
            for _ in range(10):
                counting.write_paths({(market.pk, TODAY, each.pk, Way("home")): Seen() for each in goods[::order]})
                counting.write_filters(
                    {(market.pk, TODAY, "mugs", "brand", name): Seen(1, 2) for name in "ab"[::order]}
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=process, args=(order,)) for order in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ways() == [("home", 40), ("home", 40)]
    assert chosen() == [("mugs", "brand", "a", 40, 80, 0), ("mugs", "brand", "b", 40, 80, 0)]
