from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from wagtail import blocks

from stoa.catalogue.blocks.reading import frame_origins, referred_products
from stoa.catalogue.blocks.registry import fitting, installed
from stoa.catalogue.blocks.writing import BodyError, cleaned_body
from stoa.catalogue.models import Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges, text_block
from stoa.catalogue.products.errors import ProductInvalidError
from stoa.catalogue.testing import make_product
from stoa.kernel.actors import SYSTEM

EVIL = '<p>Good</p><script>x()</script><img src=x onerror="x()"><a href="javascript:x()">a</a>'


def test_rich_text_is_cleaned_however_deep_it_lies() -> None:
    body = cleaned_body(
        [
            {"type": "text", "value": EVIL},
            {"type": "faq", "value": {"questions": [{"question": "Why?", "answer": EVIL}]}},
            {"type": "sizes", "value": {"table": "A | B\n1 | 2", "help": EVIL}},
        ]
    )
    assert body[0]["value"] == "<p>Good</p><a>a</a>"
    assert body[1]["value"]["questions"][0]["answer"] == "<p>Good</p><a>a</a>"
    assert body[2]["value"]["help"] == "<p>Good</p><a>a</a>"


def test_ids_stay_and_are_never_doubled() -> None:
    first = cleaned_body([text_block("a"), text_block("b")])
    assert len({block["id"] for block in first}) == 2
    again = cleaned_body(first)
    assert [block["id"] for block in again] == [block["id"] for block in first]
    doubled = cleaned_body([first[0], first[0]])
    assert doubled[0]["id"] == first[0]["id"]
    assert doubled[1]["id"] != first[0]["id"]
    assert cleaned_body([{**first[0], "id": '"><script>'}])[0]["id"] != '"><script>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([{"type": "no_such_block", "value": ""}], "unknown"),
        ([text_block("a")] * 61, "many"),
        ([text_block("a" * 1_000_001)], "long"),
    ],
)
def test_what_is_no_body(body: list[dict[str, object]], code: str) -> None:
    with pytest.raises(BodyError) as refused:
        cleaned_body(body)
    assert refused.value.code == code


@pytest.mark.django_db
def test_an_unknown_block_is_refused_and_nothing_is_written() -> None:
    product = make_product("Mug")
    with pytest.raises(ProductInvalidError):
        update_product(product.pk, ProductChanges(body=[{"type": "nope", "value": 1}]), actor=SYSTEM)
    assert list(Product.objects.get(pk=product.pk).body) == []


@pytest.mark.django_db
def test_ids_survive_drafts_and_publishing() -> None:
    product = make_product("Mug")
    update_product(product.pk, ProductChanges(body=[text_block("<p>One</p>")]), actor=SYSTEM)
    before = [block.id for block in Product.objects.get(pk=product.pk).body]
    update_product(product.pk, ProductChanges(title="Cup"), actor=SYSTEM)
    row = Product.objects.get(pk=product.pk)
    assert [block.id for block in row.body] == before != [None]
    assert [block.id for block in row.get_latest_revision_as_object().body] == before


def test_references_are_read_from_what_is_stored() -> None:
    body = [
        {"type": "comparison", "value": {"products": [{"type": "item", "id": "x", "value": 3}, 4]}},
        {"type": "related", "value": {"products": [4, None, "7", True]}},
        {"type": "video", "value": {"url": "https://vimeo.com/76979871"}},
        {"type": "video", "value": {"url": "https://evil.example/76979871"}},
        {"type": "unknown", "value": {"products": [9]}},
        "nonsense",
    ]
    assert referred_products(body) == [3, 4]
    assert frame_origins(body) == ["https://player.vimeo.com"]


class Fitting(blocks.StaticBlock):
    class Meta:
        template = "catalogue/blocks/text.html"


def test_blocks_of_packages_have_to_fit() -> None:
    assert isinstance(fitting("mine", Fitting, "mine:Block"), Fitting)
    for name, made in (("Mine!", Fitting), ("mine", object), ("mine", blocks.CharBlock)):
        with pytest.raises(ImproperlyConfigured):
            fitting(name, made, "mine:Block")


def test_every_block_says_what_it_is() -> None:
    for name, block in installed():
        assert block.label, name
        assert block.meta.icon not in ("", "placeholder"), name
        assert block.meta.description, name
        assert block.is_previewable, name
