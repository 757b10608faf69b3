"""What can be bought of products that a block offers, by variant."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from stoa.catalogue.blocks.facts import Choice
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.products.models import Variant

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# Of one product: a list to choose from, no catalogue.
MOST_CHOICES = 40


def choices_of(product_ids: Collection[int], market: Market) -> dict[int, list[Choice]]:
    """Variants with a price, in their product's order. Whether they are there is asked elsewhere. Two queries."""
    if not product_ids:
        return {}
    rows = (
        Variant.objects.filter(product_id__in=product_ids, product__live=True, is_active=True)
        .order_by("product_id", "position", "id")
        .values_list("id", "product_id", "title")
    )
    variants = [(variant_id, product_id, title) for variant_id, product_id, title in rows]
    quotes = quote([variant_id for variant_id, _product, _title in variants], market)
    found: dict[int, list[Choice]] = {}
    for variant_id, product_id, title in variants:
        if variant_id in quotes:
            found.setdefault(product_id, []).append(Choice(variant_id, title, quotes[variant_id].unit))
    return found
