"""WooCommerce's product CSV: a row a product, and a row a variation that names its parent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from stoa.catalogue.files.actions import MOST
from stoa.exchange.files.tables import Row
from stoa.exchange.products.columns import table_of, translated, translation
from stoa.exchange.products.shapes import (
    ProductFaultError,
    SourceFile,
    SourcePicture,
    SourceProduct,
    SourceSale,
    SourceVariant,
    day_of,
    decimal_of,
    flag_of,
    measure_of,
    paragraphs,
    sku_of,
    sources_of,
    split_list,
    whole_of,
)

NAME = "woocommerce"
LABEL = "WooCommerce"
# The value of an option that a variation leaves open.
ANY = "Any"
COLUMNS = table_of(
    {
        "ID": [], "Type": [], "SKU": [], "Name": [], "Published": [], "Visibility in catalog": ["Catalog visibility"],
        "Short description": [], "Description": [], "Date sale price starts": [], "Date sale price ends": [],
        "Tax status": [], "Tax class": [], "In stock?": ["In stock"], "Stock": [], "Backorders allowed?": ["Backorders allowed"],
        "Sale price": [], "Regular price": ["Price"], "Categories": [], "Tags": [], "Images": ["Image"], "Parent": [],
        "Grouped products": [], "External URL": ["Product URL"], "Brands": ["Brand"],
        "Download limit": [], "Download expiry days": [],
        "GTIN, UPC, EAN, or ISBN": ["GTIN", "EAN"], "Cost of goods": ["Cost", "Cost of Goods Sold"],
    }
)  # fmt: skip
REQUIRED = {"Type", "SKU", "Name", "Regular price"}

_MM = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4"), "yd": Decimal("914.4")}
_GRAMS = {
    "g": Decimal(1), "kg": Decimal(1000), "lbs": Decimal("453.59237"), "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}  # fmt: skip
_SEO_TITLES = ("Meta: _yoast_wpseo_title", "Meta: rank_math_title")
_SEO_DESCRIPTIONS = ("Meta: _yoast_wpseo_metadesc", "Meta: rank_math_description")


def is_mine(header: Iterable[str]) -> bool:
    return set(translation(header, COLUMNS).values()) >= REQUIRED


def remarks(header: Iterable[str]) -> list[str]:
    """What of the file as a whole is not brought in."""
    meta = [name for name in header if name.startswith("Meta:") and name not in (*_SEO_TITLES, *_SEO_DESCRIPTIONS)]
    return [f"{len(meta)} columns of other plug-ins (Meta: ...) are not brought in"] if meta else []


def products(rows: Iterable[Row], header: Iterable[str] = ()) -> Iterator[SourceProduct]:
    """Products in the order of the file. Variations may stand anywhere, so the rows are held until the end."""
    parents: list[Row] = []
    variations: dict[str, list[Row]] = {}
    for row in translated(rows, translation(header, COLUMNS)):
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
        description_html=paragraphs(_lines(row["Description"])),
        summary=_lines(row["Short description"]),
        brand=(split_list(row["Brands"]) or [""])[0],
        kind=None
        if not kinds
        else "digital"
        if "downloadable" in kinds
        else "service"
        if "virtual" in kinds
        else "physical",
        tax_class=_tax_class(row),
        category_paths=[split_list(path, ">") for path in split_list(row["Categories"])],
        tags=split_list(row["Tags"]),
        is_published=_published(row),
        seo_title=_first(row, _SEO_TITLES),
        seo_description=_first(row, _SEO_DESCRIPTIONS),
        faults={r.number: r.fault for r in (row, *variations) if r.fault},
    )
    if row.fault:
        product.refuse(row.fault)
    elif "external" in kinds:
        product.refuse("sold on another site")
    elif not product.title:
        product.refuse("no name")
    if product.faults.get(row.number):
        return product
    product.category_paths = [path for path in product.category_paths if path]
    product.type_name = product.category_paths[0][-1] if product.category_paths else ""
    if "grouped" in kinds:
        return _group(product, row)
    product.option_names = _option_names(row, variations)
    product.attributes = {
        name: value for name, value in _attributes(row).items() if value and name not in product.option_names
    }
    for source in variations or [row]:
        if source.fault:
            continue
        try:
            product.variants.append(_variant(source, row, product.option_names))
        except ProductFaultError as error:
            product.faults[source.number] = str(error)
    _pictures(product, row, variations)
    _files(product, variations or [row])
    _say(product, row, kinds)
    return product


def _group(product: SourceProduct, row: Row) -> SourceProduct:
    """A page that shows the parts. They are bought one by one, here as there."""
    product.is_group = True
    product.parts = [_known_by(part) for part in split_list(row["Grouped products"])]
    product.variants = [SourceVariant(row.number, sku_of(row["SKU"]), None, is_tracked=False)]
    _pictures(product, row, [])
    product.note(row.number, "a group: it comes in as a page that shows its parts, which are bought one by one")
    return product


def _known_by(part: str) -> str:
    return f"{NAME}:{part}"[:200]


def _say(product: SourceProduct, row: Row, kinds: set[str]) -> None:
    if "subscription" in " ".join(kinds):
        product.note(row.number, "a subscription: it comes in as a product that is bought once")
    sold_with = [what for what in ("Upsells", "Cross-sells") if row[what]]
    if sold_with:
        product.note(row.number, f"{' and '.join(sold_with).lower()} are not brought in")


def _files(product: SourceProduct, rows: list[Row]) -> None:
    """What buyers download; what every variant comes with belongs to the product."""
    places = {variant.row: place for place, variant in enumerate(product.variants)}
    found: dict[tuple[str, str], SourceFile] = {}
    for row in rows:
        for said in _downloads(row) if row.number in places else ():
            found.setdefault((said.source, said.name), said).variants.append(places[row.number])
            product.download_terms = product.download_terms or _terms(product, row)
    for said in found.values():
        if len(said.variants) == len(product.variants):
            said.variants = []
    product.files = list(found.values())


def _downloads(row: Row) -> list[SourceFile]:
    numbers = (match for column in row.values if (match := _DOWNLOAD.fullmatch(column)))
    return [
        SourceFile(source, row[f"Download {match[1]} name"] or row[f"Download {match[1]} Name"], row.number)
        for match in numbers
        if (source := row[match[0]])
    ]


def _terms(product: SourceProduct, row: Row) -> tuple[int | None, int | None] | None:
    """(days, downloads). An empty cell, or -1, is how WooCommerce says that there is no limit."""
    found: list[int | None] = []
    for column, what in (("Download expiry days", "days"), ("Download limit", "downloads")):
        if column not in row.values:
            found.append(None)
            continue
        try:
            said = max(whole_of(row[column], column) or 0, 0)
        except ProductFaultError:
            said = MOST + 1
        if said > MOST:
            product.note(
                row.number, f"the {what} of downloads are out of range: {row[column][:20]!r}; as in the whole shop"
            )
        found.append(said if said <= MOST else None)
    return None if found == [None, None] else (found[0], found[1])


_DOWNLOAD = re.compile(r"Download (\d{1,3}) URL", re.IGNORECASE)


def _first(row: Row, columns: tuple[str, ...]) -> str:
    # "%%title%%" are the other system's own variables.
    return next((row[column] for column in columns if row[column] and "%" not in row[column]), "")


def _lines(text: str) -> str:
    """Line breaks stand as \\n in WooCommerce's cells."""
    return text.replace("\\r", "").replace("\\n", "\n")


