"""What an export reads: everything about every product, a piece at a time; and what an import compares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail.blocks import ChooserBlock, ListBlock, StreamBlock, StructBlock

from stoa.catalogue.categories.models import Category
from stoa.catalogue.categories.queries import breadcrumbs
from stoa.catalogue.media.models import Picture
from stoa.catalogue.prices.models import Price
from stoa.catalogue.products.models import Product, ProductCategory, ProductOption, ProductPicture, Variant
from stoa.catalogue.types.queries import typed_values

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


WORDS = (
    "title", "slug", "subtitle", "brand", "kind", "seo_title", "seo_description", "position", "live", "tags",
)  # fmt: skip
MEASURES = (
    "sku", "barcode", "option_values", "cost_minor", "cost_currency", "weight_grams", "length_mm", "width_mm", "height_mm",
    "is_stock_tracked", "is_active", "position",
)  # fmt: skip


def product_facts(product_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """All that the catalogue says of products, as plain values that JSON can hold. A fixed number of queries.

    Words as in ``ProductData``; ``body`` as stored; ``categories``: ids, the main one first; ``options``: [name, values];
    ``pictures``: [picture id, alt, variant id]; ``attributes`` by code; ``variants`` by id, each with ``attributes`` of its own
    and ``prices`` by list id
    as [amount, compare-at price, whether that is a recommended one, quantity breaks].
    """
    wanted = list(product_ids)
    found: dict[int, dict[str, Any]] = {}
    for product in Product.objects.filter(pk__in=wanted).defer("search_text").order_by("pk"):
        found[product.pk] = {
            **{field: getattr(product, field) for field in WORDS},
            "tax_class": product.tax_class_id, "type": product.type_id, "body": list(product.body.raw_data),
            "has_draft": product.has_unpublished_changes, "external_ref": product.external_ref,
            "created_at": product.created_at.isoformat(),
            "categories": [], "options": [], "pictures": [], "attributes": {}, "variants": {},
        }  # fmt: skip
    placements = ProductCategory.objects.filter(product_id__in=wanted).order_by("-is_primary", "pk")
    for product_id, category_id in placements.values_list("product_id", "category_id"):
        found[product_id]["categories"].append(category_id)
    options = ProductOption.objects.filter(product_id__in=wanted).order_by("position", "pk")
    for product_id, name, values in options.values_list("product_id", "name", "values"):
        found[product_id]["options"].append([name, values])
    pictures = ProductPicture.objects.filter(product_id__in=wanted).order_by("sort_order", "pk")
    for product_id, *picture in pictures.values_list("product_id", "picture_id", "alt", "variant_id"):
        found[product_id]["pictures"].append(picture)
    for product_id, values in typed_values(wanted).items():
        found[product_id]["attributes"] = values
    prices: dict[int, dict[int, list[Any]]] = defaultdict(dict)
    rows = Price.objects.filter(variant__product_id__in=wanted).order_by("price_list_id")
    for variant_id, list_id, *amounts in rows.values_list(
        "variant_id", "price_list_id", "amount_minor", "compare_at_minor", "compare_at_is_rrp", "breaks"
    ):
        prices[variant_id][list_id] = amounts
    variants = Variant.objects.filter(product_id__in=wanted).order_by("position", "pk")
    for variant in variants.values("pk", "product_id", *MEASURES):
        pk, product_id = variant.pop("pk"), variant.pop("product_id")
        found[product_id]["variants"][pk] = {**variant, "prices": prices.get(pk, {}), "attributes": {}}
    owners = {pk: product["variants"][pk] for product in found.values() for pk in product["variants"]}
    for pk, values in typed_values(wanted, variant_ids=list(owners)).items() if owners else ():
        owners[pk]["attributes"] = values
    return found


def category_paths() -> dict[int, list[str]]:
    """The names from the top down to each category, hidden ones included. One query."""
    names: dict[str, str] = {}
    found: dict[int, list[str]] = {}
    for pk, path, name in Category.objects.order_by("path").values_list("pk", "path", "name"):
        names[path] = name
        found[pk] = [names[path[:end]] for end in range(Category.steplen, len(path) + 1, Category.steplen)]
    return found


def body_kinds() -> frozenset[str]:
    """The kinds of blocks that a product page may have."""
    return frozenset(Product._meta.get_field("body").stream_block.child_blocks)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture of the library: the hash of its upload, the upload in the private storage ("" where it was not kept), and
    the file that pages fall back on."""

    id: int
    hash: str
    original: str
    file: str
    title: str
    alt: str


def picture_files(picture_ids: Collection[int]) -> dict[int, PictureFile]:
    rows = Picture.objects.filter(pk__in=list(picture_ids)).order_by("pk")
    columns = ("pk", "content_hash", "original_name", "file", "title", "description")
    return {row[0]: PictureFile(*row) for row in rows.values_list(*columns)}


def slugs_of(product_ids: Collection[int]) -> dict[int, str]:
    return dict(Product.objects.filter(pk__in=list(product_ids)).values_list("pk", "slug"))


def product_ids() -> list[int]:
    """Every product, live or not."""
    return list(Product.objects.order_by("pk").values_list("pk", flat=True))


def with_references(body: Iterable[Mapping[str, Any]], translate: Callable[[str, Any], Any]) -> list[dict[str, Any]]:
    """Blocks as stored, with everything that they choose translated: ``translate("picture", 12)``. What becomes None in a
    list leaves it. Blocks of a kind that there is not are left out."""
    kinds = Product._meta.get_field("body").stream_block.child_blocks  # type: ignore[union-attr]
    return [
        {**block, "value": _translated(kinds[block["type"]], block["value"], translate)}
        for block in body
        if block["type"] in kinds
    ]


def _translated(block: Any, value: Any, translate: Callable[[str, Any], Any]) -> Any:
    if isinstance(block, ChooserBlock):
        return None if value is None else translate(block.target_model._meta.model_name, value)
    if isinstance(block, StructBlock) and isinstance(value, Mapping):
        return {
            name: _translated(block.child_blocks[name], inner, translate) if name in block.child_blocks else inner
            for name, inner in value.items()
        }
    if isinstance(block, ListBlock) and isinstance(value, list):
        items = []
        for item in value:
            is_wrapped = isinstance(item, Mapping) and "value" in item and item.get("type") == "item"
            inner = _translated(block.child_block, item["value"] if is_wrapped else item, translate)
            if inner is not None:
                items.append({**item, "value": inner} if is_wrapped else inner)
        return items
    if isinstance(block, StreamBlock) and isinstance(value, list):
        return [
            {**item, "value": _translated(block.child_blocks[item["type"]], item["value"], translate)}
            for item in value
            if item.get("type") in block.child_blocks
        ]
    return value


def category_rows() -> list[dict[str, Any]]:
    """Every category from the top down: its path of names, and what it says. ``picture`` is an id."""
    paths = category_paths()
    fields = ("slug", "description", "seo_title", "seo_description", "is_visible", "picture_id", "filters")
    return [
        {"path": paths[row["pk"]], **{field: row[field] for field in fields}}
        for row in Category.objects.order_by("path").values("pk", *fields)
    ]
