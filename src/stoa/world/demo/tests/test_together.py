from __future__ import annotations

from random import Random

import pytest

from stoa.catalogue.bundles.queries import bundles
from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.files.queries import files_of
from stoa.catalogue.models import Product, Variant
from stoa.catalogue.testing import make_market, make_product
from stoa.inventory.stock.queries import availability
from stoa.inventory.testing import make_location, stock
from stoa.kernel import books
from stoa.kernel.actors import SYSTEM
from stoa.world.demo.booklet import booklet
from stoa.world.demo.together import BOOKLET, SETS, make_sets

pytestmark = pytest.mark.django_db


def test_the_sets_save_something_and_can_be_had() -> None:
    market = make_market()
    make_location(market)
    for name in ("ceramics", "stationery"):
        create_category(name.title(), actor=SYSTEM, slug=name)
    chance = Random(1)
    for title in {title for each in SETS for title, _quantity in each.parts}:
        stock(make_product(title, chance.randrange(900, 4000, 10)).variants.get(), 20)
    make_sets(market, actor=SYSTEM)
    ids = list(Variant.objects.filter(product__kind="bundle").values_list("pk", flat=True))
    found = bundles(ids, market)
    assert len(found) == len(SETS)
    for made in found.values():
        assert made.saving is not None
        assert made.saving.minor > 0
    assert {one.available for one in availability(ids, market.pk).values()} == {5, 10}
    (file,) = files_of(Product.objects.get(title=BOOKLET).pk)
    assert (file.label, file.size) == ("PDF", len(booklet(BOOKLET)))
    assert books.verify().findings == []
