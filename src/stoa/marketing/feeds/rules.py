"""What an item of a shopping feed is, and what networks ask of it. Pure.

The attributes, their limits and values are those of Google's product data specification; Meta reads the same names, with
other words for availability.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape, unescape
from typing import Literal

from stoa.kernel.money import Money

LONGEST_TITLE = 150
LONGEST_DESCRIPTION = 5_000
SHORT_DESCRIPTION = 50
MOST_PICTURES = 10
LONGEST_ID = 50
SMALLEST_PICTURE = 250

Availability = Literal["in_stock", "out_of_stock", "backorder"]
SCHEMA_ORG: dict[Availability, str] = {"in_stock": "InStock", "out_of_stock": "OutOfStock", "backorder": "BackOrder"}
META: dict[Availability, str] = {
    "in_stock": "in stock", "out_of_stock": "out of stock", "backorder": "available for order",
}  # fmt: skip

# Which option of a variant is which attribute, by its folded name, in the languages of the shop.
OPTION_NAMES = {
    "color": "color", "colour": "color", "farbe": "color", "couleur": "color",
    "size": "size", "grosse": "size", "groesse": "size", "taille": "size",
    "material": "material", "pattern": "pattern", "muster": "pattern",
}  # fmt: skip

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"</(?:p|li|h[1-6]|tr|div)>|<br\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
# XML 1.0 has no place for these, escaped or not.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Shipping:
    """The cheapest way to the home country. ``free_from``: worth of goods from which it costs nothing. Working days."""

    country: str
    service: str
    price: Money
    free_from: Money | None = None
    min_days: int = 0
    max_days: int = 0

    def cost(self, worth: Money) -> Money:
        is_free = self.free_from is not None and worth.minor >= self.free_from.minor
        return Money(0, worth.currency) if is_free else self.price


@dataclass(frozen=True, slots=True)
class Item:
    """One variant. ``price`` is the one that is struck through where ``sale_price`` is set."""

    id: str
    group_id: str
    title: str
    description: str
    link: str
    images: tuple[str, ...]
    availability: Availability
    availability_date: date | None
    price: Money
    sale_price: Money | None
    sale_starts_at: datetime | None
    sale_ends_at: datetime | None
    brand: str
    gtin: str
    mpn: str
    google_category: str
    product_type: str
    shipping: tuple[Shipping, ...]
    weight_grams: int | None
    options: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]

    @property
    def effective(self) -> Money:
        """What a buyer pays for one."""
        return self.sale_price or self.price


@dataclass(frozen=True, slots=True)
class Problem:
    """``is_error`` keeps the item out of the feed."""

    code: str
    is_error: bool
    detail: str = ""


def offered_as(*, is_sellable: bool, is_tracked: bool, in_stock: int) -> Availability:
    """How a variant can be had, in one word: the same on the page, in its data and in feeds."""
    if not is_sellable:
        return "out_of_stock"
    return "backorder" if is_tracked and in_stock <= 0 else "in_stock"


def plain(html: str) -> str:
    """The words of HTML: a line for each paragraph, nothing that XML cannot hold."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", html)))
    return _LINES.sub("\n", _SPACES.sub(" ", _NOT_XML.sub("", text))).strip()


def escaped(text: str) -> str:
    """Plain text as HTML, for what takes HTML."""
    return escape(text, quote=False)


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters, cut between words."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at = max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:at] if at > most // 2 else cut).rstrip(" ,;\n") + "…"


def item_title(title: str, values: Sequence[str]) -> str:
    """The product's title with what tells the variant, at most 150 characters."""
    return shortened(", ".join([title, *values]), LONGEST_TITLE)


def margin_band(price_net_minor: int, cost_minor: int | None, low: int, high: int) -> str:
    """``low``, ``medium`` or ``high``; blank where the cost is not known. ``low`` and ``high``: percent of the net price.

    The cost itself, and the margin, never leave the house.
    """
    if cost_minor is None or price_net_minor <= 0:
        return ""
    margin = (price_net_minor - cost_minor) * 100
    if margin < low * price_net_minor:
        return "low"
    return "high" if margin >= high * price_net_minor else "medium"


def option_attributes(names: Sequence[str], values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(attribute, value) for the options that networks know; ``names`` are folded."""
    found: dict[str, str] = {}
    for name, value in zip(names, values, strict=False):
        attribute = OPTION_NAMES.get(name)
        if attribute and value:
            found.setdefault(attribute, value[:100])
    return tuple(found.items())


def item_problems(item: Item, barcode_problem: str = "") -> Iterator[Problem]:
    """What a network would refuse (errors), and what costs clicks (warnings)."""
    if not item.title:
        yield Problem("no_title", True)
    if not item.description:
        yield Problem("no_description", True)
    elif len(item.description) < SHORT_DESCRIPTION:
        yield Problem("short_description", False, str(len(item.description)))
    if not item.images:
        yield Problem("no_picture", True)
    if item.effective.minor <= 0:
        yield Problem("no_price", True)
    if item.availability == "backorder" and item.availability_date is None:
        yield Problem("no_backorder_date", True)
    if len(item.link) > 2_000:
        yield Problem("long_link", True)
    if item.title.isupper() and len(item.title) > 10:
        yield Problem("shouting_title", False)
    if barcode_problem:
        yield Problem(f"gtin_{barcode_problem}", False)
    elif not item.gtin and item.brand and not item.mpn:
        yield Problem("no_gtin", False)
    if not item.brand:
        yield Problem("no_brand", False)
    if not item.google_category:
        yield Problem("no_google_category", False)
