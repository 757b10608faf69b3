from __future__ import annotations

import pytest

from stoa.catalogue.testing import make_product
from stoa.catalogue.types.queries import facet_order, specification
from stoa.kernel.actors import SYSTEM
from stoa.world.demo.catalogue import categories
from stoa.world.demo.types import TYPES, define, describe

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
