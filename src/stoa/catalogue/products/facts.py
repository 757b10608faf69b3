"""What rooms above need to know of variants: for carts, orders, stock lists and feeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from stoa.catalogue.bundles.models import BundleComponent
from stoa.catalogue.media.queries import PictureView, view_of_row
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.products.models import ProductPicture, Variant
from stoa.catalogue.products.rules import one_line
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

_COLUMNS = (
    "id", "product_id", "product__title", "product__slug", "product__live", "product__kind", "product__tax_class_id",
    "sku", "barcode", "title", "option_values", "cost_minor", "cost_currency", "weight_grams", "is_stock_tracked",
    "is_active", "is_bundle",
)  # fmt: skip
_FACTS = Prepared(
    lambda count: (
        Variant.objects.filter(pk__in=Slot.many("id", count))
        .annotate(is_bundle=Exists(BundleComponent.objects.filter(bundle_id=OuterRef("pk"))))
        .order_by("id")
        .values_list(*_COLUMNS)
    )
)


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """``title`` is the product's; ``variant_title`` tells the variant ("Red / M"). The cost stays in the house."""

    id: int
    product_id: int
    title: str
    slug: str
    is_live: bool
    kind: str
    tax_class_code: str
    sku: str
    barcode: str
    variant_title: str
    option_values: list[str]
    cost_minor: int | None
    cost_currency: str
    weight_grams: int | None
    is_stock_tracked: bool
    is_active: bool
    # It has parts; ``catalogue.bundles`` tells which.
    is_bundle: bool
    picture: PictureView | None = None

    @property
    def url(self) -> str:
        return f"/p/{self.slug}/"

    @property
    def display_title(self) -> str:
        """``Blue mug, Red / M``."""
        return f"{self.title}, {self.variant_title}" if self.variant_title else self.title

    @property
    def cost(self) -> Money | None:
        """What one costs to buy, where that is known."""
        return (
            Money(self.cost_minor, self.cost_currency) if self.cost_minor is not None and self.cost_currency else None
        )


def variants_by_id(ids: Iterable[int], *, with_pictures: bool = True) -> dict[int, VariantFacts]:
    """Facts by variant id, drafts and inactive ones included; unknown ids are missing. One query, two with pictures."""
    rows = _FACTS.of("id", set(ids))
    pictures = _pictures({row[1] for row in rows}) if with_pictures and rows else {}
    return {row[0]: _facts(row, pictures) for row in rows}


def _facts(row: tuple[Any, ...], pictures: dict[tuple[int, int | None], PictureView]) -> VariantFacts:
    own, shared = pictures.get((row[1], row[0])), pictures.get((row[1], None))
    return VariantFacts(*(*row, own or shared))


def variant_by_sku(sku: str) -> VariantFacts:
    """Raises NotFoundError."""
    found = Variant.objects.filter(sku=one_line(sku)).values_list("pk", flat=True).first()
    if found is None:
        raise NotFoundError
    return variants_by_id([found])[found]


def variant_ids_by_sku(skus: Iterable[str]) -> dict[str, int]:
    """SKU -> variant id, for those that exist."""
    return dict(Variant.objects.filter(sku__in={one_line(sku) for sku in skus}).values_list("sku", "pk"))


def variants_of(product_id: int) -> list[VariantFacts]:
    """All variants of a product in their order, inactive ones included."""
    ids = list(Variant.objects.filter(product_id=product_id).order_by("position", "id").values_list("pk", flat=True))
    facts = variants_by_id(ids)
    return [facts[pk] for pk in ids if pk in facts]


def sellable_variant(variant_id: int, market: Market) -> VariantFacts:
    """A variant that this market sells now. Raises NotFoundError for drafts, inactive ones and those without a price."""
    if not 0 < variant_id < 2**63 or variant_id not in quote([variant_id], market):
        raise NotFoundError
    facts = variants_by_id([variant_id]).get(variant_id)
    if facts is None:
        raise NotFoundError
    return facts


def _pictures(product_ids: set[int]) -> dict[tuple[int, int | None], PictureView]:
    """By (product, variant), and by (product, None) the product's first."""
    rows = (
        ProductPicture.objects.filter(product_id__in=product_ids)
        .order_by("product_id", "sort_order", "id")
        .values_list(
            "product_id", "variant_id", "picture_id", "picture__file", "picture__width", "picture__height",
            "picture__sources", "alt", "product__title",
        )
    )  # fmt: skip
    found: dict[tuple[int, int | None], PictureView] = {}
    for product_id, variant_id, pk, file, width, height, sources, alt, title in rows:
        view = view_of_row(pk, file, width, height, sources, alt or title)
        found.setdefault((product_id, None), view)
        found.setdefault((product_id, variant_id), view)
    return found
