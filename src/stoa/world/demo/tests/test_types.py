from __future__ import annotations

import pytest

from stoa.catalogue.testing import make_product
from stoa.catalogue.types.queries import facet_order, specification
from stoa.kernel.actors import SYSTEM
from stoa.world.demo.catalogue import categories
from stoa.world.demo.types import LABELS, TYPES, beside, define, describe

pytestmark = pytest.mark.django_db


def test_every_product_of_the_demo_has_a_type_and_what_its_facts_tell() -> None:
    types = define(actor=SYSTEM)
    shelves = categories()
    assert {shelf.slug for shelf in shelves} == set(TYPES)
    told = {}
    for shelf in shelves:
        for product in shelf.products:
            pk = make_product(product.title).pk
            describe(pk, product, shelf.slug, types[shelf.slug], actor=SYSTEM)
            told[product.title] = dict(specification(pk))
    assert [title for title, said in told.items() if not said] == []
    assert told["Everyday mug"] == {
        "Material": "Stoneware", "Capacity": "350\u00a0ml", "Width": "9\u00a0cm", "Height": "9\u00a0cm", "Food-safe": "Yes",
        "Made in": "Portugal",
    }  # fmt: skip
    assert told["Enamel kettle"]["Capacity"] == "2000\u00a0ml"
    assert told["Reading lamp Anna"]["Socket"] == "E27"
    assert told["Lambswool throw"]["Care"] == "Hand wash, Air it"
    assert [view.code for view in facet_order()][:2] == ["material", "capacity"]


def test_no_measure_is_told_twice_and_none_is_lost() -> None:
    goods = {product.title: (shelf.slug, product) for shelf in categories() for product in shelf.products}
    written = {title: beside(product, shelf) for title, (shelf, product) in goods.items()}
    assert written["Everyday mug"] == [
        ("Material", "Stoneware, food-safe glaze"), ("Capacity", "350 ml"), ("Made in", "Portugal"),
    ]  # fmt: skip
    assert dict(written["Espresso cups, set of two"])["Capacity"] == "90 ml each"
    assert dict(written["Canvas tote"])["Depth"] == "12 cm"
    assert dict(written["Desk tray"])["Size"] == "30 × 16 × 3 cm"
    assert dict(written["Dinner plate"])["Size"] == "27 cm"
    for title, (shelf, _product) in goods.items():
        names = [name for name, _text in written[title]]
        assert len(names) == len(set(names)), title
        if "capacity" in TYPES[shelf][2]:
            assert "Holds" not in names, title
        if LABELS["width"] in names:
            assert "Size" not in names, title


def test_a_country_is_a_country() -> None:
    types = define(actor=SYSTEM)
    for shelf in categories():
        for product in shelf.products:
            pk = make_product(product.title).pk
            describe(pk, product, shelf.slug, types[shelf.slug], actor=SYSTEM)
            assert dict(specification(pk)).get("Made in") not in {"organic", "Nandi Hills"}, product.title
