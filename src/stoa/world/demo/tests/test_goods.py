from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from stoa.catalogue.products.cleaning import clean_html
from stoa.world.artwork import ANGLES, KINDS, PALETTES, PATTERNS
from stoa.world.demo import present, staff
from stoa.world.demo.build import EU, sku_of
from stoa.world.demo.catalogue import categories
from stoa.world.simulator.people import SHARES

SHELVES = categories()
PRODUCTS = [product for shelf in SHELVES for product in shelf.products]
SKUS = [sku_of(product, variant.values) for product in PRODUCTS for variant in product.variants]


def test_the_shop_is_as_large_as_it_says():
    assert len(SHELVES) >= 8
    assert len(PRODUCTS) >= 60
    assert len({shelf.slug for shelf in SHELVES}) == len(SHELVES)
    assert len({product.title for product in PRODUCTS}) == len(PRODUCTS)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.title)
def test_a_product_can_be_drawn_priced_and_read(product):
    assert product.kind in KINDS
    assert len(product.shots) >= 3
    for shot in product.shots:
        assert shot.pattern in PATTERNS
        assert shot.palette in PALETTES
        assert shot.angle in ANGLES
        assert 0 < len(shot.alt) <= 200
    for variant in product.variants:
        assert Decimal(0) < variant.cost < variant.price
        assert variant.compare_at is None or variant.compare_at > variant.price
        assert len(variant.values) == len(product.options)
    assert 1 <= product.popularity <= 10
    assert product.weight > 0
    assert product.tax_class in {"standard", "reduced"}
    # What stands in the file is what the shop shows: nothing is cleaned away.
    assert clean_html(product.html) == product.html
    words = f"{product.title} {product.subtitle} {product.html}".lower()
    assert not any(filler in words for filler in ("lorem", "ipsum", "dolor sit", "todo", "placeholder", "asdf"))
    assert len(product.html) > 25
    assert len(product.facts) >= 2


def test_skus_are_unique_and_those_of_the_last_day_are_there():
    assert [sku for sku, count in Counter(SKUS).items() if count > 1] == []
    assert {present.SOLD_OUT, present.ON_ORDER, present.RUNNING_LOW} <= set(SKUS)


def test_shelves_can_be_drawn():
    for shelf in SHELVES:
        assert shelf.palette in PALETTES
        assert set(shelf.kinds) <= set(KINDS)
        assert shelf.description


def test_the_shop_delivers_to_where_its_people_live():
    assert set(SHARES) <= {*EU, "GB", "CH"}


def test_one_person_a_role():
    assert [role for _, _, role in staff.STAFF] == ["owner", "manager", "fulfilment", "support", "marketing", "analyst"]
