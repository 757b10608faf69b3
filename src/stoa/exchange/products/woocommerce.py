"""WooCommerce's product CSV: a row a product, and a row a variation that names its parent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

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

NAME = "woocommerce"
HEADERS = {"ID", "Type", "SKU", "Name", "Regular price"}

_MM = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4"), "yd": Decimal("914.4")}
_GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125")}


def products(rows: Iterable[Row]) -> Iterator[SourceProduct]:
    """Products in the order of the file. Variations may stand anywhere, so the rows are held until the end."""
    parents: list[Row] = []
    variations: dict[str, list[Row]] = {}
    for row in rows:
        if _kinds(row) & {"variation"}:
            variations.setdefault(row["Parent"], []).append(row)
        else:
            parents.append(row)
    for row in parents:
        mine = [v for key in {f"id:{row['ID']}", row["SKU"]} - {"", "id:"} for v in variations.pop(key, [])]
        yield _product(row, sorted(mine, key=lambda v: v.number))
    for parent, orphans in variations.items():
        numbers = [row.number for row in orphans]
        fault = f"the parent {parent or '(none)'} is not in the file"
        yield SourceProduct(f"{NAME}:orphans:{numbers[0]}", "", numbers, faults=dict.fromkeys(numbers, fault))


def _kinds(row: Row) -> set[str]:
    return set(split_list(row["Type"].lower()))


def _product(row: Row, variations: list[Row]) -> SourceProduct:
    kinds = _kinds(row)
    product = SourceProduct(
        reference=f"{NAME}:{row['SKU'] or row['ID']}",
        handle="",
        title=row["Name"],
        rows=[row.number, *(v.number for v in variations)],
        description_html=row["Description"],
        summary=row["Short description"],
        kind="digital" if "downloadable" in kinds else "service" if "virtual" in kinds else "physical",
        tax_class=_tax_class(row),
        category_paths=[split_list(path, ">") for path in split_list(row["Categories"])],
        tags=split_list(row["Tags"]),
        is_published=row["Published"] in {"1", ""} and row["Visibility in catalog"] not in {"hidden"},
    )
    unsupported = {"grouped": "a group: its parts come in by themselves", "external": "sold on another site"}
    fault = "no name" if not product.title else next((why for kind, why in unsupported.items() if kind in kinds), "")
    if fault:
        product.faults = dict.fromkeys(product.rows, fault)
        return product
    if variations:
        product.option_names = [name for name, _ in _attributes(row)]
    for source in variations or [row]:
        try:
            product.variants.append(_variant(source, row, product))
        except ProductFaultError as error:
            product.faults[source.number] = str(error)
    return product


def _attributes(row: Row) -> list[tuple[str, str]]:
    """(name, values) of the attributes that the row has, in their order."""
    found = []
    for number in range(1, 100):
        if f"Attribute {number} name" not in row.values:
            break
        if row[f"Attribute {number} name"]:
            found.append((row[f"Attribute {number} name"], row[f"Attribute {number} value(s)"]))
    return found


def _variant(row: Row, parent: Row, product: SourceProduct) -> SourceVariant:
    regular, sale = decimal_of(row["Regular price"], "the price"), decimal_of(row["Sale price"], "the sale price")
    price = sale if sale is not None else regular
    if price is None:
        raise ProductFaultError("no price")
    given = dict(_attributes(row))
    # A variation that leaves an attribute open stands for any value of it.
    values = [given.get(name) or "Any" for name in product.option_names]
    stock = whole_of(row["Stock"], "the stock")
    is_in_stock = row["In stock?"] in {"1", "backorder", ""}
    return SourceVariant(
        row=row.number,
        sku=(row["SKU"] or made_up_sku(parent["SKU"] or parent["Name"], values))[:80],
        price=price,
        compare_at=regular if sale is not None and regular and regular > sale else None,
        option_values=values,
        barcode=row["GTIN, UPC, EAN, or ISBN"][:40],
        stock=0 if stock is None and not is_in_stock else stock,
        # Without a number WooCommerce does not count, unless it says that there is none.
        is_tracked=stock is not None or not is_in_stock,
        may_backorder=row["Backorders allowed?"] in {"1", "notify"},
        weight_grams=_measure(row, parent, "Weight", _GRAMS),
        length_mm=_measure(row, parent, "Length", _MM),
        width_mm=_measure(row, parent, "Width", _MM),
        height_mm=_measure(row, parent, "Height", _MM),
        is_active=row["Published"] != "0",
    )


def _measure(row: Row, parent: Row, what: str, units: dict[str, Decimal]) -> int | None:
    """The column is called "Weight (lbs)": the unit stands in the header."""
    for column in row.values:
        match = re.fullmatch(rf"{what} \((\w+)\)", column)
        if match and match[1] in units:
            amount = decimal_of(row[column] or parent[column], what.lower())
            return round(amount * units[match[1]]) if amount else None
    return None


def _tax_class(row: Row) -> str:
    if row["Tax status"] == "none":
        return "zero"
    return {"reduced-rate": "reduced", "zero-rate": "zero"}.get(row["Tax class"].lower(), "standard")
