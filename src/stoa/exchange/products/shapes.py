"""A product as a file tells of it, before anything is written. Plain values; prices in major units."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from decimal import Decimal

MAX_PRICE = Decimal(10) ** 9
MAX_MEASURE = 2_000_000_000  # g and mm, as the tables hold them

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
# "12,50", as shops with a decimal comma write; "1,299" could be either and is refused.
_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]{1,2})")
_HAS_BLOCKS = re.compile(r"<(p|div|ul|ol|h[1-6]|table|blockquote|section|article|br|dl|pre)\b", re.IGNORECASE)


class ProductFaultError(ValueError):
    """Why a product or a variant cannot come in, in words for the merchant."""


@dataclass(slots=True)
class SourceVariant:
    """``row`` it stood in; ``sku`` "" is made up by the shop; ``stock`` None where the file does not count; mm and g."""

    row: int
    sku: str
    price: Decimal
    compare_at: Decimal | None = None
    cost: Decimal | None = None
    option_values: list[str] = field(default_factory=list)
    barcode: str = ""
    stock: int | None = None
    is_tracked: bool = True
    may_backorder: bool = False
    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    is_active: bool = True


@dataclass(slots=True)
class SourceProduct:
    """``rows``: every row that tells of it, also those with only a picture. ``faults``: row -> why it is left out."""

    reference: str
    title: str
    rows: list[int]
    handle: str = ""
    description_html: str = ""
    summary: str = ""
    brand: str = ""
    kind: str = "physical"
    tax_class: str = "standard"
    category_paths: list[list[str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    is_published: bool = True
    option_names: list[str] = field(default_factory=list)
    variants: list[SourceVariant] = field(default_factory=list)
    seo_title: str = ""
    seo_description: str = ""
    faults: dict[int, str] = field(default_factory=dict)

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
