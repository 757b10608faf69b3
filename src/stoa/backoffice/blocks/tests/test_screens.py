from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stoa.backoffice.blocks.videos import VideoViewSet
from stoa.backoffice.testing import client_of
from stoa.catalogue.blocks.actions import blocks_of
from stoa.catalogue.completeness.actions import keep_up, note_sales
from stoa.catalogue.models import Product, Video
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges, specification_block, text_block
from stoa.catalogue.types.actions import define_type
from stoa.catalogue.videos.tests.test_videos import MP4, WEBM
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import Shop, make_order, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Shop:
    made = make_shop()
    body = [text_block("<p>Of the mug</p>"), specification_block([("Height", "9 cm")])]
    update_product(made.mug.product_id, ProductChanges(body=body), actor=SYSTEM)
    return made


@pytest.fixture
def owner(shop: Shop) -> Client:
    return client_of("owner")


def test_the_work_list_says_what_is_missing_and_where_to_mend_it(shop: Shop, owner: Client) -> None:
    make_order(shop, {"BOOK": 2})
    keep_up()
    note_sales()
    html = owner.get("/admin/products/completeness/").content.decode()
    assert html.index("The BOOK") < html.index("The MUG")
    assert "€40.00" in html
    assert f"/admin/products/edit/{shop.mug.product_id}/#panel-child-page-pictures-section" in html
    assert f"/admin/products/{shop.mug.product_id}/variants/" in html
    only = owner.get("/admin/products/completeness/?gap=answers&q=mug").content.decode()
    assert "The MUG" in only
    assert "The BOOK" not in only
    lines = b"".join(owner.get("/admin/products/completeness/export.csv")).decode().splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("The BOOK,")


def test_looking_before_copying(shop: Shop, owner: Client) -> None:
    url = f"/admin/products/{shop.mug.product_id}/blocks/copy/"
    blocks = [block["id"] for block in blocks_of(Product.objects.get(pk=shop.mug.product_id))]
    asked = {"mode": "append", "publish": "live", "block": blocks[:1], "target": [shop.book.product_id]}
    shown = owner.post(url, asked)
    assert shown.status_code == 200
    assert b"live at once" in shown.content
    assert list(Product.objects.get(pk=shop.book.product_id).body) == []
    done = owner.post(url, {**asked, "confirm": "1"})
    assert done.status_code == 302
    assert [block.block_type for block in Product.objects.get(pk=shop.book.product_id).body] == ["text"]


def test_nothing_chosen_is_said(shop: Shop, owner: Client) -> None:
    url = f"/admin/products/{shop.mug.product_id}/blocks/copy/"
    response = owner.post(url, {"mode": "append", "publish": "draft"})
    assert response.status_code == 422
    assert b"There are no blocks to copy." in response.content


def test_products_are_found_by_word(shop: Shop, owner: Client) -> None:
    url = f"/admin/products/{shop.mug.product_id}/blocks/copy/"
    assert b"The BOOK" not in owner.get(url).content
    assert b"The BOOK" in owner.get(url, {"q": "book"}).content


@pytest.mark.parametrize("role", ["fulfilment", "support", "analyst"])
def test_who_may_not_change_products_copies_nothing(shop: Shop, role: str) -> None:
    client = client_of(role)
    for path in ("blocks/copy/", "blocks/template/"):
        assert client.get(f"/admin/products/{shop.mug.product_id}/{path}").status_code in (302, 403)
    assert client.get("/admin/products/completeness/").status_code in (302, 403)


def test_a_template_is_kept_and_given_up(shop: Shop, owner: Client) -> None:
    kind = define_type("mug", name="Mug", actor=SYSTEM)
    url = f"/admin/products/{shop.mug.product_id}/blocks/template/"
    assert owner.post(url, {"type": kind.pk}).status_code == 302
    kind.refresh_from_db()
    assert [block["type"] for block in kind.template] == ["text", "specification"]
    assert b"Specification" in owner.get(url).content
    owner.post(f"{url}clear/", {"type": kind.pk})
    kind.refresh_from_db()
    assert kind.template == []


def test_a_film_is_uploaded(shop: Shop, owner: Client) -> None:
    response = owner.post(
        "/admin/videos/add/", {"title": "Mug", "file": SimpleUploadedFile("a.mp4", MP4), "poster": ""}
    )
    assert response.status_code == 302
    assert Video.objects.get().title == "Mug"
    assert owner.get("/admin/videos/").status_code == 200
    assert client_of("support").get("/admin/videos/").status_code in (302, 403)


def test_every_block_can_be_looked_at_before_it_is_taken(shop: Shop, owner: Client) -> None:
    field = Product._meta.get_field("body")
    for name, block in field.stream_block.child_blocks.items():
        response = owner.get("/admin/block-preview/", {"id": block.definition_prefix})
        assert response.status_code == 200, name
        html = response.content.decode()
        assert "shop.css" in html
        if name not in ("gallery", "comparison"):  # these need more pictures and goods than this shop has
            assert "<h2" in html or "<video" in html or "film-play" in html, name


def test_revisions_with_blocks_can_be_compared(shop: Shop, owner: Client) -> None:
    key = shop.mug.product_id
    update_product(key, ProductChanges(body=[text_block("<p>Written anew</p>")]), actor=SYSTEM)
    response = owner.get(f"/admin/products/history/{key}/revisions/compare/earliest...latest/")
    assert response.status_code == 200
    assert b"Written anew" in response.content


def test_the_form_looks_at_the_bytes_and_not_at_the_name(shop: Shop) -> None:
    form_class = VideoViewSet().get_edit_handler().get_form_class()
    wrong = form_class({"title": "x"}, {"file": SimpleUploadedFile("a.mp4", b"<svg onload=x>", "video/mp4")})
    assert set(wrong.errors) == {"file"}
    right = form_class({"title": "x"}, {"file": SimpleUploadedFile("evil.html", WEBM, "text/html")})
    assert right.is_valid(), right.errors
    video = right.save()
    assert video.kind == "webm"
    assert re.fullmatch(rf"videos/{video.content_hash[:20]}(_\w+)?\.webm", video.file.name)
