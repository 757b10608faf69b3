"""Public reads of products. Each part is in the file that its name says."""

from __future__ import annotations

from django.db.models import QuerySet

from stoa.catalogue.products.facts import (
    VariantFacts,
    sellable_variant,
    variant_by_sku,
    variant_ids_by_sku,
    variants_by_id,
    variants_of,
)
from stoa.catalogue.products.listing import (
    SORTS,
    Chosen,
    Facet,
    Facets,
    Listing,
    ProductCard,
    cards,
    first_pictures,
    listing,
)
from stoa.catalogue.products.models import Product
from stoa.catalogue.products.pages import OptionView, ProductPage, VariantView, product_page, product_page_of
from stoa.kernel.errors import NotFoundError

__all__ = [
    "SORTS", "Chosen", "Facet", "Facets", "Listing", "OptionView", "ProductCard", "ProductPage", "VariantFacts",
    "VariantView", "cards", "first_pictures", "listing", "live_products", "product_by_id", "product_by_ref",
    "product_page", "product_page_of", "sellable_variant", "variant_by_sku", "variant_ids_by_sku", "variants_by_id",
    "variants_of",
]  # fmt: skip


def product_by_id(product_id: int) -> Product:
    """Drafts included. Raises NotFoundError."""
    product = Product.objects.filter(pk=product_id).first() if 0 < product_id < 2**63 else None
    if product is None:
        raise NotFoundError
    return product


def product_by_ref(external_ref: str) -> Product | None:
    """The product that an import brought under this reference."""
    return Product.objects.filter(external_ref=external_ref).first()


def live_products() -> QuerySet[Product]:
    """Live ones in the order of their ids: for the sitemap and feeds."""
    return Product.objects.filter(live=True).order_by("pk")
