"""Guides, comparisons and buying aids beside the goods that they are about."""

from __future__ import annotations

from stoa.catalogue.categories import queries as categories
from stoa.storefront.content import queries
from stoa.storefront.content.queries import Advice
from stoa.storefront.memo import remembered


@remembered("content", "categories", size=2_000)
def for_category(category_id: int) -> tuple[Advice, ...]:
    """What was written about a category or one above it."""
    return queries.advice_about_category([node.id for node in categories.breadcrumbs(category_id)])


@remembered("content", size=5_000)
def for_product(product_id: int) -> tuple[Advice, ...]:
    return queries.advice_about_product(product_id)
