"""The goods of the demo shop, from the files in ``goods/``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

GOODS = Path(__file__).parent / "goods"
# What a table of palettes in a product file is called in the shop.
LOOKS = {"colours": "Colour", "scents": "Scent", "grinds": "Grind"}
PLAIN_OPTIONS = {"sizes": "Size", "rulings": "Ruling"}


@dataclass(frozen=True, slots=True)
class Shot:
    """A photograph to be taken. ``look`` names the value of the colour option that it shows, if it shows one only."""

    kind: str
    pattern: str
    palette: str
    angle: str
    seed: str
    alt: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class DemoVariant:
    values: tuple[str, ...]
    price: Decimal
    compare_at: Decimal | None
    cost: Decimal


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """``popularity``: 1 (seldom) to 10 (all the time)."""

    title: str
    brand: str
    subtitle: str
    html: str
    facts: list[tuple[str, str]]
    kind: str
    weight: int
    popularity: int
    tax_class: str
    options: list[tuple[str, tuple[str, ...]]]
    variants: list[DemoVariant]
    shots: list[Shot]


@dataclass(frozen=True, slots=True)
class DemoCategory:
    name: str
    slug: str
    description: str
    palette: str
    kinds: list[str]
    products: list[DemoProduct]


def categories() -> list[DemoCategory]:
    return [_category(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(GOODS.glob("*.toml"))]


def _category(data: dict[str, Any]) -> DemoCategory:
    brands = data["brands"]
    products = [_product(entry, brands[number % len(brands)]) for number, entry in enumerate(data["product"])]
    kinds = list(dict.fromkeys(product.kind for product in products))
    return DemoCategory(data["name"], data["slug"], data["description"], data["palette"], kinds[:5], products)


def _product(entry: dict[str, Any], brand: str) -> DemoProduct:
    looks: dict[str, str] = next((entry[key] for key in LOOKS if key in entry), {})
    options = [(name, tuple(entry[key])) for key, name in {**LOOKS, **PLAIN_OPTIONS}.items() if key in entry]
    return DemoProduct(
        title=entry["title"],
        brand=brand,
        subtitle=entry["subtitle"],
        html=entry["text"],
        facts=[(name, value) for name, value in (fact.split("|", 1) for fact in entry["facts"])],
        kind=entry["kind"],
        weight=entry["weight"],
        popularity=entry["popularity"],
        tax_class=entry.get("tax_class", "standard"),
        options=options,
        variants=_variants(entry, [values for _, values in options]),
        shots=_shots(entry, looks),
    )


def _variants(entry: dict[str, Any], options: list[tuple[str, ...]]) -> list[DemoVariant]:
    combinations: list[tuple[str, ...]] = [()]
    for values in options:
        combinations = [(*combination, value) for combination in combinations for value in values]
    price, cost = Decimal(entry["price"]), Decimal(entry["cost"])
    compare_at = Decimal(entry["compare_at"]) if "compare_at" in entry else None
    by_size = dict(zip(entry.get("sizes", []), map(Decimal, entry.get("size_prices", [])), strict=False))
    variants = []
    for values in combinations:
        mine = next((by_size[value] for value in values if value in by_size), price)
        variants.append(DemoVariant(values, mine, compare_at, (cost * mine / price).quantize(Decimal("0.01"))))
    return variants


def _shots(entry: dict[str, Any], looks: dict[str, str]) -> list[Shot]:
    """Front, setting and detail; one more front for each further colour."""
    title, first = entry["title"], entry.get("palette") or next(iter(looks.values()))

    def shot(angle: str, palette: str, alt: str, look: str = "") -> Shot:
        return Shot(entry["kind"], entry["pattern"], palette, angle, title, alt, look)

    named = next(iter(looks), "")
    shots = [shot("front", first, f"{title}, {named}".rstrip(", "), named)]
    shots += [shot("front", palette, f"{title}, {look}", look) for look, palette in list(looks.items())[1:]]
    return [*shots, shot("setting", first, f"{title} in use"), shot("detail", first, f"{title}, close up")]
