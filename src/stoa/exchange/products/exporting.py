"""The shop's products in the columns of Shopify, so that this and other shops can bring them in again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from stoa.catalogue.prices.queries import prices_of
from stoa.catalogue.products.exporting import PIECE, WholeProduct, whole_products
from stoa.inventory.stock.queries import levels_overview
from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.models import Variant

COLUMNS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value", "Option2 Name",
    "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price",
    "Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "SEO Title",
    "SEO Description", "Cost per item", "Status",
)  # fmt: skip
MAX_OPTIONS = 3


def product_rows(market: Market) -> Iterator[list[str]]:
    """A row a variant under COLUMNS, the first of a product with what belongs to all of it. Amounts in major units."""
    products = whole_products()
    stock = _stock()
    while piece := list(islice(products, PIECE)):
        ids = [variant.pk for whole in piece for variant in whole.variants]
        quotes = prices_of(ids, market.price_list_id)
        for whole in piece:
            for number, variant in enumerate(whole.variants):
                cells = _variant_cells(whole, variant, quotes.get(variant.pk), stock.get(variant.sku))
                cells |= _product_cells(whole) if number == 0 else {}
                yield [cells.get(column, "") for column in COLUMNS]


def _product_cells(whole: WholeProduct) -> dict[str, str]:
    product = whole.product
    names = {f"Option{n} Name": name for n, name in enumerate(whole.options[:MAX_OPTIONS], start=1)}
    return {
        **(names or {"Option1 Name": "Title", "Option1 Value": "Default Title"}),
        "Title": product.title,
        "Body (HTML)": whole.html,
        "Vendor": product.brand,
        "Type": " > ".join(name.replace(">", "\\>") for name in whole.category_path),
        "Tags": ", ".join(tag.replace(",", "\\,") for tag in product.tags),
        "Published": "true" if product.live else "false",
        "SEO Title": product.seo_title,
        "SEO Description": product.seo_description,
        "Status": "active" if product.live else "draft",
    }


def _variant_cells(
    whole: WholeProduct, variant: Variant, quote: Quote | None, stock: tuple[int, bool] | None
) -> dict[str, str]:
    cost = Money(variant.cost_minor, variant.cost_currency) if variant.cost_minor is not None else None
    on_hand, may_backorder = stock or (0, False)
    return {
        "Handle": whole.product.slug,
        **{f"Option{n} Value": value for n, value in enumerate(variant.option_values[:MAX_OPTIONS], start=1)},
        "Variant SKU": variant.sku,
        "Variant Grams": str(variant.weight_grams or ""),
        "Variant Inventory Tracker": "shopify" if variant.is_stock_tracked else "",
        "Variant Inventory Qty": str(on_hand) if variant.is_stock_tracked else "",
        "Variant Inventory Policy": "continue" if may_backorder else "deny",
        "Variant Fulfillment Service": "manual",
        "Variant Price": str(quote.unit.decimal) if quote else "",
        "Variant Compare At Price": str(quote.compare_at.decimal) if quote and quote.compare_at else "",
        "Variant Requires Shipping": "true" if whole.product.kind == "physical" else "false",
        "Variant Taxable": "false" if whole.product.tax_class_id == "zero" else "true",
        "Variant Barcode": variant.barcode,
        "Cost per item": str(cost.decimal) if cost else "",
    }


def _stock() -> dict[str, tuple[int, bool]]:
    """SKU -> (on hand over all locations, whether it may be sold beyond that)."""
    found: dict[str, tuple[int, bool]] = {}
    for level in levels_overview().order_by("id").values("sku", "on_hand", "policy").iterator():  # type: ignore[misc]
        before, may_backorder = found.get(level["sku"], (0, False))
        found[level["sku"]] = before + level["on_hand"], may_backorder or level["policy"] == "backorder"
    return found
