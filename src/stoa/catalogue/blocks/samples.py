"""What a block looks like, for those who choose one: with goods and pictures of the shop itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stoa.catalogue.blocks.facts import NOTHING, Facts

# (request, a block as stored) -> what it would show on the page of one of the shop's products
Source = Callable[[Any, dict[str, Any]], Facts]
_source: Source | None = None


def show_blocks_with(source: Source) -> None:
    """Have ``source`` read the facts of samples. The storefront calls this once, from its ``apps.ready()``."""
    global _source
    _source = source


def sample_facts(request: Any, block: dict[str, Any]) -> Facts:
    return _source(request, block) if _source is not None and request is not None else NOTHING


def some_products(count: int) -> list[Any]:
    """The shop's first goods."""
    from stoa.catalogue.products.models import Product

    rows = Product.objects.filter(live=True).only("id", "title", "slug", "live", "latest_revision")
    return list(rows.order_by("position", "-created_at")[:count])


def some_pictures(count: int) -> list[Any]:
    """Pictures of the shop's first goods."""
    from stoa.catalogue.products.models import ProductPicture

    rows = ProductPicture.objects.filter(product__live=True).select_related("picture")
    return [row.picture for row in rows.order_by("product__position", "sort_order", "pk")[:count]]