def _published(row: Row) -> bool | None:
    published = flag_of(row["Published"])
    if row["Visibility in catalog"].lower() == "hidden":
        return False
    return published if row["Published"] else None


def _pictures(product: SourceProduct, row: Row, variations: list[Row]) -> None:
    known = {source: SourcePicture(source, "", row.number) for source in sources_of(row["Images"])}
    places = {variant.row: place for place, variant in enumerate(product.variants)}
    for variation in variations:
        if variation.number in places:
            for source in sources_of(variation["Images"])[:1]:
                known.setdefault(source, SourcePicture(source, "", variation.number)).variants.append(
                    places[variation.number]
                )
    product.pictures = list(known.values())


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
    starts = day_of(row["Date sale price starts"], "the first day of the sale")
    ends = day_of(row["Date sale price ends"], "the last day of the sale")
    is_timed = sale is not None and regular is not None and sale < regular and bool(starts or ends)
    price = regular if sale is None or is_timed else sale
    given = _attributes(row)
    stock, is_tracked = _stock(row)
    return SourceVariant(
        row=row.number,
        sku=sku_of(row["SKU"]),
        price=price,
        compare_at=regular if not is_timed and sale is not None and regular and regular > sale else None,
        cost=decimal_of(row["Cost of goods"], "the cost"),
        option_values=[given.get(name) or ANY for name in option_names],
        barcode=row["GTIN, UPC, EAN, or ISBN"][:40],
        stock=stock,
        is_tracked=is_tracked,
        may_backorder=row["Backorders allowed?"] in {"1", "notify"} if row["Backorders allowed?"] else None,
        weight_grams=_measure(row, parent, "Weight", _GRAMS),
        length_mm=_measure(row, parent, "Length", _MM),
        width_mm=_measure(row, parent, "Width", _MM),
        height_mm=_measure(row, parent, "Height", _MM),
        is_active=flag_of(row["Published"]) is not False if row is not parent and row["Published"] else None,
        sale=SourceSale(sale, starts, ends) if is_timed and sale is not None else None,
    )


def _stock(row: Row) -> tuple[int | None, bool | None]:
    """(how many, whether they are counted)."""
    if not {"Stock", "In stock?"} & row.values.keys():
        return None, None
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
        match = re.fullmatch(rf"{what} \((\w+)\)", column, re.IGNORECASE)
        if match and match[1].lower() in units:
            return measure_of(row[column] or parent[column], f"the {what.lower()}", units[match[1].lower()])
    return None


def _tax_class(row: Row) -> str | None:
    status, name = row["Tax status"].lower(), row["Tax class"].lower()
    if not status and not name:
        return None
    if status == "none":
        return "zero"
    return {"reduced-rate": "reduced", "reduced": "reduced", "zero-rate": "zero", "zero": "zero"}.get(name, "standard")
