"""Fills a shop for journeys, races and benchmarks. Runs inside the shop's own process (``LiveShop.run_python``)."""

from __future__ import annotations

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.markets.actions import create_market
from stoa.catalogue.markets.queries import all_markets
from stoa.catalogue.media.actions import render_picture, store_picture
from stoa.catalogue.models import Market
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.data import (
    OptionData,
    PictureData,
    ProductData,
    VariantData,
    specification_block,
    text_block,
)
from stoa.catalogue.testing import picture_bytes
from stoa.inventory.stock.actions import create_location, open_level
from stoa.inventory.stock.queries import location_by_code
from stoa.kernel.actors import SYSTEM
from stoa.operations.shipping.actions import MethodData, create_method, create_zone
from stoa.operations.tax.actions import load_rates

TEXT = "<p>Thrown and glazed by hand. It keeps warm what should stay warm, and it stacks.</p>" * 3


def open_shop() -> Market:
    """Germany and Austria, prices in euro with tax, one delivery method, all payment methods. Once per shop."""
    market = next(iter(all_markets()), None) or create_market(
        "default", shop_name="Bench", email="bench@example.com", currency="EUR", default_country="DE",
        countries=["DE", "AT"], actor=SYSTEM,
    )  # fmt: skip
    load_rates()
    if not market.locations.exists():
        create_location("main", "Main", market_ids=[market.pk], actor=SYSTEM)
        zone = create_zone(market.pk, "Home", ["DE", "AT"], actor=SYSTEM)
        create_method(zone.pk, MethodData("standard", "Standard", 490), actor=SYSTEM)
    return market


def sell_one(sku: str, *, units: int, price_minor: int = 2500) -> str:
    """A product with ``units`` in stock; returns its address."""
    market = open_shop()
    data = ProductData(title=f"Product {sku}", variants=[VariantData(sku=sku, price_minor=price_minor)])
    product = create_product(data, actor=SYSTEM, market=market)
    open_level(product.variants.get().pk, location_by_code(None).pk, units, actor=SYSTEM)
    return product.get_absolute_url()


def fill(products: int, *, shelves: int = 10) -> None:
    """A catalogue as shops have them: three pictures, two options, four variants, a text and a table each."""
    market = open_shop()
    location = location_by_code(None)
    categories = [create_category(f"Shelf {number}", actor=SYSTEM).pk for number in range(shelves)]
    pictures = [
        store_picture(picture_bytes(800, 1000, f"#{shade:06x}"), "Picture", SYSTEM, make_renditions=False).pk
        for shade in range(0x336699, 0x336699 + 12)
    ]
    for picture in pictures:
        render_picture(picture)
    for number in range(products):
        sizes, colours = ("Small", "Large"), ("Sage", "Ochre")
        product = create_product(
            ProductData(
                title=f"Stoneware piece number {number}",
                subtitle="A calm piece for every day.",
                brand=("North", "South", "East", "West")[number % 4],
                body=[text_block(TEXT), specification_block([("Material", "Stoneware"), ("Height", "12 cm")])],
                categories=[categories[number % shelves]],
                options=[OptionData("Size", sizes), OptionData("Colour", colours)],
                variants=[
                    VariantData(
                        sku=f"P{number}-{size[0]}{colour[0]}",
                        option_values=(size, colour),
                        price_minor=1500 + 7 * number,
                    )
                    for size in sizes
                    for colour in colours
                ],
                pictures=[PictureData(pictures[(number + shift) % 12], f"Piece {number}") for shift in range(3)],
            ),
            actor=SYSTEM,
            market=market,
        )
        for variant in product.variants.all():
            open_level(variant.pk, location.pk, 100, actor=SYSTEM)
