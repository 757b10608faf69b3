"""What must hold of the catalogue, whatever happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from stoa.catalogue.markets.models import Market
from stoa.catalogue.products.models import Product
from stoa.kernel.books import Finding


def check_markets() -> Iterable[Finding]:
    """A market counts in the currency of its price list, and one of them is the default."""
    markets = Market.objects.exclude(currency=F("price_list__currency"))
    rows: list[dict[str, Any]] = [dict(row) for row in markets.values("code", "currency", "price_list__code")]
    if rows:
        yield Finding("catalogue.markets", "a market and its price list have different currencies", rows)
    if Market.objects.exists() and not Market.objects.filter(is_default=True).exists():
        yield Finding(
            "catalogue.markets", "no market is the default one", [dict(row) for row in Market.objects.values("code")]
        )


def check_live_revisions() -> Iterable[Finding]:
    """A live product knows the revision that is live: without it a scheduled change would take the product offline."""
    products = Product.objects.filter(Q(live=True, live_revision=None) | Q(live=False, live_revision__isnull=False))
    rows = list(products.values("id", "slug", "live", "live_revision_id"))
    if rows:
        yield Finding("catalogue.live_revisions", "a product and its live revision do not agree", rows)


def check_variants() -> Iterable[Finding]:
    """An active variant has one value for each option of its product, and each is among the option's values."""
    rows = [
        {"product": product.pk, "sku": variant.sku, "values": variant.option_values}
        for product in Product.objects.prefetch_related("options", "variants").iterator(chunk_size=500)
        for variant in product.variants.all()
        if variant.is_active and not _fits(variant.option_values, [option.values for option in product.options.all()])
    ]
    if rows:
        yield Finding("catalogue.variants", "a variant does not fit its product's options", rows)


def _fits(values: list[str], options: list[list[str]]) -> bool:
    return len(values) == len(options) and all(value in allowed for value, allowed in zip(values, options, strict=True))
