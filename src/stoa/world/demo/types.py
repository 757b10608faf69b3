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


def _place(facts: dict[str, str]) -> str:
    return next((facts[name] for name in ("Made in", "Grown in", "Origin") if name in facts), "")


def _told(product: DemoProduct, having: list[str]) -> dict[str, Any]:
    facts = dict(product.facts)
    words = " ".join(facts.get(name, "") for name in ("Material", "Cover", "Blade", "Handle", "Paper")).lower()
    told: dict[str, Any] = {
        "material": [label for word, label in MATERIALS.items() if word in f"{words},"],
        "care": [label for word, label in CARE.items() if word in facts.get("Care", "").lower()],
        "made-in": _place(facts).rsplit(", ", 1)[-1],
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
    size = _SIZE.search(facts.get("Size", ""))
    names = [name for name in ("width", "depth", "height", "length") if name in having]
    if size and names:
        # Flat things are so wide and so long, standing ones so wide and so high.
        order = ["width", "depth", "height"] if size.group(3) and "depth" in names else [names[0], names[-1]]
        told |= {name: f"{value} cm" for name, value in zip(order, filter(None, size.groups()), strict=False)}
    return told
