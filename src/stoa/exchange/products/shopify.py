"""Shopify's product CSV: one row a variant or picture, the first row of a handle carries the product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stoa.exchange.files.tables import Row
from stoa.exchange.products.shapes import (
    ProductFaultError,
    SourceProduct,
    SourceVariant,
    decimal_of,
    made_up_sku,
    split_list,
    whole_of,
)

NAME = "shopify"
HEADERS = {"Handle", "Title", "Variant Price", "Option1 Name"}


def products(rows: Iterable[Row]) -> Iterator[SourceProduct]:
    """Products in the order of the file; rows of one handle stand together. Raises nothing: faults travel with the product."""
    group: list[Row] = []
    for row in rows:
        if group and row["Handle"] != group[0]["Handle"]:
            yield _product(group)
            group = []
        group.append(row)
    if group:
        yield _product(group)


def _product(rows: list[Row]) -> SourceProduct:
    first = rows[0]
    product = SourceProduct(
        reference=f"{NAME}:{first['Handle']}",
        handle=first["Handle"],
        title=first["Title"],
        rows=[row.number for row in rows],
        description_html=first["Body (HTML)"],
        brand=first["Vendor"],
        kind="physical" if first["Variant Requires Shipping"].lower() != "false" else "digital",
        tax_class="zero" if first["Variant Taxable"].lower() == "false" else "standard",
        category_paths=[[first["Type"]]] if first["Type"] else [],
        tags=split_list(first["Tags"]),
        is_published=first["Published"].lower() != "false" and first["Status"].lower() in {"", "active"},
        option_names=_option_names(first),
        seo_title=first["SEO Title"],
        seo_description=first["SEO Description"],
    )
    if not product.handle or not product.title:
        product.faults = dict.fromkeys(product.rows, "no handle or title")
        return product
    for row in rows:
        if not row["Variant Price"] and row is not first and row["Image Src"]:
            continue  # a row that only brings a further picture
        try:
            product.variants.append(_variant(row, product))
        except ProductFaultError as fault:
            product.faults[row.number] = str(fault)
    return product


def _option_names(first: Row) -> list[str]:
    names = [first[f"Option{n} Name"] for n in (1, 2, 3)]
    # "Title / Default Title" is how Shopify says that there are no options.
    if names[0] == "Title" and first["Option1 Value"] == "Default Title":
        return []
    return [name for name in names if name]


def _variant(row: Row, product: SourceProduct) -> SourceVariant:
    price = decimal_of(row["Variant Price"], "the price")
    if price is None:
        raise ProductFaultError("no price")
    values = [row[f"Option{n} Value"] for n in range(1, len(product.option_names) + 1)]
    if not all(values):
        raise ProductFaultError("an option has no value")
    compare_at = decimal_of(row["Variant Compare At Price"], "the compare-at price")
    grams = decimal_of(row["Variant Grams"], "the weight")
    return SourceVariant(
        row=row.number,
        sku=row["Variant SKU"].lstrip("'")[:80] or made_up_sku(product.handle, values),
        price=price,
        compare_at=compare_at if compare_at and compare_at > price else None,
        cost=decimal_of(row["Cost per item"], "the cost"),
        option_values=values,
        barcode=row["Variant Barcode"].lstrip("'")[:40],
        stock=whole_of(row["Variant Inventory Qty"], "the stock"),
        # An empty tracker means that Shopify does not count; a quantity beside it is still what the merchant wrote down.
        is_tracked=bool(row["Variant Inventory Tracker"] or row["Variant Inventory Qty"]),
        may_backorder=row["Variant Inventory Policy"].lower() == "continue",
        weight_grams=int(grams) if grams else None,
    )
