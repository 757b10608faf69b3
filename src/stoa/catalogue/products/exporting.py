"""What an export reads: everything about every product, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stoa.catalogue.categories.queries import breadcrumbs
from stoa.catalogue.products.models import Product, Variant

PIECE = 200


@dataclass(frozen=True, slots=True)
class WholeProduct:
    """``variants`` in their order; ``category_path`` of the main category; ``html`` of the text blocks."""

    product: Product
    variants: list[Variant]
    options: list[str]
    category_path: list[str]
    html: str


def whole_products() -> Iterator[WholeProduct]:
    """Every product, live or not, by id. A fixed number of queries for each piece of 200."""
    products = Product.objects.order_by("id").prefetch_related("variants", "options", "placements")
    for product in products.iterator(chunk_size=PIECE):
        placements = sorted(product.placements.all(), key=lambda placement: (not placement.is_primary, placement.pk))
        yield WholeProduct(
            product,
            list(product.variants.all()),
            [option.name for option in product.options.all()],
            [node.name for node in breadcrumbs(placements[0].category_id)] if placements else [],
            "".join(block.value.source for block in product.body if block.block_type == "text"),
        )
