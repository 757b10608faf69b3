"""Reads what a score is reckoned from: a constant number of queries for any number of products."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q

from stoa.catalogue.blocks.base import listed
from stoa.catalogue.blocks.reading import raw_blocks
from stoa.catalogue.completeness.rules import PageFacts
from stoa.catalogue.products.cleaning import plain_text
from stoa.catalogue.products.models import Product, ProductPicture, Variant
from stoa.catalogue.types.models import TypeAttribute
from stoa.catalogue.types.queries import missing_attributes


def page_facts(product_ids: Collection[int]) -> dict[int, PageFacts]:
    """As the products stand in the shop (a product that was never live: as its draft row stands)."""
    rows = Product.objects.filter(pk__in=product_ids).only(
        "id", "kind", "title", "subtitle", "body", "seo_title", "seo_description", "type"
    )
    found = list(rows)
    pictures = _pictures(product_ids)
    variants = _variants(product_ids)
    wanted = dict(
        TypeAttribute.objects.filter(is_required=True, type__in={row.type_id for row in found if row.type_id})
        .order_by().values_list("type_id").annotate(n=Count("pk"))
    )  # fmt: skip
    missing = missing_attributes(product_ids) if wanted else {}
    made = {}
    for row in found:
        characters, questions = _words(row.body)
        sides, described = pictures.get(row.pk, ((), 0))
        count, barcodes, weights = variants.get(row.pk, (0, 0, 0))
        made[row.pk] = PageFacts(
            kind=row.kind,
            pixels=tuple(sides),
            described_pictures=described,
            characters=characters + len(row.subtitle),
            questions=questions,
            seo_title=len(row.seo_title or row.title),
            seo_description=len(row.seo_description or row.subtitle),
            variants=count,
            with_barcode=barcodes,
            with_weight=weights,
            wanted_attributes=wanted.get(row.type_id, 0) if row.type_id else None,
            missing_attributes=len(missing.get(row.pk, ())),
        )
    return made


def _pictures(product_ids: Collection[int]) -> dict[int, tuple[list[int], int]]:
    rows = ProductPicture.objects.filter(product_id__in=product_ids).values_list(
        "product_id", "alt", "picture__description", "picture__width", "picture__height"
    )
    found: dict[int, tuple[list[int], int]] = {}
    for product_id, alt, description, width, height in rows:
        sides, described = found.get(product_id, ([], 0))
        found[product_id] = ([*sides, max(width, height)], described + bool(alt or description))
    return found


def _variants(product_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    rows = (
        Variant.objects.filter(product_id__in=product_ids, is_active=True)
        .order_by()
        .values_list("product_id")
        .annotate(n=Count("pk"), barcodes=Count("pk", filter=~Q(barcode="")), weights=Count("weight_grams"))
    )
    return {product_id: (count, barcodes, weights) for product_id, count, barcodes, weights in rows}


def _words(body: Any) -> tuple[int, int]:
    """Characters of all text, and how many questions are answered."""
    characters = questions = 0
    for block in raw_blocks(body):
        value = block.get("value")
        if block["type"] == "text" and isinstance(value, str):
            characters += len(plain_text(value))
        elif block["type"] == "faq" and isinstance(value, dict):
            questions += sum(
                bool(each.get("answer")) for each in listed(value.get("questions")) if isinstance(each, dict)
            )
    return characters, questions
