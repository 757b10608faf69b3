"""What an import asks before it writes."""

from __future__ import annotations

from collections.abc import Iterable

from stoa.catalogue.categories.models import Category
from stoa.catalogue.media.models import Picture
from stoa.catalogue.products.models import Product, Variant
from stoa.kernel.prepared import Prepared, Slot

_AT = Prepared(lambda: Product.objects.filter(slug=Slot("slug")).order_by().values_list("pk"))
_BY_REFERENCE = Prepared(
    lambda count: (
        Product.objects.filter(external_ref__in=Slot.many("reference", count))
        .order_by()
        .values_list("external_ref", "pk")
    )
)
_BY_SKU = Prepared(
    lambda count: Variant.objects.filter(sku__in=Slot.many("sku", count)).order_by().values_list("sku", "product_id")
)


def is_imported(reference: str) -> bool:
    """Whether a product with this reference of another system is there."""
    return Product.objects.filter(external_ref=reference).exists()


def taken_skus(skus: Iterable[str]) -> set[str]:
    """Those of ``skus`` that a variant has."""
    return set(Variant.objects.filter(sku__in=list(skus)).values_list("sku", flat=True))


def category_named(name: str, parent_id: int | None) -> int | None:
    """The id of the category of this name (whatever its case) directly below ``parent_id``, or at the top."""
    siblings = Category.get_root_nodes() if parent_id is None else Category.objects.get(pk=parent_id).get_children()
    return siblings.filter(name__iexact=name).values_list("pk", flat=True).first()


def products_by_reference(references: Iterable[str]) -> dict[str, int]:
    """Reference of another system -> product id, for those that are there."""
    return dict(_BY_REFERENCE.of("reference", {one for one in references if one}))


def product_at(slug: str) -> int | None:
    """The id of the product with this address."""
    found = _AT.first(slug=slug) if slug else None
    return found[0] if found else None


def products_by_sku(skus: Iterable[str]) -> dict[str, int]:
    """SKU -> product id, for those that are there."""
    return dict(_BY_SKU.of("sku", set(skus)))


def is_category_empty(category_id: int) -> bool:
    """Whether no product and no other category is in it. A category that is gone is empty."""
    category = Category.objects.filter(pk=category_id).first()
    return category is None or not (category.get_children_count() or category.placements.exists())


def pictures_by_hash(hashes: Iterable[str]) -> dict[str, int]:
    """Hash of an upload -> the picture that was made of it."""
    rows = Picture.objects.filter(content_hash__in=[one for one in hashes if one]).order_by("-pk")
    return dict(rows.values_list("content_hash", "pk"))


def products_by_slug(slugs: Iterable[str]) -> dict[str, int]:
    return dict(Product.objects.filter(slug__in=list(slugs)).values_list("slug", "pk"))
