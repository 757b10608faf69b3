"""Every page of the shop: there, whole, and fit to be cached or kept private."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from stoa.inventory.testing import stock
from stoa.kernel.actors import SYSTEM
from stoa.operations.orders.queries import order_path
from stoa.operations.testing import Shop, make_order
from stoa.storefront.tests.robot import Robot

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PUBLIC = ("/", "/c/table/", "/c/table/?sort=price", "/p/the-mug/", "/search/?q=mug", "/delivery/", "/contact/")
PRIVATE = ("/cart/", "/cart/badge/", "/account/login/", "/account/signup/", "/account/password/reset/")


def html(client: Client, url: str) -> HTMLParser:
    response = client.get(url)
    assert response.status_code == 200, url
    return HTMLParser(response.content.decode())


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_every_template_compiles(name: str) -> None:
    assert get_template(name)


@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages_can_be_cached_for_everybody(shop: Shop, client: Client, url: str) -> None:
    client.cookies["stoa_cart"] = "x" * 32
    response = client.get(url, HTTP_ACCEPT_LANGUAGE="de")
    assert response.status_code == 200
    assert response.headers["X-Stoa-Cache-Tags"]
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Accept-Language" not in response.headers.get("Vary", "")
    assert "csrf" not in response.content.decode().lower()
    assert response.headers.get("Cache-Control") is None


@pytest.mark.parametrize("url", PUBLIC)
def test_public_pages_are_the_same_for_a_customer(shop: Shop, client: Client, django_user_model, url: str) -> None:
    stranger = client.get(url).content
    client.force_login(django_user_model.objects.create_user("ada@example.com", "a long password"))
    assert client.get(url).content == stranger


@pytest.mark.parametrize("url", PRIVATE)
def test_private_pages_are_never_stored(shop: Shop, client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert "private" in response.headers["Cache-Control"]
    assert "no-store" in response.headers["Cache-Control"]
    assert "X-Stoa-Cache-Tags" not in response.headers


def all_pages(shop: Shop) -> list[str]:
    order = make_order(shop)
    return [*PUBLIC, "/cart/", "/account/login/", "/account/signup/", "/account/password/reset/", order_path(order)]


def test_every_page_keeps_to_html_and_the_policy(shop: Shop, client: Client) -> None:
    robot = Robot()
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"))
    pages = {url: html(client, url) for url in all_pages(shop)}
    pages["filled cart"], pages["/checkout/"] = robot.open("/cart/"), robot.open("/checkout/")
    for url, page in pages.items():
        assert page.css_first("html").attributes["lang"] == "en", url
        assert len(page.css("h1")) == 1, url
        assert len(page.css("main")) == 1, url
        assert page.css_first("a.skip").attributes["href"] == "#main", url
        assert page.css_first("title").text().strip(), url
        # Nothing inline: the policy would not let it run.
        assert not page.css("style, [style], [onclick], [onload], [onsubmit]"), url
        for script in page.css("script"):
            assert script.attributes.get("src") or script.attributes.get("type") == "application/ld+json", url
        identifiers = [node.attributes["id"] for node in page.css("[id]")]
        assert len(identifiers) == len(set(identifiers)), url
        for field in page.css("input:not([type=hidden]), select, textarea"):
            labelled = page.css_first(f"label[for='{field.attributes.get('id')}']") or field.attributes.get(
                "aria-label"
            )
            assert labelled or field.parent.tag == "label", (url, field.html)
        for field in page.css("form[method=post] input:not([type=hidden], [type=radio], [type=checkbox])"):
            assert field.attributes.get("autocomplete"), (url, field.html)
        for image in page.css("img"):
            assert image.attributes.get("alt") is not None, url
            assert image.attributes.get("width"), url
        for described in page.css("[aria-describedby]"):
            assert set(described.attributes["aria-describedby"].split()) <= set(identifiers), url


def test_the_product_page_says_what_a_buyer_wants_to_know(shop: Shop, client: Client) -> None:
    page = html(client, "/p/the-mug/")
    text = page.css_first("main").text()
    for words in (
        "The MUG",
        "€12.00",
        "In stock",
        "Delivery to Germany",
        "€4.90",
        "Free from €100.00",
        "Free returns",
        "9 cm",
    ):
        assert words in text, words
    blocks = [json.loads(node.text()) for node in page.css("script[type='application/ld+json']")]
    product = next(block for block in blocks if block["@type"] == "Product")
    assert product["offers"][0]["price"] == "12.00"
    assert product["offers"][0]["availability"] == "https://schema.org/InStock"
    crumbs = next(block for block in blocks if block["@type"] == "BreadcrumbList")
    assert [entry["name"] for entry in crumbs["itemListElement"]] == ["Table", "The MUG"]
    assert page.css_first("link[rel=canonical]").attributes["href"] == "http://testserver/p/the-mug/"
    assert page.css_first("meta[property='og:title']").attributes["content"] == "The MUG"
    # The cost and the exact stock stay in the house.
    assert "€5.00" not in text
    assert not re.search(r"\b10 (in stock|left)", text)


def test_a_sold_out_product_cannot_be_put_in(shop: Shop, client: Client) -> None:
    stock(shop.mug, 0)
    page = html(client, "/p/the-mug/")
    assert page.css_first("form[action='/cart/add/']") is None
    assert "Sold out" in page.css_first(".stock").text()
    assert "Sold out" in html(client, "/c/table/").css_first("main").text()


def test_text_of_a_product_cannot_leave_its_place(shop: Shop, client: Client) -> None:
    from stoa.catalogue.products.actions import update_product
    from stoa.catalogue.products.data import ProductChanges, text_block

    evil = "</script><script>alert(1)</script>{{ 7*7 }}"
    changes = ProductChanges(title=evil, subtitle=evil, brand=evil, body=[text_block(f"<p onclick=x()>{evil}</p>")])
    update_product(shop.mug.product_id, changes, actor=SYSTEM)
    for url in ("/p/the-mug/", "/c/table/", "/search/?q=alert", "/"):
        page = html(client, url)
        assert all(s.attributes.get("src") or s.attributes["type"] == "application/ld+json" for s in page.css("script"))
        assert not page.css("[onclick]")
        assert "49" not in page.css_first("main").text().replace("€4.90", "")


def test_filters_narrow_the_list_and_links_keep_them(shop: Shop, client: Client) -> None:
    page = html(client, "/c/table/?min=15&sort=price")
    assert [node.text() for node in page.css(".card-name")] == ["The BOOK"]
    assert page.css_first("#min").attributes["value"] == "15"
    assert page.css_first("meta[name=robots]").attributes["content"] == "noindex, follow"
    nothing = html(client, "/c/table/?max=1")
    assert "Nothing matches" in nothing.css_first("main").text()
    stock(shop.mug, 0)
    assert [node.text() for node in html(client, "/c/table/?in_stock=1").css(".card-name")] == ["The BOOK"]


@pytest.mark.parametrize(
    "query",
    ["min=abc", "min=-5", "max=1e9", "sort=evil", "brand=%00", "min=٣", "q=%F0%9F%98%80", "brand=" + "x" * 5000],
)
def test_odd_filters_are_no_error(shop: Shop, client: Client, query: str) -> None:
    assert client.get(f"/search/?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "url",
    [
        "/c/table/?page=2",
        "/c/table/?page=0",
        "/c/table/?page=x",
        "/c/table/?page=-1",
        "/c/none/",
        "/p/none/",
        "/none/",
        "/sitemap-products-2.xml",
    ],
)
def test_what_is_not_there_is_404_with_a_way_on(shop: Shop, client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 404
    assert "no-store" in response.headers["Cache-Control"]
    assert 'href="/"' in response.content.decode()


def test_search_engines_find_everything_once(shop: Shop, client: Client) -> None:
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    index = client.get("/sitemap.xml").content.decode()
    assert re.findall("<loc>(.*?)</loc>", index) == [
        "http://testserver/sitemap-pages.xml", "http://testserver/sitemap-products-1.xml",
    ]  # fmt: skip
    pages = re.findall("<loc>(.*?)</loc>", client.get("/sitemap-pages.xml").content.decode())
    assert set(pages) == {f"http://testserver{path}" for path in ("/", "/c/table/", "/delivery/", "/contact/")}
    products = re.findall("<loc>(.*?)</loc>", client.get("/sitemap-products-1.xml").content.decode())
    assert products == ["http://testserver/p/the-mug/", "http://testserver/p/the-book/"]


def test_server_errors_need_no_database(client: Client) -> None:
    from django.test import RequestFactory

    from stoa.storefront.errors import server_error

    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"Something went wrong" in response.content


def test_before_the_shop_is_set_up_there_is_a_plain_answer(db: None) -> None:
    response = Client(raise_request_exception=False).get("/nothing/")
    assert response.status_code == 404


def test_content_pages_purge_and_disappear(shop: Shop, client: Client) -> None:
    from stoa.kernel.models import CachePurge
    from stoa.storefront.models import ContentPage

    assert "Two days." in html(client, "/delivery/").css_first("main").text()
    assert "Werkhof 4" in html(client, "/contact/").css_first("main").text()
    CachePurge.objects.all().delete()
    ContentPage.objects.get(slug="delivery").unpublish()
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"content"}
    assert client.get("/delivery/").status_code == 404


def test_a_page_behind_a_password_is_never_cached(shop: Shop, client: Client) -> None:
    from wagtail.models import PageViewRestriction

    from stoa.storefront.models import ContentPage

    page = ContentPage.objects.get(slug="delivery")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    response = client.get("/delivery/")
    assert response.status_code in (302, 403)
    assert "X-Stoa-Cache-Tags" not in response.headers
    assert 'href="/delivery/"' not in client.get("/").content.decode()


def test_order_pages_keep_their_address_to_themselves(shop: Shop, client: Client) -> None:
    response = client.get(order_path(make_order(shop)))
    assert response.headers["Referrer-Policy"] == "same-origin"
    # "no-referrer" in the page would make browsers send "Origin: null" with its own forms.
    assert 'name="referrer"' not in response.content.decode()
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_style_sheet_is_one_file_with_every_part() -> None:
    from django.contrib.staticfiles import finders

    from stoa.storefront.assets.finder import NAME, bundle, parts

    text = bundle()
    assert Path(str(finders.find(NAME))).read_text("utf-8") == text
    assert len(parts()) == len(list((TEMPLATES.parent / "styles").rglob("*.css")))
    assert text.startswith("@layer reset, tokens")
    assert "/*" not in text
    assert settings.STATICFILES_FINDERS[0].endswith("BundleFinder")
