"""Product types of the demo's goods, with the values that their facts tell: for filters, specifications, comparisons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stoa.catalogue.types.actions import ChoiceData, define_attribute, define_type, set_attributes, set_type

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor
    from stoa.world.demo.catalogue import DemoProduct

# Word in the facts -> material.
MATERIALS = {
    "stoneware": "Stoneware", "porcelain": "Porcelain", "terracotta": "Terracotta", "linen": "Linen", "cotton": "Cotton",
    "wool": "Wool", "leather": "Leather", "oak": "Oak", "walnut": "Walnut", "ash,": "Ash", "beech": "Beech", "cedar": "Cedar",
    "steel": "Steel", "iron": "Cast iron", "brass": "Brass", "glass": "Glass", "paper": "Paper", "beeswax": "Beeswax",
    "rattan": "Rattan", "bamboo": "Bamboo", "jute": "Jute",
}  # fmt: skip
CARE = {
    "30 °c": "30 °C", "40 °c": "40 °C", "60 °c": "60 °C", "hand wash": "Hand wash", "by hand": "Hand wash",
    "oil": "Oil now and then", "air it": "Air it", "dry flat": "Dry flat", "wipe": "Wipe clean",
}  # fmt: skip
COLOURS = {"Stoneware": "#b9a58c", "Terracotta": "#b8633f", "Oak": "#b48a58", "Walnut": "#5c4033", "Brass": "#b5924c"}

ATTRIBUTES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("material", "Material", {"kind": "choice", "is_multiple": True, "is_facet": True}),
    ("capacity", "Capacity", {"kind": "number", "unit": "ml", "is_facet": True}),
    ("width", "Width", {"kind": "number", "unit": "cm", "decimals": 1}),
    ("height", "Height", {"kind": "number", "unit": "cm", "decimals": 1}),
    ("depth", "Depth", {"kind": "number", "unit": "cm", "decimals": 1}),
    ("length", "Length", {"kind": "number", "unit": "cm", "decimals": 1}),
    ("net-weight", "Contents", {"kind": "number", "unit": "g", "is_facet": True}),
    ("pages", "Pages", {"kind": "number"}),
    ("cable", "Cable", {"kind": "number", "unit": "m", "decimals": 1}),
    ("burns", "Burns for", {"kind": "number", "unit": "h"}),
    ("socket", "Socket", {"kind": "choice", "is_facet": True, "choices": ["E14", "E27"]}),
    ("fit", "Fit", {"kind": "choice", "is_facet": True}),
    ("care", "Care", {"kind": "choice", "is_multiple": True, "is_facet": True}),
    ("food-safe", "Food-safe", {"kind": "yes_no"}),
    ("made-in", "Made in", {"kind": "choice", "is_facet": True}),
)
# By the address of the shelf.
TYPES: dict[str, tuple[str, str, list[str]]] = {
    "ceramics": ("tableware", "Tableware", ["material", "capacity", "width", "height", "food-safe", "made-in"]),
    "textiles": ("home-textile", "Home textile", ["material", "width", "length", "care", "made-in"]),
    "lighting": ("lighting", "Lighting", ["material", "width", "height", "socket", "cable", "burns", "made-in"]),
    "kitchen": ("kitchenware", "Kitchenware", ["material", "capacity", "width", "depth", "length", "care", "made-in"]),
    "stationery": ("stationery", "Stationery", ["material", "pages", "length", "made-in"]),
    "bags": ("bag", "Bags and accessories", ["material", "capacity", "width", "height", "care", "made-in"]),
    "clothing": ("clothing", "Clothing", ["material", "fit", "care", "made-in"]),
    "garden": ("garden", "Garden", ["material", "capacity", "width", "height", "length", "made-in"]),
    "bath-pantry": ("pantry", "Pantry and bath", ["capacity", "net-weight", "made-in"]),
}
# A fact under its attribute's name stands in for it: "90 ml each" says more than "90 ml".
LABELS = {code: name for code, name, _more in ATTRIBUTES}
NAMES = {"Holds": "capacity", "Weight": "net-weight", "Grown in": "made-in", "Origin": "made-in"}
EXPECTED = {"material", "made-in", "care"}
_NUMBER = r"(\d+(?:\.\d+)?)"
_SIZE = re.compile(rf"{_NUMBER} × {_NUMBER}(?: × {_NUMBER})? cm")


def define(*, actor: Actor) -> dict[str, int]:
    """Attributes and types; the ids of the types by the address of their shelf."""
    labels = {"material": dict.fromkeys(MATERIALS.values()), "care": dict.fromkeys(CARE.values())}
    for code, name, more in ATTRIBUTES:
        choices = more.get("choices", labels.get(code))
        wanted = [ChoiceData(label, swatch=COLOURS.get(label, "")) for label in choices] if choices else None
        define_attribute(code, name=name, actor=actor, **{**more, "choices": wanted})
    return {
        shelf: define_type(
            code, name=name, attributes=attributes, required=EXPECTED & set(attributes), sku_pattern="", actor=actor
        ).pk
        for shelf, (code, name, attributes) in TYPES.items()
    }


def describe(product_id: int, product: DemoProduct, shelf: str, type_id: int, *, actor: Actor) -> None:
    """Give a product its type, and the values that its facts tell."""
    set_type(product_id, type_id, actor=actor)
    having = TYPES[shelf][2]
    values = {code: value for code, value in _told(product, having).items() if code in having and value}
    set_attributes(product_id, values, actor=actor, add_choices=True)


def beside(product: DemoProduct, shelf: str) -> list[tuple[str, str]]:
    """The facts to be written beside the attributes: without the measures that those tell, under the names they have there."""
    having, rows = TYPES[shelf][2], []
    for name, text in product.facts:
        size = _SIZE.fullmatch(text) if name == "Size" else None
        if size and (measures := _measures(size, having)):
            # Of a third measure the type may know nothing.
            left = {"depth", "height"} - set(measures)
            rows += [(LABELS[code], f"{size[3]} cm") for code in left if size[3] and len(measures) == 2]
            continue
        code = NAMES.get(name)
        rows.append((LABELS[code] if code in having else name, text))
    return rows


def _place(facts: dict[str, str]) -> str:
    return next((facts[name] for name in ("Made in", "Grown in", "Origin") if name in facts), "")


def _told(product: DemoProduct, having: list[str]) -> dict[str, Any]:
    facts = dict(product.facts)
    words = " ".join(facts.get(name, "") for name in ("Material", "Cover", "Blade", "Handle", "Paper")).lower()
    told: dict[str, Any] = {
        "material": [label for word, label in MATERIALS.items() if word in f"{words},"],
        "care": [label for word, label in CARE.items() if word in facts.get("Care", "").lower()],
        "made-in": _place(facts).removesuffix(", organic").rsplit(", ", 1)[-1],
        "fit": facts.get("Fit", ""),
        "socket": next((code for code in ("E14", "E27") if code in facts.get("Bulb", "")), ""),
        "food-safe": "yes" if "food-safe" in words else "",
    }
    for code, fact, unit in (
        ("capacity", "Holds", "(?:ml|l)"), ("net-weight", "Weight", "(?:g|kg)"), ("length", "Length", "cm"),
        ("cable", "Cable", "m"),
        ("burns", "Burns for", "h"), ("pages", "Pages", ""),
    ):  # fmt: skip
        found = re.match(rf"(?:about )?{_NUMBER} ?{unit}(?![a-z])", facts.get(fact, ""))
        told[code] = found.group(0).removeprefix("about ") if found else ""
    if size := _SIZE.search(facts.get("Size", "")):
        told |= _measures(size, having)
    return told


def _measures(size: re.Match[str], having: list[str]) -> dict[str, str]:
    """Flat things are so wide and so long, standing ones so wide and so high; what has one measure only is not told by two."""
    names = [name for name in ("width", "depth", "length", "height") if name in having]
    if len(names) < 2:
        return {}
    order = [name for name in ("width", "depth", "height") if name in names] if size[3] else [names[0], names[-1]]
    return {name: f"{value} cm" for name, value in zip(order, filter(None, size.groups()), strict=False)}
