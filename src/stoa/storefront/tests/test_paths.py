"""Ways to products and filters are counted, for pages that are made and for those from memory."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from stoa.kernel.pagecache import hits
from stoa.marketing.models import FilterDay, PathDay, SearchDay
from stoa.marketing.paths import actions, counting
from stoa.marketing.searching.counting import buffer
from stoa.operations.testing import Shop
from stoa.storefront.browse.product import product

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
SHOP = "http://testserver"


@pytest.fixture(autouse=True)
def _empty_buffers() -> None:
    for each in (counting.paths, counting.filters, buffer):
        each.take()


def get(client: Client, url: str, before: str = "", **headers: str) -> None:
    referer = {"HTTP_REFERER": f"{SHOP}{before}"} if before else {}
    assert client.get(url, HTTP_USER_AGENT=CHROME, HTTP_HOST="testserver", **referer, **headers).status_code == 200


def ways() -> list[tuple[str, int]]:
    actions.flush()
    return list(PathDay.objects.order_by("way").values_list("way", "times"))


def test_a_visit_to_a_product_is_counted_by_its_way(shop: Shop, client: Client) -> None:
    get(client, "/p/the-mug/", "/c/table/")
    get(client, "/p/the-mug/?from=search", "/")
    get(client, "/p/the-mug/", "/p/the-mug/?from=search")
    get(client, "/p/the-mug/", HTTP_SEC_PURPOSE="prefetch")
    client.head("/p/the-mug/", HTTP_USER_AGENT=CHROME, HTTP_HOST="testserver")
    client.get("/p/nothing-here/", HTTP_USER_AGENT=CHROME, HTTP_HOST="testserver")
    client.get("/p/the-mug/", HTTP_USER_AGENT="Googlebot/2.1")
    assert ways() == [("category", 1), ("search", 1)]


def test_a_filter_is_counted_with_its_results_and_a_made_up_value_is_not(shop: Shop, client: Client) -> None:
    get(client, "/c/table/")
    get(client, "/c/table/?in_stock=1", "/c/table/")
    get(client, "/c/table/?in_stock=1&sort=price", "/c/table/?in_stock=1")
    get(client, "/c/table/?brand=Nobody", "/c/table/")
    get(client, "/p/the-mug/", "/c/table/?in_stock=1")
    assert ways() == [("filter", 1)]
    rows = list(FilterDay.objects.order_by("facet").values_list("place", "facet", "value", "times", "opened"))
    assert rows == [("table", "", "", 1, 1), ("table", "in_stock", "1", 1, 1)]
    assert FilterDay.objects.get(facet="in_stock").results > 0


def test_a_page_from_memory_tells_what_the_view_left_with_it(shop: Shop, rf: RequestFactory, client: Client) -> None:
    request = rf.get("/p/the-mug/", HTTP_USER_AGENT=CHROME, HTTP_HOST="testserver")
    product(request, "the-mug")
    left = hits.left_with(request.META)
    assert left is not None
    again: dict[str, Any] = rf.get(
        "/p/the-mug/", HTTP_USER_AGENT=CHROME, HTTP_HOST="testserver", HTTP_REFERER=f"{SHOP}/"
    ).META
    hits.tell(again, left)
    hits.tell({**again, "REQUEST_METHOD": "HEAD"}, left)
    assert ways() == [("direct", 1), ("home", 1)]
    response = client.get("/search/?q=mug", HTTP_USER_AGENT=CHROME, HTTP_HOST="testserver")
    told = hits.left_with(response.wsgi_request.META)
    hits.tell({**again, "PATH_INFO": "/search/"}, told)
    buffer.flush()
    assert list(SearchDay.objects.values_list("text", "times")) == [("mug", 2)]
