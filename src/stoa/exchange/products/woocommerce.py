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
    measure_of,
    paragraphs,
    sku_of,
    split_list,
    whole_of,
)

NAME = "woocommerce"
HEADERS = {"ID", "Type", "SKU", "Name", "Regular price"}
# The value of an option that a variation leaves open.
ANY = "Any"

_MM = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4"), "yd": Decimal("914.4")}
_GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125")}
_UNSUPPORTED = {"grouped": "a group: its parts come in by themselves", "external": "sold on another site"}


def products(rows: Iterable[Row]) -> Iterator[SourceProduct]:
    """Products in the order of the file. Variations may stand anywhere, so the rows are held until the end."""
    parents: list[Row] = []
    variations: dict[str, list[Row]] = {}
    for row in rows:
        if "variation" in _kinds(row):
            variations.setdefault(row["Parent"], []).append(row)
        else:
            parents.append(row)
    for row in parents:
        mine = [v for key in {f"id:{row['ID']}", row["SKU"]} - {"", "id:"} for v in variations.pop(key, [])]
        yield _product(row, sorted(mine, key=lambda v: v.number))
    for parent, orphans in variations.items():
        product = SourceProduct(f"{NAME}:orphans:{orphans[0].number}", "", [row.number for row in orphans])
        product.refuse(f"the parent {parent[:80] or '(none)'} is not in the file")
        yield product


def _kinds(row: Row) -> set[str]:
    return set(split_list(row["Type"].lower()))


def _reference(row: Row) -> str:
    known_by = row["SKU"] or (f"id:{row['ID']}" if row["ID"] else f"name:{row['Name']}")
    return f"{NAME}:{known_by}"[:200]


def _product(row: Row, variations: list[Row]) -> SourceProduct:
    kinds = _kinds(row)
    product = SourceProduct(
        reference=_reference(row),
        title=row["Name"],
        rows=[row.number, *(v.number for v in variations)],
        # Line breaks stand as \n in WooCommerce's cells.
        description_html=paragraphs(row["Description"].replace("\\n", "\n")),
        summary=row["Short description"].replace("\\n", "\n"),
        kind="digital" if "downloadable" in kinds else "service" if "virtual" in kinds else "physical",
        tax_class=_tax_class(row),
        category_paths=[split_list(path, ">") for path in split_list(row["Categories"])],
        tags=split_list(row["Tags"]),
        is_published=row["Published"] in {"1", ""} and row["Visibility in catalog"] != "hidden",
        faults={r.number: r.fault for r in (row, *variations) if r.fault},
    )
    why = next((reason for kind, reason in _UNSUPPORTED.items() if kind in kinds), "" if product.title else "no name")
    if why or row.fault:
        product.refuse(why or row.fault)
        return product
    product.option_names = _option_names(row, variations)
    for source in variations or [row]:
        if source.fault:
            continue
        try:
            product.variants.append(_variant(source, row, product.option_names))
        except ProductFaultError as error:
            product.faults[source.number] = str(error)
    return product


def _option_names(parent: Row, variations: list[Row]) -> list[str]:
    """The parent's attributes that tell its variations apart; the others only describe it."""
    told = {name for variation in variations for name, value in _attributes(variation).items() if value}
    return [name for name in _attributes(parent) if name in told]


def _attributes(row: Row) -> dict[str, str]:
    """Name -> values of the attributes that the row has, in their order."""
    found = {}
    for number in range(1, 100):
        if f"Attribute {number} name" not in row.values:
            break
        if name := row[f"Attribute {number} name"]:
            found[name] = row[f"Attribute {number} value(s)"]
    return found


def _variant(row: Row, parent: Row, option_names: list[str]) -> SourceVariant:
    regular, sale = decimal_of(row["Regular price"], "the price"), decimal_of(row["Sale price"], "the sale price")
    price = sale if sale is not None else regular
    if price is None:
        raise ProductFaultError("no price")
    given = _attributes(row)
    stock, is_tracked = _stock(row)
    return SourceVariant(
        row=row.number,
        sku=sku_of(row["SKU"]),
        price=price,
        compare_at=regular if sale is not None and regular and regular > sale else None,
        option_values=[given.get(name) or ANY for name in option_names],
        barcode=row["GTIN, UPC, EAN, or ISBN"][:40],
        stock=stock,
        is_tracked=is_tracked,
        may_backorder=row["Backorders allowed?"] in {"1", "notify"},
        weight_grams=_measure(row, parent, "Weight", _GRAMS),
        length_mm=_measure(row, parent, "Length", _MM),
        width_mm=_measure(row, parent, "Width", _MM),
        height_mm=_measure(row, parent, "Height", _MM),
        is_active=row["Published"] in {"1", ""},
    )


def _stock(row: Row) -> tuple[int | None, bool]:
    """(how many, whether they are counted)."""
    if row["Stock"].lower() == "parent":
        # Counted together with its siblings, which nobody can share out from here: nothing is sold until somebody counts.
        return 0, True
    stock = whole_of(row["Stock"], "the stock")
    if stock is None and row["In stock?"] == "0":
        return 0, True
    # Without a number WooCommerce does not count.
    return stock, stock is not None


def _measure(row: Row, parent: Row, what: str, units: dict[str, Decimal]) -> int | None:
    """The column is called "Weight (lbs)": the unit stands in the header."""
    for column in row.values:
        match = re.fullmatch(rf"{what} \((\w+)\)", column)
        if match and match[1] in units:
            return measure_of(row[column] or parent[column], f"the {what.lower()}", units[match[1]])
    return None


def _tax_class(row: Row) -> str:
    if row["Tax status"] == "none":
        return "zero"
    return {"reduced-rate": "reduced", "zero-rate": "zero"}.get(row["Tax class"].lower(), "standard")
