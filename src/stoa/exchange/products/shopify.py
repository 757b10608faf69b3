"""Shopify's product CSV: one row a variant or picture, the first row of a handle carries the product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stoa.exchange.files.tables import Row
from stoa.exchange.products.shapes import (
    ProductFaultError,
    SourceProduct,
    SourceVariant,
    decimal_of,
    measure_of,
    paragraphs,
    sku_of,
    split_list,
    whole_of,
)

NAME = "shopify"
HEADERS = {"Handle", "Title", "Variant Price", "Option1 Name"}


def products(rows: Iterable[Row]) -> Iterator[SourceProduct]:
    """Products in the order of the file; rows of one handle stand together. Raises nothing: faults travel with the product."""
    seen: set[str] = set()
    for group in _by_handle(rows):
        product = _product(group)
        if product.handle in seen:
            product.refuse("the handle stands further up already: rows of one product stand together")
            product.reference = f"{product.reference}#{product.rows[0]}"[:200]
        seen.add(product.handle)
        yield product


def _by_handle(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and row["Handle"] != group[0]["Handle"]:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _product(rows: list[Row]) -> SourceProduct:
    first = rows[0]
    product = SourceProduct(
        reference=f"{NAME}:{first['Handle']}"[:200],
        handle=first["Handle"],
        title=first["Title"],
        rows=[row.number for row in rows],
        description_html=paragraphs(first["Body (HTML)"]),
        brand=first["Vendor"],
        kind="physical" if first["Variant Requires Shipping"].lower() != "false" else "digital",
        tax_class="zero" if first["Variant Taxable"].lower() == "false" else "standard",
        category_paths=[split_list(first["Type"], ">")] if first["Type"] else [],
        tags=split_list(first["Tags"]),
        is_published=first["Published"].lower() != "false" and first["Status"].lower() in {"", "active"},
        seo_title=first["SEO Title"],
        seo_description=first["SEO Description"],
        faults={row.number: row.fault for row in rows if row.fault},
    )
    if not product.handle or not product.title:
        product.refuse("no handle" if not product.handle else "no title")
        return product
    options = _options(first)
    product.option_names = [name for _, name in options]
    for row in rows:
        if row.fault or (row is not first and _is_picture_only(row)):
            continue
        try:
            product.variants.append(_variant(row, [column for column, _ in options]))
        except ProductFaultError as fault:
            product.faults[row.number] = str(fault)
    return product


def _is_picture_only(row: Row) -> bool:
    """A row that only brings a further picture. A broken variant has values that a picture has not."""
    own = ("Variant Price", "Variant SKU", "Option1 Value", "Option2 Value", "Option3 Value")
    return bool(row["Image Src"]) and not any(row[name] for name in own)


def _options(first: Row) -> list[tuple[str, str]]:
    """(column of the values, name) of each option."""
    # "Title / Default Title" is how Shopify says that there are no options.
    if first["Option1 Name"] == "Title" and first["Option1 Value"] == "Default Title":
        return []
    return [(f"Option{n} Value", first[f"Option{n} Name"]) for n in (1, 2, 3) if first[f"Option{n} Name"]]


def _variant(row: Row, value_columns: list[str]) -> SourceVariant:
    price = decimal_of(row["Variant Price"], "the price")
    if price is None:
        raise ProductFaultError("no price")
    values = [row[column] for column in value_columns]
    if not all(values):
        raise ProductFaultError("an option has no value")
    compare_at = decimal_of(row["Variant Compare At Price"], "the compare-at price")
    return SourceVariant(
        row=row.number,
        sku=sku_of(row["Variant SKU"]),
        price=price,
        compare_at=compare_at if compare_at and compare_at > price else None,
        cost=decimal_of(row["Cost per item"], "the cost"),
        option_values=values,
        barcode=row["Variant Barcode"].removeprefix("'")[:40],
        stock=whole_of(row["Variant Inventory Qty"], "the stock"),
        # An empty tracker means that Shopify does not count. A quantity beside it is still what the merchant wrote down,
        # and selling too little is mended sooner than selling what is not there.
        is_tracked=bool(row["Variant Inventory Tracker"] or row["Variant Inventory Qty"]),
        may_backorder=row["Variant Inventory Policy"].lower() == "continue",
        weight_grams=measure_of(row["Variant Grams"], "the weight"),
    )
