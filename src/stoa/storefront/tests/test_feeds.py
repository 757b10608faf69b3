"""The feeds: what they say, that it is what page and cart say, and that they follow the shop at once."""

from __future__ import annotations

import csv
import gzip
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.models import Product
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.products.actions import unpublish_product, update_product
from stoa.catalogue.products.data import OptionData, PictureData, ProductChanges, VariantData
from stoa.catalogue.testing import make_picture, make_product
from stoa.inventory.stock.actions import adjust, set_policy
from stoa.inventory.testing import stock
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.models import AuditEntry
from stoa.marketing.feeds import actions, following, queries
from stoa.marketing.feeds.errors import FeedSettingsInvalidError
from stoa.marketing.models import FeedProblem, FeedProduct, FeedState
from stoa.operations.testing import Shop

INES = Actor.staff(1, "Ines")
G = "{http://base.google.com/ns/1.0}"


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.STOA_HOME = tmp_path


@pytest.fixture
def shown(shop: Shop) -> Shop:
    """The shop of the other tests, with a picture of everything."""
    for product in Product.objects.all():
        update_product(product.pk, ProductChanges(pictures=[PictureData(make_picture().pk)]), actor=SYSTEM)
    return shop


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def google() -> dict[str, dict[str, str | None]]:
    response = Client().get("/feeds/google.xml")
    assert response.status_code == 200
    root = ET.fromstring(body(response))
    return {
        str(item.findtext(f"{G}id")): {each.tag.removeprefix(G): each.text for each in item}
        for item in root.iterfind("channel/item")
    }


def meta() -> list[dict[str, str]]:
    response = Client().get("/feeds/meta.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(body(response).decode().splitlines()))


def data_of(html: str, kind: str) -> dict[str, Any]:
    blocks = [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)]
    return next(block for block in blocks if block["@type"] == kind)


def test_a_feed_of_everything_that_is_for_sale(shown: Shop) -> None:
    make_product("Draft without price", None, market=shown.market)
    found = google()
    assert sorted(found) == ["BOOK", "MUG"]
    mug, product = found["MUG"], Product.objects.get(pk=shown.mug.product_id)
    assert mug["title"] == product.title
    assert mug["description"] == "Made by hand\nUsed daily"
    assert mug["link"] == f"http://testserver/p/{product.slug}/"
    assert str(mug["image_link"]).startswith("http://testserver/media/")
    assert (mug["availability"], mug["price"], mug["brand"]) == ("in_stock", "12.00 EUR", "Hafen")
    assert (mug["product_type"], mug["custom_label_0"]) == ("Table", "high margin")
    assert "sale_price" not in mug
    assert (found["BOOK"]["price"], found["BOOK"]["sale_price"]) == ("25.00 EUR", "20.00 EUR")
    assert found["BOOK"]["custom_label_1"] == "sale"
    text = body(Client().get("/feeds/google.xml")).decode()
    assert "5.00" not in text.replace("25.00", "")  # what the mug costs to buy
    assert [row["id"] for row in meta()] == ["MUG", "BOOK"]


def test_feed_data_page_and_cart_say_the_same(shown: Shop) -> None:
    adjust(shown.book.pk, shown.location.pk, -5, reason="corrected", actor=SYSTEM)
    items, rows = google(), {row["id"]: row for row in meta()}
    for variant, price, word in ((shown.mug, "12.00", "in_stock"), (shown.book, "20.00", "out_of_stock")):
        item, row = items[variant.sku], rows[variant.sku]
        html = Client().get(str(item["link"]).removeprefix("http://testserver")).content.decode()
        offer = data_of(html, "Product")["offers"][0]
        effective = item.get("sale_price") or item["price"]
        assert effective == f"{price} EUR" == (row["sale_price"] or row["price"])
        assert (offer["price"], offer["priceCurrency"]) == (price, "EUR")
        assert f"€{price}" in html
        assert item["availability"] == word
        assert offer["availability"].removeprefix("https://schema.org/") == {
            "in_stock": "InStock", "out_of_stock": "OutOfStock"}[word]  # fmt: skip
        assert row["availability"] == {"in_stock": "in stock", "out_of_stock": "out of stock"}[word]
        assert ('class="stock stock-out"' in html) == (word == "out_of_stock")
    client = Client()
    client.post("/cart/add/", {"variant": shown.mug.pk, "quantity": "1"}, HTTP_SEC_FETCH_SITE="same-origin")
    assert "€12.00" in client.get("/cart/").content.decode()


