"""Shopify's product CSV, with its column names of old and of today: one row a variant or picture, the first row of a handle
carries the product."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from stoa.exchange.files.tables import Row
from stoa.exchange.products.columns import table_of, translated, translation
from stoa.exchange.products.own import place_files, place_pictures, take_over
from stoa.exchange.products.shapes import (
    ProductFaultError,
    SourcePicture,
    SourceProduct,
    SourceVariant,
    decimal_of,
    flag_of,
    measure_of,
    paragraphs,
    sku_of,
    split_list,
    whole_of,
)

NAME = "shopify"
LABEL = "Shopify"
OPTIONS = range(1, 4)
# Our own files say here, in JSON, what the format has no column for.
OWN_PRODUCT, OWN_VARIANT = "Stoa product", "Stoa variant"
COLUMNS = table_of(
    {
        "Handle": ["URL handle", "Product handle"],
        "Title": ["Product title"],
        "Body (HTML)": ["Description", "Body HTML", "Description (HTML)"],
        "Vendor": [],
        "Product Category": ["Standardized Product Type", "Standard Product Type"],
        "Type": ["Custom Product Type", "Product type"],
        "Tags": [],
        "Published": ["Published on online store"],
        "Status": [],
        **{f"Option{n} Name": [f"Option {n} name"] for n in OPTIONS},
        **{f"Option{n} Value": [f"Option {n} value"] for n in OPTIONS},
        "Variant SKU": ["SKU"],
        "Variant Grams": ["Weight value (grams)", "Grams", "Variant Weight (grams)"],
        "Variant Weight": ["Weight"],
        "Variant Weight Unit": ["Weight unit for display", "Weight unit"],
        "Variant Inventory Tracker": ["Inventory tracker"],
        "Variant Inventory Qty": ["Inventory quantity", "Inventory qty", "Variant Inventory Quantity"],
        "Variant Inventory Policy": ["Continue selling when out of stock", "Inventory policy"],
        "Variant Price": ["Price"],
        "Variant Compare At Price": ["Compare-at price"],
        "Variant Requires Shipping": ["Requires shipping"],
        "Variant Taxable": ["Charge tax", "Taxable"],
        "Variant Barcode": ["Barcode"],
        "Image Src": ["Product image URL", "Image URL"],
        "Image Position": [],
        "Image Alt Text": ["Image alt"],
        "Variant Image": ["Variant image URL"],
        "Gift Card": [],
        "SEO Title": [],
        "SEO Description": [],
        "Cost per item": ["Variant Cost", "Cost"],
        "Collection": ["Collections", "Custom Collections"],
        OWN_PRODUCT: [],
        OWN_VARIANT: [],
    }
)
# Beside handle and title, one of these says that it is a file of Shopify's and not just any table.
TELLING = {
    "Body (HTML)", "Vendor", "Option1 Name", "Variant SKU", "Variant Price", "Variant Inventory Qty", "SEO Title", "Image Src",
}  # fmt: skip
_GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "oz": Decimal("28.349523125")}
_METAFIELD = re.compile(r"(.*?)\s*\((product|variant)\.metafields\.([\w-]+)\.([\w.-]+)\)")
_GOOGLE = "Google Shopping / "
# Facts of the goods among the columns for Google; the others steer advertisements.
_GOOGLE_FACTS = {"Gender", "Age Group", "MPN", "Condition"}
_MARKET_PRICE = re.compile(r"(Price|Compare At Price) / (.+)")


def is_mine(header: Iterable[str]) -> bool:
    ours = set(translation(header, COLUMNS).values())
    return ours >= {"Handle", "Title"} and bool(ours & TELLING)


def products(rows: Iterable[Row], header: Iterable[str] = ()) -> Iterator[SourceProduct]:
    """Products in the order of the file; rows of one handle stand together. Raises nothing: faults travel with the product."""
    names = list(header)
    reader = _Reader(names)
    seen: set[str] = set()
    for group in _by_handle(translated(rows, translation(names, COLUMNS))):
        product = reader.product(group)
        if product.handle and product.handle in seen:
            product.refuse("the handle stands further up already: rows of one product stand together")
            product.reference = f"{product.reference}#{product.rows[0]}"[:200]
        seen.add(product.handle)
        yield product


def remarks(header: Iterable[str]) -> list[str]:
    """What of the file as a whole is not brought in."""
    found = []
    if ignored := [name for name in header if name.startswith(_GOOGLE) and name[len(_GOOGLE) :] not in _GOOGLE_FACTS]:
        found.append(f"{len(ignored)} columns for advertisements (Google Shopping) are not brought in")
    return found


def _by_handle(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        # A row that cannot be read belongs to whoever stands around it: it must not part them.
        if group and row["Handle"] != group[0]["Handle"] and not (row.fault and not row["Handle"]):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


class _Reader:
    """Reads groups of rows under one header."""

    def __init__(self, header: list[str]) -> None:
        metafields = [(name, match) for name in header if (match := _METAFIELD.fullmatch(name))]
        self._facts = [(name, match[1] or match[4]) for name, match in metafields if match[2] == "product"]
        self._facts += [(f"{_GOOGLE}{fact}", fact) for fact in sorted(_GOOGLE_FACTS) if f"{_GOOGLE}{fact}" in header]
        self._markets = [(name, match[1], match[2]) for name in header if (match := _MARKET_PRICE.fullmatch(name))]

    def product(self, rows: list[Row]) -> SourceProduct:
        first = next((row for row in rows if not row.fault), rows[0])
        product = SourceProduct(
            reference=f"{NAME}:{first['Handle']}"[:200],
            handle=first["Handle"],
            title=first["Title"] or next((row["Title"] for row in rows if row["Title"]), ""),
            rows=[row.number for row in rows],
            description_html=paragraphs(first["Body (HTML)"]),
            brand=first["Vendor"],
            type_name=first["Type"] or _leaf(first["Product Category"]),
            kind=_kind(first),
            tax_class={True: "standard", False: "zero", None: None}[flag_of(first["Variant Taxable"])],
            category_paths=_categories(first),
            tags=split_list(first["Tags"]),
            is_published=_published(first),
            seo_title=first["SEO Title"],
            seo_description=first["SEO Description"],
            attributes={fact: first[column] for column, fact in self._facts if first[column]},
            faults={row.number: row.fault for row in rows if row.fault},
        )
        if product.faults and len(product.faults) == len(rows):
            product.refuse(rows[0].fault)
            return product
        if not product.handle or not product.title:
            product.refuse("no handle" if not product.handle else "no title")
            return product
        if flag_of(first["Gift Card"]):
            product.refuse("a gift card: those are no goods with a price, and do not come in")
            return product
        if first["Status"].lower() == "archived":
            product.note(first.number, "archived at Shopify: comes in as a draft")
        product.own = _own(first, OWN_PRODUCT)
        self._variants(product, rows, first)
        _pictures(product, rows)
        if product.own:
            place_pictures(product)
            place_files(product)
        return product

    def _variants(self, product: SourceProduct, rows: list[Row], first: Row) -> None:
        options = _options(first)
        product.option_names = [name for _, name in options]
        if product.own:
            take_over(product)
        for row in rows:
            if row.fault or (row is not first and _is_picture_only(row)):
                continue
            try:
                variant = _variant(row, [column for column, _ in options])
                self._market_prices(product, variant, row)
            except ProductFaultError as fault:
                product.faults[row.number] = str(fault)
            else:
                product.variants.append(variant)

    def _market_prices(self, product: SourceProduct, variant: SourceVariant, row: Row) -> None:
        for column, what, market in self._markets:
            amount = decimal_of(row[column], f"the price of {market}")
            if amount is not None:
                price, compare_at = variant.prices.get(market, (None, None))
                variant.prices[market] = (amount, compare_at) if what == "Price" else (price, amount)


def _own(row: Row, column: str) -> dict[str, Any]:
    try:
        found = json.loads(row[column]) if row[column] else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _kind(row: Row) -> str | None:
    needs_delivery = flag_of(row["Variant Requires Shipping"])
    return None if needs_delivery is None else "physical" if needs_delivery else "digital"


def _published(row: Row) -> bool | None:
    status = row["Status"].lower()
    if status not in {"", "active"}:
        return False
    published = flag_of(row["Published"])
    return True if published is None and status == "active" else published


def _categories(row: Row) -> list[list[str]]:
    """The type, and each collection. Shopify's own taxonomy stands in only where there is neither."""
    paths = [split_list(row["Type"], ">")] if row["Type"] else []
    paths += [split_list(name, ">") for name in split_list(row["Collection"])]
    if not paths and row["Product Category"]:
        paths = [split_list(row["Product Category"], ">")]
    return [path for index, path in enumerate(paths) if path and path not in paths[:index]]


