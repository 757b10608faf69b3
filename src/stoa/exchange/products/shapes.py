"""A product as a file tells of it, before anything is written. Plain values; prices in major units."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation


class ProductFaultError(ValueError):
    """Why a product or a variant cannot come in, in words for the merchant."""


@dataclass(slots=True)
class SourceVariant:
    """``row`` it stood in; ``stock`` None where the file does not count; sizes in mm, weight in g."""

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


def decimal_of(text: str, what: str) -> Decimal | None:
    """None for an empty cell. Raises ProductFaultError for what is no plain, finite, non-negative number below a trillion."""
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ProductFaultError(f"{what} is not a number: {text[:40]!r}") from error
    if not number.is_finite() or not 0 <= number < 10**12:
        raise ProductFaultError(f"{what} is out of range: {text[:40]!r}")
    return number


def whole_of(text: str, what: str) -> int | None:
    """None for an empty cell. Stock may be negative in other systems. Raises ProductFaultError for fractions and giants."""
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ProductFaultError(f"{what} is not a number: {text[:40]!r}") from error
    if not number.is_finite() or number != number.to_integral_value() or abs(number) >= 10**9:
        raise ProductFaultError(f"{what} is not a whole number in range: {text[:40]!r}")
    return int(number)


def split_list(text: str, separator: str = ",") -> list[str]:
    return [part for part in (part.strip() for part in text.split(separator)) if part]


def made_up_sku(handle: str, option_values: list[str]) -> str:
    """For a variant without one: the handle and what tells it apart, in capitals ("BLUE-SHIRT-M")."""
    words = "-".join([handle, *option_values])
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in words)
    return "-".join(part for part in kept.upper().split("-") if part)[:80]
