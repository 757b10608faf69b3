"""Any table as a product file, through a map that says which column means what."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stoa.exchange.errors import MappingError
from stoa.exchange.files.tables import Row
from stoa.exchange.products.fields import is_meaning, pretty
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
    sources_of,
    split_list,
    whole_of,
)

# Rows that are kept in memory to find those of one product that stand apart.
HELD = 60_000
KINDS = {"physical", "digital", "service"}
GRAMS = {
    "g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"), "mg": Decimal("0.001"), "t": Decimal(1_000_000),
}  # fmt: skip
MILLIMETRES = {
    "mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4"), "ft": Decimal("304.8"),
    "yd": Decimal("914.4"),
}  # fmt: skip
_UNIT_IN_NAME = re.compile(r".*[(\[](\w{1,3})[)\]]\s*")
_TAX_CLASSES = {
    "reduced": "reduced", "reduced-rate": "reduced", "zero": "zero", "zero-rate": "zero", "exempt": "zero", "none": "zero",
}  # fmt: skip
_NO_PRICE = re.compile(r"[€$£¥]|\b(?:EUR|USD|GBP|CHF)\b")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """``columns``: column (``*`` stands for anything) -> meaning (see ``fields``). ``lists`` and ``paths`` part the members
    of lists and the steps of category paths. ``needs``: columns by which a file is known to be of this kind."""

    name: str
    columns: Mapping[str, str]
    lists: str = ","
    paths: str = ">"
    weight: str = "g"
    size: str = "mm"
    decimal: str = "."
    needs: frozenset[str] = field(default=frozenset())


def parse(said: Mapping[str, Any] | str) -> ColumnMapping:
    """From JSON values, or from TOML. Raises MappingError and says what is wrong."""
    if isinstance(said, str):
        try:
            said = tomllib.loads(said)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"the map is no TOML: {error}") from error
    columns = said.get("columns")
    if not isinstance(columns, Mapping) or not columns:
        raise MappingError("the map has no [columns]")
    if bad := [str(meaning) for meaning in columns.values() if not isinstance(meaning, str) or not is_meaning(meaning)]:
        raise MappingError(f"the map names what there is not: {', '.join(bad)[:300]}")
    if not any(meaning in {"title", "sku", "handle", "reference", "group"} for meaning in columns.values()):
        raise MappingError("the map needs a column for the title, the address, the SKU or the number of the product")
    rules = said.get("rules") or {}
    weight, size = str(rules.get("weight", "g")), str(rules.get("size", "mm"))
    if weight not in GRAMS or size not in MILLIMETRES:
        raise MappingError(f"units are {', '.join(GRAMS)} and {', '.join(MILLIMETRES)}")
    return ColumnMapping(
        name=str(said.get("name") or "mapped")[:40],
        columns=dict(columns),
        lists=str(rules.get("lists", ",")) or ",",
        paths=str(rules.get("paths", ">")) or ">",
        weight=weight,
        size=size,
        decimal=str(rules.get("decimal", ".")),
        needs=frozenset(said.get("needs") or ()),
    )


class MappedForm:
    """A layout that a map describes. Raises MappingError where the file has none of its columns."""

    def __init__(self, mapping: ColumnMapping, header: Iterable[str]) -> None:
        self.NAME = mapping.name
        self._mapping = mapping
        names = list(header)
        self._columns: list[tuple[str, str, str]] = []
        for name in names:
            if meaning := _meaning_of(name, mapping.columns):
                code, _, given = meaning.partition(":")
                self._columns.append((name, code, pretty(name) if given == "*" else _number_of(name, given)))
        if not self._columns:
            raise MappingError(f"the file has none of the columns of the map (it has {', '.join(names)[:300]})")
        self._ignored = [name for name in names if name not in {column for column, _, _ in self._columns}]

    def remarks(self, header: Iterable[str]) -> list[str]:
        return [f"columns that are not brought in: {', '.join(self._ignored)[:300]}"] if self._ignored else []

    def products(self, rows: Iterable[Row], header: Iterable[str] = ()) -> Iterator[SourceProduct]:
        """Products in the order of the file. Raises nothing: faults travel with the product.

        Rows of one product may stand apart, as long as no more than ``HELD`` rows are between them.
        """
        seen: set[str] = set()
        for key, group in self._groups(rows):
            product = self._product(group)
            if key and key in seen:
                product.refuse("the product stands further up already: bring the rows of one product together")
            seen.add(key)
            yield product

    def _groups(self, rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
        """Rows with one number, address or title; a row that has none of these continues what is above it."""
        held: dict[str, list[Row]] = {}
        count, current = 0, ""
        for row in rows:
            current = self._key(row) or current
            if count >= HELD and current not in held:
                yield from held.items()
                held, count = {}, 0
            held.setdefault(current, []).append(row)
            count += 1
        yield from held.items()

    def _key(self, row: Row) -> str:
        if key := self._first(row, "group") or self._first(row, "handle"):
            return key
        title = self._first(row, "title")
        if self._has("group", "handle"):
            return f"title:{title}" if title else ""
        # No column tells products apart: each row that has a title is one.
        return f"row:{row.number}" if title or not self._has("title") else ""

    def _product(self, rows: list[Row]) -> SourceProduct:
        first = next((row for row in rows if not row.fault), rows[0])
        known_by = next(
            (text for code in ("reference", "group", "handle", "sku", "title") if (text := self._first(first, code))),
            "",
        )
        product = SourceProduct(
            reference=f"{self.NAME}:{known_by}"[:200],
            title=self._first(first, "title"),
            rows=[row.number for row in rows],
            handle=self._first(first, "handle"),
            description_html=paragraphs(self._first(first, "description")),
            summary=self._first(first, "subtitle"),
            brand=self._first(first, "brand"),
            category_paths=[split_list(path, self._mapping.paths) for path in self._list(first, "category")],
            tags=self._list(first, "tags"),
            seo_title=self._first(first, "seo_title"),
            seo_description=self._first(first, "seo_description"),
            faults={row.number: row.fault for row in rows if row.fault},
        )
        if not known_by:
            product.refuse(rows[0].fault or "no title, no address, no SKU")
            return product
        self._rest(product, first)
        self._options_and_variants(product, rows, first)
        self._pictures(product, rows)
        return product

    def _rest(self, product: SourceProduct, row: Row) -> None:
        kind = self._first(row, "kind").lower()
        needs_delivery, is_digital = flag_of(self._first(row, "shipping")), flag_of(self._first(row, "digital"))
        if kind in KINDS:
            product.kind = kind
        elif is_digital or needs_delivery is False:
            product.kind = "digital"
        elif needs_delivery:
            product.kind = "physical"
        if named := self._first(row, "tax_class").lower():
            product.tax_class = _TAX_CLASSES.get(named, "standard")
        if (taxable := flag_of(self._first(row, "taxable"))) is not None:
            product.tax_class = product.tax_class or "standard" if taxable else "zero"
        product.is_published = flag_of(self._first(row, "status"))
        product.attributes = {name: text for _, name, text in self._named(row, "attribute") if text}
        for pair in self._list(row, "facets", "|"):
            name, _, value = (part.strip() for part in pair.partition(":"))
            if name.lower() == "category" and value:
                product.category_paths.append([value])
            elif name.lower() == "brand" and value:
                product.brand = product.brand or value
            elif name and value:
                product.attributes[name[:1].upper() + name[1:]] = value
        product.category_paths = [path for path in product.category_paths if path]

    def _options_and_variants(self, product: SourceProduct, rows: list[Row], first: Row) -> None:
        named = next((row for row in rows if not row.fault and self._option_names(row)), first)
        names = self._option_names(named)
        product.option_names = [name for name, _ in names]
        sound = [row for row in rows if not row.fault]
        told = {row.number: [value(row) for _, value in names] for row in sound}
        are_told_apart = any(any(values) for values in told.values())
        known: dict[str, SourceVariant] = {}
        for row in sound:
            values, sku = told[row.number], self._first(row, "sku")
            try:
                if sku and sku in known:
                    self._price_again(known[sku], row)
                elif row is first and are_told_apart and not any(values) and len(sound) > 1:
                    continue  # a row of the product alone, above those of its variants
                else:
                    known[sku or f"row:{row.number}"] = variant = self._variant(row, values)
                    product.variants.append(variant)
            except ProductFaultError as fault:
                product.faults[row.number] = str(fault)
        product.option_names, product.variants = _told_apart(product.option_names, product.variants)
        for variant in product.variants:
            if not all(variant.option_values):
                product.faults[variant.row] = "an option has no value"
        product.variants = [variant for variant in product.variants if variant.row not in product.faults]

    def _price_again(self, variant: SourceVariant, row: Row) -> None:
        """A further row of a variant that is there: its price in another currency."""
        currency = self._first(row, "currency").upper()
        if not currency or currency == variant.currency.upper():
            raise ProductFaultError(f"the SKU {variant.sku} is taken")
        price = self._amount(row, "price", "the price")
        if price is not None:
            variant.prices[currency] = price, self._amount(row, "compare_at", "the compare-at price")

    def _option_names(self, first: Row) -> list[tuple[str, Any]]:
        """(name, how a row says its value) of each option."""
        found: list[tuple[str, Any]] = []
        listed = split_list(self._first(first, "option_names"), "|")
        for place, name in enumerate(listed):
            found.append(
                (name, lambda row, place=place: _nth(split_list(self._first(row, "option_values"), "|"), place))
            )
        columns = {number: column for column, number, _ in self._named(first, "option_value")}
        for _, number, name in self._named(first, "option_name"):
            if name and number in columns:
                found.append((name, lambda row, column=columns[number]: row[column]))
        for column, name, _ in self._named(first, "option"):
            found.append((name, lambda row, column=column: row[column]))
        return found

    def _variant(self, row: Row, values: list[str]) -> SourceVariant:
        price = self._amount(row, "price", "the price")
        compare_at = self._amount(row, "compare_at", "the compare-at price")
        sale = self._amount(row, "sale_price", "the sale price")
        if sale is not None and (price is None or sale < price):
            price, compare_at = sale, price or compare_at
        is_tracked = flag_of(self._first(row, "track"))
        stock = whole_of(self._first(row, "stock"), "the stock")
        if is_tracked is None and self._has("stock") and not self._has("track"):
            is_tracked = stock is not None
        elif is_tracked is None and stock is not None:
            is_tracked = True
        return SourceVariant(
            row=row.number,
            sku=sku_of(self._first(row, "sku")),
            price=price,
            currency=self._first(row, "currency").upper()[:3],
            compare_at=compare_at if compare_at and (price is None or compare_at > price) else None,
            cost=self._amount(row, "cost", "the cost"),
            option_values=values,
            barcode=self._first(row, "barcode").removeprefix("'")[:40],
            stock=stock,
            is_tracked=is_tracked,
            may_backorder=flag_of(self._first(row, "backorder")),
            weight_grams=self._measure(row, "weight", "weight_unit", GRAMS, self._mapping.weight),
            length_mm=self._measure(row, "length", "size_unit", MILLIMETRES, self._mapping.size),
            width_mm=self._measure(row, "width", "size_unit", MILLIMETRES, self._mapping.size),
            height_mm=self._measure(row, "height", "size_unit", MILLIMETRES, self._mapping.size),
            is_active=flag_of(self._first(row, "active")),
            picture=(self._sources(row, "variant_pictures") or [""])[0],
            stock_at={
                name: units
                for _, name, text in self._named(row, "stock_at")
                if (units := whole_of(text, f"the stock at {name}")) is not None
            },
            prices={
                name: (amount, None)
                for _, name, text in self._named(row, "price_on")
                if (amount := decimal_of(self._plain_number(text), f"the price on {name}")) is not None
            },
        )

    def _pictures(self, product: SourceProduct, rows: list[Row]) -> None:
        known: dict[str, SourcePicture] = {}
        for row in rows:
            for place, source in enumerate(self._sources(row, "pictures")):
                alt = self._first(row, "picture_alt") if place == 0 else ""
                known.setdefault(source, SourcePicture(source, alt, row.number))
        for place, variant in enumerate(product.variants):
            if variant.picture:
                known.setdefault(variant.picture, SourcePicture(variant.picture, "", variant.row)).variants.append(
                    place
                )
        product.pictures = list(known.values())

    def _sources(self, row: Row, code: str) -> list[str]:
        found = [
            source for column, meaning, _ in self._columns if meaning == code for source in sources_of(row[column])
        ]
        return list(dict.fromkeys(found))

    def _amount(self, row: Row, code: str, what: str) -> Decimal | None:
        return decimal_of(self._plain_number(self._first(row, code)), what)

    def _plain_number(self, text: str) -> str:
        """Without signs of currencies and, where the map says how fractions are written, without marks for thousands."""
        text = _NO_PRICE.sub("", text).strip().replace("\u00a0", "").replace("\u202f", "")
        if self._mapping.decimal == ",":
            return text.replace(".", "").replace("'", "").replace(",", ".")
        return text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text) else text

    def _measure(self, row: Row, code: str, unit_code: str, units: Mapping[str, Decimal], usual: str) -> int | None:
        column = next((column for column, meaning, _ in self._columns if meaning == code), "")
        named = _UNIT_IN_NAME.fullmatch(column)
        unit = self._first(row, unit_code).lower() or (named[1].lower() if named else "") or usual
        if unit not in units:
            raise ProductFaultError(f"the unit of the {code} is not known: {unit[:20]!r}")
        return measure_of(row[column] if column else "", f"the {code}", units[unit])

    def _has(self, *codes: str) -> bool:
        return any(meaning in codes for _, meaning, _ in self._columns)

    def _first(self, row: Row, code: str) -> str:
        return next((row[column] for column, meaning, _ in self._columns if meaning == code and row[column]), "")

    def _list(self, row: Row, code: str, separator: str = "") -> list[str]:
        parts = [
            part
            for column, meaning, _ in self._columns
            if meaning == code
            for part in split_list(row[column], separator or self._mapping.lists)
        ]
        return list(dict.fromkeys(parts))

    def _named(self, row: Row, code: str) -> list[tuple[str, str, str]]:
        """(column, name, cell)."""
        return [(column, name, row[column]) for column, meaning, name in self._columns if meaning == code]


def _meaning_of(name: str, columns: Mapping[str, str]) -> str:
    if name in columns:
        return columns[name]
    return next(
        (meaning for pattern, meaning in columns.items() if "*" in pattern and fnmatch.fnmatchcase(name, pattern)), ""
    )


def _number_of(name: str, given: str) -> str:
    """``option_name:#`` takes the number that stands in the column's name."""
    if given != "#":
        return given
    digits = re.search(r"\d+", name)
    return digits[0] if digits else "1"


def _nth(values: list[str], place: int) -> str:
    return values[place] if place < len(values) else ""


def _told_apart(names: list[str], variants: list[SourceVariant]) -> tuple[list[str], list[SourceVariant]]:
    """Without the options that no variant has a value of."""
    used = [place for place in range(len(names)) if any(variant.option_values[place] for variant in variants)]
    for variant in variants:
        variant.option_values = [variant.option_values[place] for place in used]
    return [names[place] for place in used], variants
