"""What is for sale, all of it: for simulations and other whole-shop work, not for pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stoa.catalogue.products.models import Product, ProductCategory, ProductPicture, Variant

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


def products_by_title(titles: Iterable[str] | None = None) -> dict[str, int]:
    """Title -> id of live products: of the given titles, or of all."""
    live = Product.objects.filter(live=True)
    if titles is not None:
        live = live.filter(title__in=list(titles))
    return dict(live.values_list("title", "pk"))


def product_ids_on(category_id: int) -> list[int]:
    """What stands on a shelf itself, by id."""
    rows = ProductCategory.objects.filter(category_id=category_id)
    return list(rows.order_by("product_id").values_list("product_id", flat=True))


def body_of(product_id: int) -> list[dict[str, Any]]:
    """The blocks of a page, as ``update_product`` takes them."""
    return [dict(block) for block in Product.objects.get(pk=product_id).body.raw_data]


def variant_ids_of(product_ids: Iterable[int]) -> list[int]:
    """Active variants, by product and in their order."""
    rows = Variant.objects.filter(product_id__in=list(product_ids), is_active=True)
    return list(rows.order_by("product_id", "position", "id").values_list("pk", flat=True))


def pictures_of(product_id: int) -> list[tuple[int, str]]:
    """(picture id, what it shows) in the order of the page."""
    rows = ProductPicture.objects.filter(product_id=product_id).order_by("sort_order", "id")
    return list(rows.values_list("picture_id", "alt"))
