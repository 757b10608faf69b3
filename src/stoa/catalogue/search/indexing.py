"""Keeps the words by which products are found in step with the products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.search.rules import search_text


def reindex(product_ids: Collection[int]) -> None:
    """Write ``search_text`` anew: title, short description, brand, tags, option values, SKUs and barcodes."""
    words: dict[int, list[str]] = defaultdict(list)
    variants = Variant.objects.filter(product_id__in=product_ids, is_active=True).order_by("position", "id")
    for product_id, sku, barcode, values in variants.values_list("product_id", "sku", "barcode", "option_values"):
        words[product_id] += [*values, sku, barcode]
    products = Product.objects.filter(pk__in=product_ids).values_list("pk", "title", "subtitle", "brand", "tags")
    for pk, title, subtitle, brand, tags in products:
        text = search_text(title, [subtitle, brand, *map(str, tags), *words[pk]])
        Product.objects.filter(pk=pk).exclude(search_text=text).update(search_text=text)


def text_of(product: Product, variants: Iterable[Variant]) -> str:
    """The same of a product in memory, with its variants in any order. No query."""
    words: list[str] = []
    for row in sorted(variants, key=lambda row: (row.position, row.pk)):
        if row.is_active:
            words += [*row.option_values, row.sku, row.barcode]
    return search_text(product.title, [product.subtitle, product.brand, *map(str, product.tags), *words])
