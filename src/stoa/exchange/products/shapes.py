"""A product as a file tells of it, before anything is written. Plain values; prices in major units."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

MAX_PRICE = Decimal(10) ** 9
MAX_MEASURE = 2_000_000_000  # g and mm, as the tables hold them

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
# "12,50", as shops with a decimal comma write; "1,299" could be either and is refused.
_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]{1,2})")
_YES = {"true", "yes", "y", "t", "1", "1.0", "on", "wahr", "ja", "vrai", "oui", "x", "active", "published", "enabled"}
_NO = {
    "false",
    "no",
    "n",
    "f",
    "0",
    "0.0",
    "off",
    "falsch",
    "nein",
    "faux",
    "non",
    "-1",
    "draft",
    "archived",
    "disabled",
}
_HAS_BLOCKS = re.compile(r"<(p|div|ul|ol|h[1-6]|table|blockquote|section|article|br|dl|pre)\b", re.IGNORECASE)


class ProductFaultError(ValueError):
    """Why a product or a variant cannot come in, in words for the merchant."""


@dataclass(slots=True)
class SourcePicture:
    """``source``: an http address, or the name of a file in the folder or archive that comes along.

    ``variants`` are the places (from 0) of those that it shows; none: it shows the product.
    """

    source: str
    alt: str = ""
    row: int = 0
    variants: list[int] = field(default_factory=list)


@dataclass(slots=True)
class SourceFile:
    """A file that buyers get. ``source`` as of pictures; ``variants``: places of those that it comes with, none: all."""

    source: str
    name: str = ""
    row: int = 0
    variants: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SourceSale:
    """A reduced price for some days. Days are the shop's; an open end is None."""

    price: Decimal
    starts: date | None = None
    ends: date | None = None


