"""What actions on products take: plain values, as a form, an import or a simulation has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class OptionData:
    """What tells variants apart: ``OptionData("Colour", ("Red", "Blue"))``."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariantData:
    """``price_minor`` and ``compare_at_minor`` are in the market's currency; None leaves the price as it is.

    An empty ``sku`` is made up. ``position`` None puts it last.
    """

    sku: str = ""
    option_values: tuple[str, ...] = ()
    price_minor: int | None = None
    compare_at_minor: int | None = None
    cost_minor: int | None = None
    cost_currency: str = ""
    barcode: str = ""
    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    is_stock_tracked: bool = True
    is_active: bool = True
    position: int | None = None
    external_ref: str | None = None


@dataclass(frozen=True, slots=True)
class PictureData:
    """A picture of the media library on a product page. ``sku`` where it shows one variant only."""

    picture_id: int
    alt: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class ProductData:
    """A new product. ``categories`` are ids, the main one first. Without ``options`` it has one variant.

    ``body`` is a list of blocks: ``text_block(html)``, ``specification_block(rows)``. An empty ``slug`` is made of the title.
    """

    title: str
    variants: Sequence[VariantData] = (VariantData(),)
    options: Sequence[OptionData] = ()
    slug: str = ""
    subtitle: str = ""
    brand: str = ""
    body: Sequence[Mapping[str, Any]] = ()
    categories: Sequence[int] = ()
    pictures: Sequence[PictureData] = ()
    tags: Sequence[str] = ()
    tax_class: str = "standard"
    kind: str = "physical"
    seo_title: str = ""
    seo_description: str = ""
    position: int = 0
    external_ref: str | None = None
    created_at: datetime | None = None
    publish: bool = True


@dataclass(frozen=True, slots=True)
class ProductChanges:
    """Changes to a product's words and pictures; None leaves a field as it is. ``publish`` False keeps them a draft."""

    title: str | None = None
    slug: str | None = None
    subtitle: str | None = None
    brand: str | None = None
    body: Sequence[Mapping[str, Any]] | None = None
    categories: Sequence[int] | None = None
    pictures: Sequence[PictureData] | None = None
    tags: Sequence[str] | None = None
    tax_class: str | None = None
    kind: str | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    position: int | None = None
    publish: bool = True


def text_block(html: str) -> dict[str, Any]:
    """A block of text; the HTML is cleaned on its way in and on its way out."""
    return {"type": "text", "value": html}


def specification_block(rows: Sequence[tuple[str, str]], heading: str = "") -> dict[str, Any]:
    """A table of facts: ``[("Height", "12 cm"), ...]``."""
    return {
        "type": "specification",
        "value": {"heading": heading, "rows": [{"name": n, "value": v} for n, v in rows]},
    }
