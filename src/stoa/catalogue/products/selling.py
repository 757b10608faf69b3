"""What is for sale, all of it: for simulations and other whole-shop work, not for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.catalogue.products.models import Variant

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class ForSale:
    """``position``: where the merchant put the product among the featured; the lower, the earlier."""

    variant_id: int
    product_id: int
    position: int


def everything_for_sale(market: Market) -> list[ForSale]:
    """Active variants of live products with a price on the market's list, by id. One query."""
    rows = Variant.objects.filter(
        is_active=True, product__live=True, prices__price_list_id=market.price_list_id
    ).order_by("pk")
    return [ForSale(*row) for row in rows.values_list("pk", "product_id", "product__position")]
