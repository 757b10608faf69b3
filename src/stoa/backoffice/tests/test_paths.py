"""The reports of paths and filters, as somebody who finds goods sees them."""

from __future__ import annotations

from django.test import Client

from stoa.catalogue.testing import make_product
from stoa.kernel import clock
from stoa.marketing.models import FilterDay, PathDay
from stoa.operations.testing import Shop


def test_paths_with_shares_and_what_only_searching_finds(shop: Shop, owner: Client) -> None:
    day = clock.today(shop.market.timezone)
    mug, pot = make_product("Known mug", market=shop.market), make_product("Hidden pot", market=shop.market)
    for product, way, times in ((mug, "category", 6), (mug, "search", 1), (pot, "search", 3)):
        PathDay.objects.create(market=shop.market, day=day, product=product, way=way, times=times)
    page = owner.get("/admin/insights/paths/").content.decode()
    assert "60 %" in page
    assert "40 %" in page
    assert "1 product is found by search only." in page
    only = owner.get("/admin/insights/paths/?shows=search-only")
    assert [row["title"] for row in only.context["object_list"]] == ["Hidden pot"]
    by_way = owner.get("/admin/insights/paths/?way=category")
    assert [row["title"] for row in by_way.context["object_list"]] == ["Known mug"]
    exported = b"".join(owner.get("/admin/insights/paths/export.csv").streaming_content).decode("utf-8-sig")
    assert exported.splitlines()[1].startswith(f"Known mug,/p/{mug.slug}/,7,6,1,0")


def test_use_of_filters_by_list(shop: Shop, owner: Client) -> None:
    day = clock.today(shop.market.timezone)
    for place, facet, value, times in (
        ("search:", "", "", 9), ("search:", "in_stock", "1", 2), ("mugs", "brand", "Loom", 3), ("mugs", "", "", 4),
    ):  # fmt: skip
        FilterDay.objects.create(
            market=shop.market, day=day, place=place, facet=facet, value=value, times=times, results=times * 5, opened=1
        )
    everywhere = owner.get("/admin/insights/filters/")
    assert [(row["value"], row["chosen"]) for row in everywhere.context["object_list"]] == [("Loom", 3), ("1", 2)]
    assert (everywhere.context["seen"], everywhere.context["total"]) == (13, 5)
    one = owner.get("/admin/insights/filters/?place=search:")
    assert [row["value"] for row in one.context["object_list"]] == ["1"]
    assert "In stock" in one.content.decode()
    exported = b"".join(owner.get("/admin/insights/filters/export.csv").streaming_content).decode("utf-8-sig")
    assert exported.splitlines()[1] == "Brand,Loom,3,5,1"
