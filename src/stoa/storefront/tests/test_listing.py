"""Category and search pages: filters as a form, chips, suggestions."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from stoa.catalogue.categories.actions import create_category, update_category
from stoa.catalogue.categories.errors import CategoryInvalidError
from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.data import OptionData, ProductData, VariantData
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache.decorators import QUERY_HEADER
from stoa.marketing.searching import actions as searching
from stoa.marketing.searching.counting import buffer
from stoa.operations.testing import Shop
from stoa.storefront.browse.filters import parameter

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirts(shop: Shop) -> Shop:
    """Besides mug and book: two shirts, none in stock, of an option with an awkward name."""
    shelf = create_category("Clothes", actor=SYSTEM, parent_id=category_by_slug("table").id)
    for title, values in (("Plain shirt", ("Red",)), ("Warm shirt", ("Red", "Blue"))):
        create_product(
            ProductData(
                title, categories=[shelf.pk], brand="Loom",
                options=[OptionData("Colour", values), OptionData("Sort", ("Fine",))],
                variants=[VariantData(price_minor=3000, option_values=(value, "Fine")) for value in values],
            ),
            actor=SYSTEM, market=shop.market,
        )  # fmt: skip
    return shop


def names(html: str) -> list[str]:
    return re.findall(r'class="card-name"><a href="[^"]*">([^<]+)', html)


def get(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_filters_are_a_form_with_counts(shirts: Shop, client: Client) -> None:
    html = get(client, "/c/table/")
    assert 'name="colour" value="red"' in html
    assert re.search(r'value="red">.*?<span>Red</span><span class="soft numbers">2</span>', html)
    assert re.search(r'name="brand" value="Hafen">.*?numbers">2</span>', html)
    assert re.search(r'name="in_stock" value="1">.*?numbers">2</span>', html)
    assert '<a class="chip" href="/c/clothes/">Clothes <span class="soft numbers">2</span></a>' in html
    assert "chip-chosen" not in html


def test_what_is_chosen_can_be_taken_away_one_by_one(shirts: Shop, client: Client) -> None:
    html = get(client, "/c/table/?colour=red&brand=Loom&colour=blue&max=99")
    assert sorted(names(html)) == ["Plain shirt", "Warm shirt"]
    chips = dict(re.findall(r'chip-chosen" href="([^"]+)" rel="nofollow">([^<]+)', html))
    assert chips == {
        "/c/table/?max=99&amp;colour=blue&amp;colour=red": "Loom",
        "/c/table/?max=99&amp;brand=Loom&amp;colour=red": "Colour: Blue",
        "/c/table/?max=99&amp;brand=Loom&amp;colour=blue": "Colour: Red",
        "/c/table/?brand=Loom&amp;colour=blue&amp;colour=red": "Up to €99.00",
    }
    assert '<a class="chip-clear" href="/c/table/">' in html
    assert '<meta name="robots" content="noindex, follow">' in html
    assert '<link rel="canonical" href="http://testserver/c/table/">' in html
    assert 'href="/c/clothes/?max=99&amp;brand=Loom&amp;colour=blue&amp;colour=red" rel="nofollow"' in html


def test_one_variant_has_to_be_all_of_it(shirts: Shop, client: Client) -> None:
    assert names(get(client, "/c/table/?colour=blue")) == ["Warm shirt"]
    html = get(client, "/c/table/?colour=blue&in_stock=1")
    assert names(html) == []
    assert "Nothing matches all of these filters" in html
    assert html.count("chip-chosen") == 2


def test_a_facet_may_be_called_like_a_parameter(shirts: Shop, client: Client) -> None:
    assert (parameter("sort"), parameter("colour")) == ("f-sort", "colour")
    html = get(client, "/search/?f-sort=fine&sort=title")
    assert names(html) == ["Plain shirt", "Warm shirt"]
    assert 'name="f-sort"' in html


def test_the_cache_is_told_all_parameters_there_are(shirts: Shop, client: Client) -> None:
    told = client.get("/c/table/")[QUERY_HEADER].split()
    assert {"colour", "f-sort", "brand", "min"} <= set(told)
    assert client.get("/c/table/?colour=red")[QUERY_HEADER].split() == told
    assert client.get("/c/table/?nosuch=1")[QUERY_HEADER].split() == told


def test_unknown_parameters_filter_nothing(shirts: Shop, client: Client) -> None:
    html = get(client, "/c/table/?utm_source=x&nosuch=1&" + "&".join(f"p{n}=1" for n in range(40)))
    assert len(names(html)) == 4
    assert "chip-chosen" not in html
    for page in ("0", "x", "9999", "-1"):
        assert client.get(f"/c/table/?page={page}").status_code == 404
    assert client.get("/search/?category=nosuch").status_code == 404


def test_sorting_by_what_sells(shirts: Shop, client: Client) -> None:
    for sort in ("best-selling", "newest", "price", "-price", "title", "featured", "nonsense"):
        assert len(names(get(client, f"/c/table/?sort={sort}"))) == 4


def test_a_search_keeps_its_words_and_its_category(shirts: Shop, client: Client) -> None:
    html = get(client, "/search/?q=shirt")
    assert sorted(names(html)) == ["Plain shirt", "Warm shirt"]
    assert 'href="/search/?q=shirt&amp;category=table"' in html
    html = get(client, "/search/?q=shirt&category=clothes&colour=blue")
    assert names(html) == ["Warm shirt"]
    assert '<input type="hidden" name="q" value="shirt">' in html
    assert '<input type="hidden" name="category" value="clothes">' in html


def test_a_slip_is_told(shirts: Shop, client: Client) -> None:
    html = get(client, "/search/?q=shrit")
    assert len(names(html)) == 2
    assert "This is what we have for <strong>shirt</strong>" in html
    html = get(client, "/search/?q=warm+xylophone")
    assert names(html) == ["Warm shirt"]
    assert "Left out: <s>xylophone</s>" in html


def test_nothing_found_is_no_dead_end(shirts: Shop, client: Client) -> None:
    html = get(client, "/search/?q=xylophone")
    assert "Nothing found for “xylophone”" in html
    assert 'href="/c/table/">Table</a>' in html
    assert len(names(html)) == 4


@pytest.mark.parametrize(
    "text", ["%00", "x" * 5000, '"<script>', "a AND (", "%F0%9F%99%82", "*", "title:(", "%ED%A0%80"]
)
def test_odd_queries_do_not_fail(shirts: Shop, client: Client, text: str) -> None:
    for path in ("/search/", "/search/suggest/"):
        response = client.get(f"{path}?q={text}")
        assert response.status_code in (200, 400)
        assert b"<script>x" not in response.content
        assert b'"<script>' not in response.content


def test_suggestions(shirts: Shop, client: Client) -> None:
    html = get(client, "/search/suggest/?q=shi")
    assert re.findall(r'role="option" tabindex="-1" id="([^"]+)"', html) == [
        "suggest-query-1", "suggest-product-1", "suggest-product-2", "suggest-all",
    ]  # fmt: skip
    assert 'href="/search/?q=shirt"' in html
    assert "€30.00" not in html
    assert html.count("Sold out") == 2
    assert "€12.00" in get(client, "/search/suggest/?q=mug")
    assert "Table" in get(client, "/search/suggest/?q=tabl")
    assert get(client, "/search/suggest/?q=s").strip() == ""
    assert "so far" in get(client, "/search/suggest/?q=xylophone")
    assert client.get("/search/suggest/?q=shi")["X-Robots-Tag"] == "noindex"


def test_every_page_has_the_field(shirts: Shop, client: Client) -> None:
    for url in ("/", "/c/table/", "/p/the-mug/", "/search/?q=x", "/cart/", "/delivery/"):
        html = get(client, url)
        assert html.count('id="site-search"') == 1
        assert 'hx-get="/search/suggest/"' in html


def test_searches_and_clicks_are_noted(shirts: Shop, client: Client, monkeypatch) -> None:
    noted: list[tuple[object, ...]] = []
    monkeypatch.setattr(searching, "note_search", lambda *given, **_: noted.append(given[1:]))
    monkeypatch.setattr(searching, "note_click", lambda *given, **_: noted.append(given[1:]))
    client.get("/search/?q=Shirt")
    client.get("/search/?q=Shirt&brand=Loom")
    client.get("/search/?q=Shirt&sort=title&page=1")
    assert client.post("/search/click/", {"q": "shirt", "product": "7", "position": "2"}).status_code == 204
    for odd in ({}, {"q": "x", "product": "x"}, {"q": "x", "product": "1" * 40}, {"q": "", "product": "1"}):
        assert client.post("/search/click/", odd).status_code == 204
    assert client.get("/search/click/").status_code == 405
    assert noted == [("Shirt", 2), ("Shirt", 2), ("shirt", 7, 2)]
    assert buffer is not None


def groups(client: Client, url: str) -> list[str]:
    return [group.label for group in client.get(url).context["filters"].groups]


def test_a_category_chooses_its_filters_and_those_below_follow_it(shirts: Shop, client: Client) -> None:
    clothes = category_by_slug("clothes")
    assert groups(client, "/c/clothes/") == ["Colour"]
    assert groups(client, "/c/table/") == ["Brand", "Colour"]
    update_category(
        category_by_slug("table").id, actor=SYSTEM, filters={"first": ["colour", "brand"], "off": ["price", "in_stock"]}
    )
    assert groups(client, "/c/table/") == ["Colour", "Brand"]
    shown = client.get("/c/clothes/").context["filters"]
    assert (shown.has_price_range, shown.has_stock_choice) == (False, False)
    update_category(clothes.id, actor=SYSTEM, filters={"off": ["colour"]})
    assert groups(client, "/c/clothes/") == []
    assert client.get("/c/clothes/").context["filters"].has_price_range is False
    # An address from before still holds, and can be taken back.
    old = client.get("/c/clothes/?colour=blue").context
    assert ([group.label for group in old["filters"].groups], old["listing"]["total"]) == (["Colour"], 1)
    assert [chip.label for chip in old["filters"].chips] == ["Colour: Blue"]
    # A search, and all goods, are as the shop has them.
    assert groups(client, "/search/?q=shirt") == ["Colour"]


@pytest.mark.parametrize(
    "kept", [[], {"first": "colour"}, {"off": [1]}, {"other": []}, {"first": [""]}, {"off": ["x"] * 41}]
)
def test_what_is_no_choice_of_filters_is_refused(shop: Shop, kept: object) -> None:
    with pytest.raises(CategoryInvalidError):
        update_category(category_by_slug("table").id, actor=SYSTEM, filters=kept)
