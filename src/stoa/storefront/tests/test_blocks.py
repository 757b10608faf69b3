"""Product pages in blocks: what they show, that it is of the moment, and what it costs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.models import Product, Variant
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.products.actions import unpublish_product, update_product
from stoa.catalogue.products.data import ProductChanges, specification_block, text_block
from stoa.catalogue.testing import make_picture
from stoa.catalogue.types.actions import define_attribute, define_type, set_attributes, set_type
from stoa.catalogue.videos.actions import store_video
from stoa.inventory.stock.actions import set_on_hand
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache.decorators import TAGS_HEADER
from stoa.operations.cart.models import CartLine
from stoa.operations.payments.actions import configure_method
from stoa.operations.testing import Shop, make_order, make_variant
from stoa.storefront.tests.robot import Robot

pytestmark = pytest.mark.django_db

EVIL = "\"'><script>alert(1)</script>"
MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 200


def block(kind: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value}


def write(variant: Variant, *blocks: dict[str, Any]) -> str:
    """Put blocks on the page of a variant's product. The page's address."""
    update_product(variant.product_id, ProductChanges(body=list(blocks)), actor=SYSTEM)
    return Product.objects.get(pk=variant.product_id).get_absolute_url()


def html_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def every_block(shop: Shop, words: str = "Plain") -> list[dict[str, Any]]:
    picture = make_picture(800, 1000)
    film = store_video(ContentFile(MP4, "film.mp4"), words, actor=SYSTEM, poster_id=picture.pk)
    other = shop.book.product_id
    return [
        text_block(f"<p>{words}</p>"),
        block("gallery", heading=words, layout="row", pictures=[{"picture": picture.pk, "alt": words, "caption": words}]),
        block("video", video=film.pk, url="", title=words, poster=None, caption=words, is_in_gallery=False),
        block("video", video=None, url="https://vimeo.com/76979871", title=words, poster=picture.pk, caption=words,
              is_in_gallery=False),
        specification_block([(words, words)], words),
        block("sizes", heading=words, table=f"Size | Chest (cm)\n{words} | 90", help=f"<p>{words}</p>"),
        block("faq", heading=words, questions=[{"question": words, "answer": f"<p>{words}</p>"}]),
        block("comparison", heading=words, has_this=True, products=[other]),
        block("together", heading=words, text=words, has_this=True, products=[other]),
        block("related", heading=words, rule="neighbours", products=[other], count=4),
        block("trust", heading=words, lines=["delivery", "returns", "payment", "contact", "company"]),
    ]  # fmt: skip


def test_every_block_is_shown_in_a_frame_that_bears_its_id(shop: Shop, client: Client) -> None:
    url = write(shop.mug, *every_block(shop))
    html = html_of(client, url)
    ids = [each.id for each in Product.objects.get(pk=shop.mug.product_id).body]
    assert re.findall(r'data-block="([^"]+)"', html) == ids
    assert html.count("The BOOK") >= 3


def test_no_words_of_any_field_run(shop: Shop, client: Client) -> None:
    html = html_of(client, write(shop.mug, *every_block(shop, EVIL)))
    assert "<script>alert" not in html
    assert "'><script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 12
    for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL):
        json.loads(data)


def test_what_lies_in_the_database_is_cleaned_again_when_it_is_shown(shop: Shop, client: Client) -> None:
    write(shop.mug, text_block("<p>Good</p>"))
    row = Product.objects.get(pk=shop.mug.product_id)
    row.body = [{"type": "text", "value": '<p>Good</p><script>x()</script><a href="javascript:x()">a</a>', "id": "1"}]
    row.save()
    html = html_of(client, row.get_absolute_url())
    assert "<p>Good</p>" in html
    assert "x()" not in html


def test_prices_and_stock_are_those_of_the_moment(shop: Shop, client: Client) -> None:
    url = write(shop.mug, block("comparison", heading="", has_this=True, products=[shop.book.product_id]))
    html = html_of(client, url)
    assert "€20.00" in html
    assert f"product:{shop.book.product_id}" in client.get(url)[TAGS_HEADER].split()
    set_prices([PriceChange(shop.book.pk, shop.market.price_list_id, 2345)], SYSTEM)
    set_on_hand(shop.book.pk, shop.location.pk, 0, reason="counted", note="", actor=SYSTEM)
    compared = html_of(client, url).split('class="compared"')[1].split("</section>")[0]
    assert "€23.45" in compared
    assert "€20.00" not in compared
    assert 'stock-out">Sold out' in compared


def test_what_is_not_for_sale_is_dropped_and_comes_back(shop: Shop, client: Client) -> None:
    url = write(shop.mug, *every_block(shop))
    unpublish_product(shop.book.product_id, actor=SYSTEM)
    html = html_of(client, url)
    assert "The BOOK" not in html
    assert 'class="compared"' not in html
    assert 'class="together"' not in html
    # It is waited for: when it is published again, the page is made anew.
    assert f"product:{shop.book.product_id}" in client.get(url)[TAGS_HEADER].split()


def test_a_comparison_shows_what_can_be_compared(shop: Shop, client: Client) -> None:
    define_attribute("capacity", actor=SYSTEM, name="Capacity", kind="number", unit="ml")
    kind = define_type("mug", actor=SYSTEM, name="Mug", attributes=["capacity"])
    set_type(shop.mug.product_id, kind.pk, actor=SYSTEM)
    set_attributes(shop.mug.product_id, {"capacity": "350"}, actor=SYSTEM)
    url = write(
        shop.mug, block("comparison", heading="", has_this=True, products=[shop.book.product_id]),
        specification_block([("Height", "9 cm")]),
    )  # fmt: skip
    html = html_of(client, url)
    compared = html.split('class="compared"')[1].split("</section>")[0]
    assert "Capacity" in compared
    assert "350" in compared
    assert "Rating" not in compared
    table = html.split('class="specification"')[1].split("</section>")[0]
    assert "Capacity" in table
    assert "9 cm" in table


def test_goods_are_bought_together_without_javascript(shop: Shop) -> None:
    url = write(shop.mug, block("together", heading="", text="", has_this=True, products=[shop.book.product_id]))
    robot = Robot()
    page = robot.open(url)
    assert page.css_first("[data-together-total]").text() == "€32.00"
    form = robot.form_to("/cart/add-all/")
    variants = [node.attributes["value"] for node in form.css("[name=variant]")]
    assert variants == [str(shop.mug.pk), str(shop.book.pk)]
    robot.submit(form, variant=variants)
    assert robot.url == "/cart/"
    assert set(CartLine.objects.values_list("variant_id", "quantity")) == {(shop.mug.pk, 1), (shop.book.pk, 1)}


def test_all_together_or_none(shop: Shop, client: Client) -> None:
    set_on_hand(shop.book.pk, shop.location.pk, 0, reason="counted", note="", actor=SYSTEM)
    url = write(shop.mug, block("together", heading="", text="", has_this=True, products=[shop.book.product_id]))
    assert 'class="together"' not in html_of(client, url)
    response = client.post("/cart/add-all/", {"variant": [shop.mug.pk, shop.book.pk]})
    assert response.status_code == 409
    assert CartLine.objects.count() == 0


@pytest.mark.parametrize(
    "variants", [[], ["x"], ["1; DROP"], ["9" * 30], [str(n) for n in range(1, 14)], ["-1"], ["0"]]
)
def test_what_is_no_offer_is_refused(shop: Shop, client: Client, variants: list[str]) -> None:
    response = client.post("/cart/add-all/", {"variant": variants})
    assert response.status_code in (404, 409, 422)
    assert CartLine.objects.count() == 0


def test_nothing_of_another_site_before_a_press(shop: Shop, client: Client) -> None:
    plain = write(shop.mug, text_block("<p>a</p>"))
    assert "frame-src" not in client.get(plain)["Content-Security-Policy"]
    url = write(shop.mug, *every_block(shop))
    response = client.get(url)
    html = response.content.decode()
    assert response["Content-Security-Policy"].endswith("; frame-src https://player.vimeo.com")
    assert "youtube" not in response["Content-Security-Policy"]
    assert "<iframe" not in html
    assert not re.search(r'(?:src|srcset|poster)="https?://(?!testserver)', html)
    assert '<a class="film-play" href="https://vimeo.com/76979871"' in html


def test_a_foreign_host_is_neither_framed_nor_linked(shop: Shop, client: Client) -> None:
    evil = block("video", video=None, url="https://evil.example/watch?v=dQw4w9WgXcQ", title="x", poster=None, caption="",
                 is_in_gallery=False)  # fmt: skip
    response = client.get(write(shop.mug, evil))
    assert b"evil.example" not in response.content
    assert "frame-src" not in response["Content-Security-Policy"]


def test_a_film_of_our_own_stands_among_the_pictures(shop: Shop, client: Client) -> None:
    film = store_video(ContentFile(MP4, "film.mp4"), "The mug", actor=SYSTEM)
    url = write(
        shop.mug, block("video", video=film.pk, url="", title="All around", poster=None, caption="", is_in_gallery=True)
    )
    html = html_of(client, url)
    gallery = html.split('class="gallery"')[1].split('class="product-buy"')[0]
    assert f'<source src="{film.file.url}" type="video/mp4">' in gallery
    assert html.count("<video") == 1
    assert 'preload="none"' in gallery
    assert f"video:{film.pk}" in client.get(url)[TAGS_HEADER].split()


def test_questions_are_told_to_search_engines(shop: Shop, client: Client) -> None:
    asked = [{"question": "Dishwasher?", "answer": "<p>Yes, <b>at 60 °C</b>.</p>"}]
    html = html_of(client, write(shop.mug, block("faq", heading="", questions=asked)))
    found = [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    ]
    faq = next(each for each in found if each["@type"] == "FAQPage")
    assert faq["mainEntity"] == [
        {
            "@type": "Question",
            "name": "Dishwasher?",
            "acceptedAnswer": {"@type": "Answer", "text": "<p>Yes, <b>at 60 °C</b>.</p>"},
        }
    ]
    assert "<details" in html


def test_trust_is_fed_from_the_settings(shop: Shop, client: Client) -> None:
    url = write(shop.mug, block("trust", heading="", lines=["delivery", "returns", "payment", "contact"]))
    html = html_of(client, url).split('class="trust"')[1].split("</section>")[0]
    assert "€4.90" in html
    assert "Free returns within 30 days" in html
    assert "Bank transfer" in html
    assert 'href="tel:+4930123"' in html
    assert "Werkhof" not in html
    assert "market" in client.get(url)[TAGS_HEADER].split()
    update_market(shop.market.pk, actor=SYSTEM, returns_line="")
    configure_method(shop.market.pk, "bank_transfer", actor=SYSTEM, is_active=False)
    html = html_of(client, url).split('class="trust"')[1].split("</section>")[0]
    assert "Free returns" not in html
    assert "Bank transfer" not in html


def test_related_goods_that_can_be_bought_stand_first(shop: Shop, client: Client) -> None:
    gone = make_variant(shop.market, "GONE", 900, in_stock=0, location=shop.location)
    url = write(
        shop.mug, block("related", heading="", rule="chosen", products=[gone.product_id, shop.book.product_id], count=4)
    )
    html = html_of(client, url).split('class="related"')[1].split("</section>")[0]
    titles = re.findall(r'<h3 class="card-name"><a href="([^"]+)"', html)
    book, last = (Product.objects.get(pk=variant.product_id).get_absolute_url() for variant in (shop.book, gone))
    assert titles == [book, last]


def test_what_is_bought_together_is_known_from_orders(shop: Shop, client: Client) -> None:
    url = write(shop.mug, block("related", heading="", rule="together", products=[], count=1))
    lamp = make_variant(shop.market, "LAMP", 900, in_stock=5, location=shop.location)
    for _number in range(2):
        make_order(shop, {"MUG": 1, "LAMP": 1})
    related = html_of(client, url).split('class="related"')[1].split("</section>")[0]
    assert Product.objects.get(pk=lamp.product_id).get_absolute_url() in related


def test_as_many_queries_for_many_blocks_as_for_few(shop: Shop, client: Client) -> None:
    few = every_block(shop)
    url = write(shop.mug, *few)
    html_of(client, url)
    with CaptureQueriesContext(connection) as before:
        html_of(client, url)
    shelf = category_by_slug("table")
    more = [make_variant(shop.market, f"MORE-{n}", 1000 + n, in_stock=5, location=shop.location) for n in range(8)]
    for variant in more:
        update_product(variant.product_id, ProductChanges(categories=[shelf.id]), actor=SYSTEM)
    goods = [variant.product_id for variant in more]
    without_trust = [each for each in few if each["type"] != "trust"]
    many = [
        *few, *without_trust, *without_trust,
        block("comparison", heading="", has_this=True, products=goods[:5]),
        block("together", heading="", text="", has_this=True, products=goods[:6]),
        block("related", heading="", rule="neighbours", products=goods, count=12),
    ]  # fmt: skip
    write(shop.mug, *many)
    html_of(client, url)
    with CaptureQueriesContext(connection) as after:
        html = html_of(client, url)
    assert html.count('class="compared"') == 4
    assert len(after) == len(before), "\n".join(query["sql"] for query in after)


def test_a_large_picture_is_a_link_without_javascript(shop: Shop, client: Client) -> None:
    picture = make_picture(800, 1000)
    from stoa.catalogue.products.data import PictureData

    update_product(shop.mug.product_id, ProductChanges(pictures=[PictureData(picture.pk, "A mug")]), actor=SYSTEM)
    html = html_of(client, Product.objects.get(pk=shop.mug.product_id).get_absolute_url())
    assert f'<a class="zoom" href="{picture.file.url}" data-zoom="A mug">' in html