def test_sold_out_and_a_new_price_are_in_the_next_answer(shown: Shop) -> None:
    assert google()["MUG"]["availability"] == "in_stock"
    before = FeedState.objects.get().version
    adjust(shown.mug.pk, shown.location.pk, -10, reason="corrected", actor=SYSTEM)
    set_prices([PriceChange(shown.book.pk, shown.market.price_list_id, 1800)], SYSTEM)
    found = google()
    assert (found["MUG"]["availability"], found["BOOK"]["price"]) == ("out_of_stock", "18.00 EUR")
    assert FeedState.objects.get().version == before + 1
    soon = clock.now().date() + timedelta(days=9)
    set_policy(shown.mug.pk, shown.location.pk, policy="backorder", limit=5, date=soon, actor=SYSTEM)
    assert google()["MUG"]["availability_date"] == f"{soon.isoformat()}T00:00Z"
    unpublish_product(shown.book.product_id, actor=SYSTEM)
    assert sorted(google()) == ["MUG"]


def test_what_did_not_change_costs_nothing_and_is_not_sent_twice(shown: Shop) -> None:
    first = Client().get("/feeds/google.xml")
    text = body(first)
    etag = first.headers["ETag"]
    assert first.headers["Last-Modified"]
    assert first.headers["Content-Length"] == str(len(text))
    again = Client().get("/feeds/google.xml", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    with CaptureQueriesContext(connection) as captured:
        assert body(Client().get("/feeds/google.xml")) == text
    assert not [each for each in captured if re.match(r"INSERT|UPDATE|DELETE", each["sql"])]
    packed = Client().get("/feeds/google.xml", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != etag
    assert gzip.decompress(body(packed)) == text
    assert "Accept-Encoding" in packed.headers["Vary"]
    head = Client().head("/feeds/google.xml")
    assert (head.status_code, body(head)) == (200, b"")
    assert Client().post("/feeds/google.xml").status_code == 405


def test_variants_are_a_group_with_their_own_pictures_and_links(shop: Shop) -> None:
    blue, shared = make_picture(), make_picture()
    product = make_product(
        "Cushion",
        variants=[
            VariantData(sku=f"C-{colour}", price_minor=price, option_values=(colour, "M"), barcode=barcode)
            for colour, price, barcode in (("Red", 1900, "4006381333931"), ("Blue", 2100, "4006381333932"))
        ],
        options=[OptionData("Farbe", ("Red", "Blue")), OptionData("Size", ("M",))],
        pictures=[PictureData(shared.pk), PictureData(blue.pk, sku="C-Blue")],
        subtitle="Woven in one piece, washed once, and stuffed with wool from the moors.",
        brand="Hafen",
        market=shop.market,
    )
    for variant in product.variants.all():
        stock(variant, 3, shop.location)
    found = google()
    red, blue_item = found["C-Red"], found["C-Blue"]
    assert red["item_group_id"] == blue_item["item_group_id"] == f"p{product.pk}"
    assert red["title"] == "Cushion, Red, M"
    assert (red["color"], red["size"], red["gtin"]) == ("Red", "M", "4006381333931")
    assert "gtin" not in blue_item
    assert blue_item["identifier_exists"] == "no"
    ids = {variant.sku: variant.pk for variant in product.variants.all()}
    assert str(blue_item["link"]).endswith(f"/p/cushion/?variant={ids['C-Blue']}")
    assert red["image_link"] != blue_item["image_link"]
    assert red["image_link"] == blue_item["additional_image_link"]
    html = Client().get("/p/cushion/").content.decode()
    group = data_of(html, "ProductGroup")
    assert group["productGroupID"] == red["item_group_id"]
    assert group["variesBy"] == ["https://schema.org/color", "https://schema.org/size"]
    assert [each["offers"][0]["price"] for each in group["hasVariant"]] == ["19.00", "21.00"]
    assert [each.get("gtin") for each in group["hasVariant"]] == ["4006381333931", None]
    assert [each["offers"][0]["url"] for each in group["hasVariant"]] == [red["link"], blue_item["link"]]
    problems = list(FeedProblem.objects.filter(product=product).values_list("code", "severity", "variant__sku"))
    assert sorted(problems) == [("gtin_check_digit", "warning", "C-Blue"), ("no_google_category", "warning", None)]


def test_what_networks_would_refuse_is_left_out_and_listed(shop: Shop) -> None:
    assert google() == {}  # nothing has a picture
    errors = FeedProblem.objects.filter(severity="error")
    assert sorted(errors.values_list("code", "product_id")) == [
        ("no_picture", pk) for pk in sorted([shop.mug.product_id, shop.book.product_id])
    ]
    assert queries.counts(shop.market.pk) == queries.FeedCounts(0, 0, 2, 0)
    assert queries.problem_counts(shop.market.pk)[0] == ("error", "no_picture", 2)
    update_product(shop.mug.product_id, ProductChanges(pictures=[PictureData(make_picture().pk)]), actor=SYSTEM)
    assert sorted(google()) == ["MUG"]
    assert list(FeedProblem.objects.filter(severity="error").values_list("product_id", flat=True)) == [
        shop.book.product_id
    ]


def test_a_product_can_be_kept_out(shown: Shop) -> None:
    assert actions.set_excluded(shown.mug.product_id, True, actor=INES)
    assert not actions.set_excluded(shown.mug.product_id, True, actor=INES)
    assert sorted(google()) == ["BOOK"]
    assert queries.is_excluded(shown.mug.product_id)
    assert AuditEntry.objects.filter(verb="feed.excluded").count() == 1
    actions.set_excluded(shown.mug.product_id, False, actor=INES)
    assert sorted(google()) == ["BOOK", "MUG"]


def test_categories_have_googles_names(shown: Shop) -> None:
    category_id = Product.objects.get(pk=shown.mug.product_id).placements.get().category_id
    google()
    actions.map_category(category_id, "Home & Garden > Kitchen & Dining", actor=INES)
    actions.follow_all()
    assert google()["MUG"]["google_product_category"] == "Home & Garden > Kitchen & Dining"
    assert queries.categories() == {category_id: "Home & Garden > Kitchen & Dining"}
    actions.map_category(category_id, "", actor=INES)
    actions.change_settings(shown.market.pk, google_category="2901", actor=INES)
    actions.follow_all()
    assert google()["MUG"]["google_product_category"] == "2901"


def test_settings_are_checked_and_returns_stand_in_the_pages_data(shown: Shop, mug_url: str) -> None:
    with pytest.raises(FeedSettingsInvalidError) as refusal:
        actions.change_settings(shown.market.pk, margin_low=60, margin_high=50, return_days=0, actor=INES)
    assert refusal.value.facts["fields"] == {"margin_high": "invalid", "return_days": "invalid"}
    offer = data_of(Client().get(mug_url).content.decode(), "Product")["offers"][0]
    assert "hasMerchantReturnPolicy" not in offer
    assert offer["shippingDetails"]["shippingRate"] == {"@type": "MonetaryAmount", "value": "4.90", "currency": "EUR"}
    assert offer["shippingDetails"]["shippingDestination"]["addressCountry"] == "DE"
    actions.change_settings(shown.market.pk, return_days=30, actor=INES)
    offer = data_of(Client().get(mug_url).content.decode(), "Product")["offers"][0]
    assert offer["hasMerchantReturnPolicy"]["merchantReturnDays"] == 30
    assert offer["hasMerchantReturnPolicy"]["returnFees"] == "https://schema.org/FreeReturn"
    actions.change_settings(shown.market.pk, is_offered=False, actor=INES)
    assert Client().get("/feeds/google.xml").status_code == 404
    assert Client().get("/feeds/meta.csv").status_code == 404


def test_a_large_shops_first_feed_is_made_by_the_worker(shown: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_AT_ONCE", 1)
    early = Client().get("/feeds/google.xml")
    assert (early.status_code, early.headers["Retry-After"]) == (503, "60")
    actions.follow_all()
    assert sorted(google()) == ["BOOK", "MUG"]


def test_rebuilding_goes_on_where_it_was_interrupted(shown: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PIECE", 1)
    state, _ = FeedState.objects.get_or_create(pk=shown.market.pk)
    assert following._rebuild_piece(shown.market)
    state.refresh_from_db()
    assert (state.rebuilt_to, state.rebuilt_at) == (shown.mug.product_id, None)
    assert FeedProduct.objects.count() == 1
    assert actions.rebuild(shown.market) == 2
    state.refresh_from_db()
    assert (state.rebuilt_to, state.is_stale) == (None, False)
    # What concerns everything begins it again, and a feed that nobody followed for hours starts over.
    actions.change_settings(shown.market.pk, google_category="1", actor=INES)
    assert following.follow(shown.market).is_stale
    actions.follow_all()
    assert not FeedState.objects.get().is_stale
    with clock.at(clock.now() + timedelta(hours=3)):
        assert following.follow(shown.market).is_stale


def test_changes_are_taken_in_with_the_same_queries_however_many(shown: Shop) -> None:
    def cost(count: int) -> int:
        made = [make_product(f"N{number}", market=shown.market) for number in range(count)]
        google()
        for product in made:
            update_product(product.pk, ProductChanges(subtitle="New words"), actor=SYSTEM)
        with CaptureQueriesContext(connection) as captured:
            following.follow(shown.market)
        return len(captured)

    assert cost(2) == cost(8)
