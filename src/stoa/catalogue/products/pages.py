"""Everything that a product page shows, but stock: five small queries, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from stoa.catalogue.categories.queries import CategoryNode, breadcrumbs
from stoa.catalogue.media.models import Picture
from stoa.catalogue.media.queries import PictureView, picture_view, view_of_row
from stoa.catalogue.prices.queries import Quote, prices_of, quote
from stoa.catalogue.products.models import Product, ProductCategory, ProductOption, ProductPicture, Variant
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class OptionView:
    """Only the values that some variant for sale has."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant that is for sale. ``picture_id`` is that of the picture which shows it, where one does."""

    id: int
    sku: str
    title: str
    option_values: tuple[str, ...]
    quote: Quote
    barcode: str = ""
    weight_grams: int | None = None
    picture_id: int | None = None


@dataclass(frozen=True)
class ProductPage:
    """``variants`` is empty where nothing is for sale; then there is no price either."""

    product: Product
    options: tuple[OptionView, ...]
    variants: tuple[VariantView, ...]
    pictures: tuple[PictureView, ...]
    breadcrumbs: tuple[CategoryNode, ...] = ()
    specification: tuple[tuple[str, str], ...] = field(default=())

    @property
    def id(self) -> int:
        return int(self.product.pk)

    @property
    def title(self) -> str:
        return self.product.title

    @property
    def slug(self) -> str:
        return self.product.slug

    @property
    def url(self) -> str:
        return self.product.get_absolute_url()

    @property
    def subtitle(self) -> str:
        return self.product.subtitle

    @property
    def brand(self) -> str:
        return self.product.brand

    @property
    def seo_title(self) -> str:
        return self.product.seo_title or self.product.title

    @property
    def seo_description(self) -> str:
        return self.product.seo_description or self.product.subtitle

    @property
    def picture(self) -> PictureView | None:
        return self.pictures[0] if self.pictures else None

    @property
    def category(self) -> CategoryNode | None:
        return self.breadcrumbs[-1] if self.breadcrumbs else None

    @property
    def variant_ids(self) -> list[int]:
        return [variant.id for variant in self.variants]

    @cached_property
    def cheapest(self) -> VariantView | None:
        return min(self.variants, key=lambda variant: variant.quote.unit.minor, default=None)

    @property
    def price(self) -> Money | None:
        """The lowest."""
        return self.cheapest.quote.unit if self.cheapest else None

    @property
    def compare_at(self) -> Money | None:
        return self.cheapest.quote.compare_at if self.cheapest else None

    @property
    def price_varies(self) -> bool:
        return len({variant.quote.unit.minor for variant in self.variants}) > 1


def product_page(slug: str, market: Market) -> ProductPage:
    """A live product by its address. Raises NotFoundError for drafts and unknown addresses alike."""
    category = (
        ProductCategory.objects.filter(product=OuterRef("pk"), category__is_visible=True)
        .order_by("-is_primary", "id")
        .values("category_id")[:1]
    )
    # Addresses are ASCII: anything else is not even asked for (a database chokes on NUL and lone surrogates).
    live = (
        Product.objects.filter(slug=slug, live=True)
        if slug.isascii() and "\x00" not in slug
        else Product.objects.none()
    )
    product = live.annotate(shown_in=Subquery(category)).defer("search_text").first()
    if product is None:
        raise NotFoundError
    rows = (
        ProductPicture.objects.filter(product_id=product.pk)
        .order_by("sort_order", "id")
        .values_list(
            "picture_id", "picture__file", "picture__width", "picture__height", "picture__sources", "alt",
            "picture__description", "variant_id",
        )
    )  # fmt: skip
    shown = [
        (view_of_row(pk, file, width, height, sources, alt or description or product.title), variant_id)
        for pk, file, width, height, sources, alt, description, variant_id in rows
    ]
    return _assemble(product, shown, product.shown_in, lambda ids: quote(ids, market))


def product_page_of(product: Product, market: Market) -> ProductPage:
    """The same for a product that was read already, or for a draft that was never saved, as previews have it."""
    entries = sorted(product.pictures.all(), key=lambda entry: entry.sort_order or 0)
    pictures = Picture.objects.in_bulk([entry.picture_id for entry in entries])
    shown = [
        (picture_view(pictures[entry.picture_id], alt=entry.alt or product.title), entry.variant_id)
        for entry in entries
        if entry.picture_id in pictures
    ]
    placements = sorted(product.placements.all(), key=lambda placement: not placement.is_primary)
    category_id = placements[0].category_id if placements else None
    return _assemble(product, shown, category_id, lambda ids: prices_of(ids, market.price_list_id))


def _assemble(
    product: Product,
    shown: Sequence[tuple[PictureView, int | None]],
    category_id: int | None,
    quotes_of: Callable[[Iterable[int]], dict[int, Quote]],
) -> ProductPage:
    rows = list(
        Variant.objects.filter(product_id=product.pk, is_active=True)
        .order_by("position", "id")
        .values_list("id", "sku", "title", "option_values", "barcode", "weight_grams")
        if product.pk
        else ()
    )
    quotes = quotes_of([row[0] for row in rows]) if rows else {}
    shows = {variant_id: view.id for view, variant_id in reversed(shown) if variant_id is not None}
    variants = tuple(
        VariantView(pk, sku, title, tuple(values), quotes[pk], barcode, weight, shows.get(pk))
        for pk, sku, title, values, barcode, weight in rows
        if pk in quotes
    )
    return ProductPage(
        product=product,
        options=_options(product, variants),
        variants=variants,
        pictures=tuple({view.id: view for view, _ in shown}.values()),
        breadcrumbs=tuple(breadcrumbs(category_id)),
        specification=tuple(_specification(product.body)),
    )


def _options(product: Product, variants: Sequence[VariantView]) -> tuple[OptionView, ...]:
    if not any(variant.option_values for variant in variants):
        return ()
    options = (
        ProductOption.objects.filter(product_id=product.pk).order_by("position", "id").values_list("name", "values")
    )
    found = []
    for index, (name, values) in enumerate(options):
        used = {variant.option_values[index] for variant in variants if index < len(variant.option_values)}
        found.append(OptionView(name, tuple(value for value in values if value in used)))
    return tuple(found)


def _specification(body: Any) -> Iterable[tuple[str, str]]:
    for block in body:
        if block.block_type == "specification":
            for row in block.value["rows"]:
                yield row["name"], row["value"]
