from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.models import Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges, specification_block, text_block
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import Shop, make_shop
from stoa.storefront.content.actions import contact_block, question_block, save_page
from stoa.storefront.content.actions import text_block as words


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def shop(db: None) -> Shop:
    """A mug (12.00, 10 in stock) and a book (20.00) on one shelf, delivery and returns pages."""
    made = make_shop()
    update_market(
        made.market.pk, actor=SYSTEM, tagline="Plain things", returns_line="Free returns within 30 days",
        phone="+49 30 123", address="Werkhof 4\n10435 Berlin",
    )  # fmt: skip
    made.market.refresh_from_db()
    shelf = create_category("Table", actor=SYSTEM, description="Things for the table.")
    for product in Product.objects.all():
        update_product(
            product.pk,
            ProductChanges(
                categories=[shelf.pk],
                brand="Hafen",
                subtitle="Made by hand",
                body=[text_block("<h2>Used daily</h2>"), specification_block([("Height", "9 cm")])],
            ),
            actor=SYSTEM,
        )
    save_page(
        "delivery", "Delivery", [words("<p>Two days.</p>"), question_block("How?", "<p>By bike.</p>")], actor=SYSTEM
    )
    save_page("contact", "Contact", [contact_block()], actor=SYSTEM, section="legal")
    return made


@pytest.fixture
def mug_url(shop: Shop) -> str:
    return Product.objects.get(pk=shop.mug.product_id).get_absolute_url()