@dataclass(slots=True)
class SourceVariant:
    """``row`` it stood in; ``sku`` "" is made up by the shop; mm and g.

    None, or an empty text, is what the file does not say: a new variant gets the usual, one that is there keeps its own.
    """

    row: int
    sku: str
    price: Decimal | None
    compare_at: Decimal | None = None
    cost: Decimal | None = None
    option_values: list[str] = field(default_factory=list)
    barcode: str = ""
    stock: int | None = None
    is_tracked: bool | None = None
    may_backorder: bool | None = None
    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    is_active: bool | None = None
    picture: str = ""
    sale: SourceSale | None = None
    # Of the price, where the file says; the market's otherwise.
    currency: str = ""
    # Code or name of a location -> how many lie there; of a price list, or a currency -> (price, compare-at
    # price).
    stock_at: dict[str, int] = field(default_factory=dict)
    prices: dict[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    # What only our own files say: see ``exporting``.
    own: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class SourceProduct:
    """``rows``: every row that tells of it, also those with only a picture. ``faults``: row -> why it is left out.

    ``notes``: row -> what of it was left out or changed, although it came in. What is None or empty the file does not say.
    """

    reference: str
    title: str
    rows: list[int]
    handle: str = ""
    description_html: str = ""
    summary: str = ""
    brand: str = ""
    type_name: str = ""
    kind: str | None = None
    tax_class: str | None = None
    category_paths: list[list[str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    is_published: bool | None = None
    option_names: list[str] = field(default_factory=list)
    variants: list[SourceVariant] = field(default_factory=list)
    pictures: list[SourcePicture] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)
    # (days, downloads) of the files; 0: no limit, None: as in the whole shop.
    download_terms: tuple[int | None, int | None] | None = None
    # Name -> value as the file writes it.
    attributes: dict[str, str] = field(default_factory=dict)
    # A page that shows other products (``parts``, by their references) and is not bought itself.
    is_group: bool = False
    parts: list[str] = field(default_factory=list)
    seo_title: str = ""
    seo_description: str = ""
    faults: dict[int, str] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)

    @property
    def enclosed(self) -> list[SourcePicture | SourceFile]:
        """What comes along with it: pictures, and files that are sold."""
        return [*self.pictures, *self.files]

    def note(self, row: int, text: str) -> None:
        said = self.notes.setdefault(row, [])
        if text not in said:
            said.append(text)

    def refuse(self, why: str) -> None:
        """Leave the whole product out; rows with a fault of their own keep it."""
        self.faults = {row: self.faults.get(row, why) for row in self.rows}
        self.variants = []


def decimal_of(text: str, what: str) -> Decimal | None:
    """None for an empty cell. Raises ProductFaultError for what is no plain, non-negative number below a milliard."""
    if not text:
        return None
    number = _number(text, what)
    if not 0 <= number < MAX_PRICE:
        raise ProductFaultError(f"{what} is out of range: {text[:40]!r}")
    return number


def whole_of(text: str, what: str) -> int | None:
    """None for an empty cell. Stock may be negative in other systems. Raises ProductFaultError for fractions and giants."""
    if not text:
        return None
    number = _number(text, what)
    if number != number.to_integral_value() or abs(number) >= 10**9:
        raise ProductFaultError(f"{what} is not a whole number in range: {text[:40]!r}")
    return int(number)


def measure_of(text: str, what: str, factor: Decimal = Decimal(1)) -> int | None:
    """A weight or size in whole g or mm; None for an empty cell and for zero, which other systems write for "unknown"."""
    amount = decimal_of(text, what)
    measured = round(amount * factor) if amount else 0
    if measured > MAX_MEASURE:
        raise ProductFaultError(f"{what} is out of range: {text[:40]!r}")
    return measured or None


def flag_of(text: str) -> bool | None:
    """Yes or no as spreadsheets write it; None for an empty cell and for what is neither."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def day_of(text: str, what: str) -> date | None:
    """A day in ISO 8601, with or without a time behind it. Raises ProductFaultError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise ProductFaultError(f"{what} is not a date: {text[:40]!r}") from None


def sources_of(text: str) -> list[str]:
    """The addresses or file names of a cell that lists pictures, parted by commas, bars or lines."""
    parts = re.split(r"\s*(?:[|\n]|,\s*(?=https?://)|,\s+|;\s*(?=https?://))\s*", text.strip())
    if len(parts) == 1 and "," in text and "://" not in text:
        parts = text.split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def sku_of(text: str) -> str:
    """Raises ProductFaultError for one that is too long: shortened, it could be another's."""
    # Shopify's way to keep spreadsheets from counting with it.
    sku = text.removeprefix("'")
    if len(sku) > 80:
        raise ProductFaultError("the SKU is longer than 80 characters")
    return sku


def split_list(text: str, separator: str = ",") -> list[str]:
    """Parts between separators, trimmed; a separator after a backslash belongs to the part."""
    parts = re.split(rf"(?<!\\){re.escape(separator)}", text)
    return [part for part in (part.replace(f"\\{separator}", separator).strip() for part in parts) if part]


def paragraphs(text: str) -> str:
    """HTML of a description: plain text gets a paragraph where it has an empty line. It is not cleaned here."""
    text = text.strip()
    if not text or _HAS_BLOCKS.search(text):
        return text
    if "<" not in text:
        text = html.escape(html.unescape(text), quote=False)
    parts = (part.strip().replace("\n", "<br>") for part in re.split(r"\r?\n\s*\n", text))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _number(text: str, what: str) -> Decimal:
    text = text.strip()
    if comma := _DECIMAL_COMMA.fullmatch(text):
        text = f"{comma[1]}.{comma[2]}"
    if not _NUMBER.fullmatch(text):
        raise ProductFaultError(f"{what} is not a number: {text[:40]!r}")
    return Decimal(text)


def in_currency(product: SourceProduct, currency: str) -> None:
    """Have each variant's own price be the one in ``currency``; one that the file has in others only is a fault."""
    for variant in product.variants:
        said = variant.currency.upper()
        if not said or said == currency:
            continue
        if variant.price is not None:
            variant.prices.setdefault(said, (variant.price, variant.compare_at))
        variant.price, variant.compare_at = variant.prices.pop(currency, (None, None))
        if variant.price is None:
            product.faults[variant.row] = f"the price is in {said}, and the shop sells in {currency}"
    product.variants = [variant for variant in product.variants if variant.row not in product.faults]
