"""A large catalogue, written straight into the tables: what a benchmark needs in seconds, not what a shop may do."""

from __future__ import annotations

import json
import random
from datetime import timedelta

from django.db import transaction

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.media.actions import store_picture
from stoa.catalogue.models import (
    Attribute,
    AttributeChoice,
    AttributeValue,
    Price,
    Product,
    ProductCategory,
    ProductOption,
    ProductPicture,
    ProductType,
    TypeAttribute,
    Variant,
)
from stoa.catalogue.testing import picture_bytes
from stoa.inventory.models import StockLevel, StockMove
from stoa.inventory.stock.queries import location_by_code
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from tests.stage import open_shop

COLOURS = ("Sage", "Ochre", "Sand", "Slate", "Ink", "Clay", "Moss", "Snow")
SIZES = ("XS", "S", "M", "L", "XL")
MATERIALS = ("Stoneware", "Oak", "Linen", "Wool", "Steel", "Glass", "Cork", "Leather", "Brass", "Paper")
THINGS = ("mug", "bowl", "lamp", "chair", "blanket", "knife", "vase", "basket", "table", "mirror", "clock", "shirt")
MANNERS = ("calm", "bright", "heavy", "light", "round", "narrow", "folding", "stacking", "woven", "turned", "glazed")
SYLLABLES = ("ba", "ko", "li", "mer", "no", "ta", "rin", "sel", "vo", "du", "gra", "pen", "sto", "wick", "ford", "lum")


def words(count: int, chance: random.Random) -> list[str]:
    """Made-up words, as brand and model names are."""
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(count)]


@transaction.atomic
def fill_quickly(products: int, *, variants: int = 3, shelves: int = 60, brands: int = 80, seed: int = 7) -> None:
    """``products`` live products with ``variants`` each (colours by sizes), two attributes, a price and stock."""
    chance = random.Random(seed)
    market, now = open_shop(), clock.now()
    location = location_by_code(None)
    names, makers = words(4000, chance), [word.title() for word in words(brands, chance)]
    categories = [create_category(f"Shelf {number}", actor=SYSTEM).pk for number in range(shelves)]
    pictures = [
        store_picture(picture_bytes(80, 100, f"#{shade:06x}"), "Picture", SYSTEM, make_renditions=False).pk
        for shade in range(0x336699, 0x336699 + 12)
    ]
    kind, attributes = _types()
    text = "<p>Made to be used every day, and to be handed on. " + " ".join(names[:60]) + "</p>"
    made = Product.objects.bulk_create(
        Product(
            title=f"{chance.choice(MANNERS)} {chance.choice(names)} {THINGS[number % len(THINGS)]} {number}".capitalize(),
            slug=f"thing-{number}", subtitle=f"A {chance.choice(MANNERS)} piece", brand=makers[number % brands],
            tags=[chance.choice(names)], body=json.dumps([{"type": "text", "value": text, "id": str(number)}]),
            tax_class_id="standard", type=kind, live=True, search_text=f"thing {number}",
            created_at=now - timedelta(minutes=number),
        )
        for number in range(products)
    )  # fmt: skip
    ProductCategory.objects.bulk_create(
        ProductCategory(product=row, category_id=categories[place % shelves], is_primary=True)
        for place, row in enumerate(made)
    )
    ProductPicture.objects.bulk_create(
        ProductPicture(product=row, picture_id=pictures[place % 12], alt=row.title) for place, row in enumerate(made)
    )
    _attribute_values(made, attributes, chance)
    _variants(made, variants, market, location, chance)


def _types() -> tuple[ProductType, list[Attribute]]:
    kind = ProductType.objects.create(code="thing", name="Thing")
    material = Attribute.objects.create(code="material", name="Material", kind="choice", is_facet=True)
    AttributeChoice.objects.bulk_create(
        AttributeChoice(attribute=material, code=name.lower(), label=name, position=place)
        for place, name in enumerate(MATERIALS)
    )
    weight = Attribute.objects.create(code="weight", name="Weight", kind="number", unit="g", is_facet=True)
    for place, attribute in enumerate((material, weight)):
        TypeAttribute.objects.create(type=kind, attribute=attribute, position=place)
    return kind, [material, weight]


def _attribute_values(made: list[Product], attributes: list[Attribute], chance: random.Random) -> None:
    material, weight = attributes
    choices = list(material.choices.all())
    AttributeValue.objects.bulk_create(
        AttributeValue(product=row, attribute=material, choice=chance.choice(choices)) for row in made
    )
    AttributeValue.objects.bulk_create(
        AttributeValue(product=row, attribute=weight, number=50 * chance.randint(1, 25) * 10**9) for row in made
    )


def _variants(made: list[Product], count: int, market, location, chance: random.Random) -> None:  # type: ignore[no-untyped-def]
    pairs = [(colour, size) for colour in COLOURS for size in SIZES]
    rows, options = [], []
    for number, product in enumerate(made):
        own = chance.sample(pairs, count)
        options.append(ProductOption(product=product, name="Colour", values=list(COLOURS), position=0))
        options.append(ProductOption(product=product, name="Size", values=list(SIZES), position=1))
        rows += [
            Variant(product=product, sku=f"B{number}-{place}", barcode=f"{40 * 10**11 + number * 100 + place}",
                    option_values=list(pair), title=" / ".join(pair), position=place)
            for place, pair in enumerate(own)
        ]  # fmt: skip
    ProductOption.objects.bulk_create(options)
    sold = Variant.objects.bulk_create(rows)
    Price.objects.bulk_create(
        Price(variant=row, price_list_id=market.price_list_id, amount_minor=chance.randint(300, 40_000)) for row in sold
    )
    counts = [0 if chance.random() < 0.1 else chance.randint(1, 40) for _ in sold]
    StockLevel.objects.bulk_create(
        StockLevel(variant=row, location=location, on_hand=units) for row, units in zip(sold, counts, strict=True)
    )
    StockMove.objects.bulk_create(
        StockMove(variant=row, location=location, quantity=units, reason="opening", at=clock.now(), actor="benchmark")
        for row, units in zip(sold, counts, strict=True)
        if units
    )