def _leaf(path: str) -> str:
    return (split_list(path, ">") or [""])[-1]


def _is_picture_only(row: Row) -> bool:
    """A row that only brings a further picture. A broken variant has values that a picture has not."""
    own = ("Variant Price", "Variant SKU", *(f"Option{n} Value" for n in OPTIONS), OWN_VARIANT)
    return bool(row["Image Src"]) and not any(row[name] for name in own)


def _options(first: Row) -> list[tuple[str, str]]:
    """(column of the values, name) of each option."""
    # "Title / Default Title" is how Shopify says that there are no options.
    if first["Option1 Name"] == "Title" and first["Option1 Value"] == "Default Title":
        return []
    return [(f"Option{n} Value", first[f"Option{n} Name"]) for n in OPTIONS if first[f"Option{n} Name"]]


def _variant(row: Row, value_columns: list[str]) -> SourceVariant:
    own = _own(row, OWN_VARIANT)
    said = own.get("option_values")
    values = (
        [str(value) for value in said] if isinstance(said, list) and said else [row[column] for column in value_columns]
    )
    if not all(values):
        raise ProductFaultError("an option has no value")
    price = decimal_of(row["Variant Price"], "the price")
    compare_at = decimal_of(row["Variant Compare At Price"], "the compare-at price")
    tracker, quantity = row["Variant Inventory Tracker"], whole_of(row["Variant Inventory Qty"], "the stock")
    has_stock_columns = "Variant Inventory Tracker" in row.values or "Variant Inventory Qty" in row.values
    policy = row["Variant Inventory Policy"].lower()
    return SourceVariant(
        row=row.number,
        sku=sku_of(row["Variant SKU"]),
        price=price,
        compare_at=compare_at if compare_at and (price is None or compare_at > price) else None,
        cost=decimal_of(row["Cost per item"], "the cost"),
        option_values=values,
        barcode=row["Variant Barcode"].removeprefix("'")[:40],
        stock=quantity,
        # An empty tracker means that Shopify does not count. A quantity beside it is still what the merchant wrote down,
        # and selling too little is mended sooner than selling what is not there.
        is_tracked=bool(tracker or quantity is not None) if has_stock_columns else None,
        may_backorder=(policy == "continue" or flag_of(policy) is True) if policy else None,
        weight_grams=_weight(row),
        picture=row["Variant Image"],
        own=own,
    )


def _weight(row: Row) -> int | None:
    if row["Variant Grams"]:
        return measure_of(row["Variant Grams"], "the weight")
    unit = row["Variant Weight Unit"].lower()
    return measure_of(row["Variant Weight"], "the weight", _GRAMS.get(unit, Decimal(1)))


def _pictures(product: SourceProduct, rows: list[Row]) -> None:
    """In the order of their positions; a variant's own picture after them, unless it is one of them."""
    placed = []
    for index, row in enumerate(rows):
        if row["Image Src"] and not row.fault:
            try:
                position = whole_of(row["Image Position"], "the position")
            except ProductFaultError:
                position = None
            # A picture without a place stands where its row stands.
            placed.append((position if position is not None else index + 1, index, row))
    known: dict[str, SourcePicture] = {}
    for _, _, row in sorted(placed, key=lambda one: one[:2]):
        known.setdefault(row["Image Src"], SourcePicture(row["Image Src"], row["Image Alt Text"], row.number))
    shown: dict[str, list[int]] = {}
    for place, variant in enumerate(product.variants):
        if variant.picture:
            shown.setdefault(variant.picture, []).append(place)
    for source, places in shown.items():
        picture = known.setdefault(source, SourcePicture(source, "", product.variants[places[0]].row))
        picture.variants = places
    product.pictures = list(known.values())
