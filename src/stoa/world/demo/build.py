"""Builds the demo shop step by step, through the same actions that a merchant's clicks go through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stoa.backoffice.roles import sync_roles
from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.markets.actions import create_market, update_market
from stoa.catalogue.media.actions import save_renditions, store_picture
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.data import (
    OptionData,
    PictureData,
    ProductData,
    VariantData,
    specification_block,
    text_block,
)
from stoa.customers.identity.actions import create_staff
from stoa.inventory.stock.actions import open_level
from stoa.inventory.stock.places import create_location
from stoa.kernel import clock, ids
from stoa.kernel.actors import Actor
from stoa.kernel.money import Money
from stoa.operations.payments.actions import configure_method
from stoa.operations.shipping.actions import MethodData, create_method, create_zone
from stoa.operations.tax.actions import load_rates
from stoa.world.demo import staff
from stoa.world.demo.catalogue import DemoCategory, DemoProduct, categories
from stoa.world.demo.pages import write_pages
from stoa.world.demo.pictures import Developed, develop_all, develop_category, develop_hero

if TYPE_CHECKING:
    from random import Random

    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.models import Picture
    from stoa.inventory.stock.models import Location

FOUNDER = Actor("staff", "founder", "Ines Keller")
EU = "DE AT FR NL IT DK BE LU ES PT IE SE FI PL CZ SK SI HR HU RO BG GR EE LV LT MT CY".split()

Step = Callable[[str], None]
Progress = Callable[[int, int], None]


def build_shop(*, seed: int, opened: datetime, step: Step, progress: Progress) -> Market:
    """Shop, staff, goods, pictures, stock and pages, as on the day ``opened``. Same seed, same shop."""
    with ids.seeded(seed) as chance, clock.at(opened):
        step("Hiring staff, opening the doors")
        sync_roles()
        load_rates()
        market, location = _open_shop()
        for email, name, role in staff.STAFF:
            create_staff(email, staff.PASSWORD, role, actor=FOUNDER, name=name)
        shelves = categories()
        step("Taking photographs")
        album = _Album(shelves, progress)
        step("Filling the shelves")
        hero = store(develop_hero("stoa"), "A shelf of good things", "Ceramics and textiles in morning light")
        update_market(market.pk, actor=FOUNDER, hero=hero)
        for shelf in shelves:
            _fill(shelf, album, market, location, chance)
        write_pages(market, actor=FOUNDER)
    return market


class _Album:
    """Pictures by product title, developed in parallel and stored in order."""

    def __init__(self, shelves: list[DemoCategory], progress: Progress) -> None:
        shots = [(product, shot) for shelf in shelves for product in shelf.products for shot in product.shots]
        self._ids: dict[str, list[int]] = {}
        for done, ((product, shot), developed) in enumerate(
            zip(shots, develop_all([shot for _, shot in shots]), strict=True), start=1
        ):
            self._ids.setdefault(product.title, []).append(store(developed, shot.alt, shot.alt).pk)
            progress(done, len(shots))

    def of(self, product: DemoProduct) -> list[int]:
        return self._ids[product.title]


def store(developed: Developed, title: str, alt: str) -> Picture:
    """A picture with its renditions, as the worker would have made them."""
    original, rendered = developed
    picture = store_picture(original, title, FOUNDER, alt, make_renditions=False)
    save_renditions(picture, rendered)
    return picture


def _open_shop() -> tuple[Market, Location]:
    market = create_market(
        "default",
        shop_name="Stoa Home",
        email="hello@example.com",
        currency="EUR",
        default_country="DE",
        countries=[*EU, "GB", "CH"],
        actor=FOUNDER,
        tagline="Good things for the house",
        legal_name="Stoa Home GmbH (a demonstration)",
        address="Säulengang 7\n10178 Berlin\nGermany",
        vat_id="DE000000000",
        phone="+49 30 0000000",
        hero_title="Good things, made to stay",
        hero_text="Ceramics, linen, light and tools from small workshops. Chosen slowly, sent tomorrow.",
        returns_line="Free returns within 30 days",
    )
    location = create_location("berlin", "Berlin workshop", market_ids=[market.pk], is_pickup_point=True, actor=FOUNDER)
    _deliver(market, location)
    configure_method(
        market.pk, "bank_transfer", actor=FOUNDER, position=1,
        account_holder="Stoa Home GmbH", iban="DE89 3704 0044 0532 0130 00", bic="COBADEFFXXX",
    )  # fmt: skip
    configure_method(market.pk, "cash_on_delivery", actor=FOUNDER, position=2)
    configure_method(market.pk, "sandbox", actor=FOUNDER, position=3)
    return market, location


def _deliver(market: Market, location: Location) -> None:
    home = create_zone(market.pk, "Germany", ["DE"], actor=FOUNDER)
    standard = MethodData("standard", "Standard delivery", 490, description="With DHL, to your door", free_from_minor=7500)
    create_method(home.pk, standard, actor=FOUNDER)
    express = MethodData("express", "Express delivery", 1190, description="By noon", min_days=1, max_days=1, position=1)
    create_method(home.pk, express, actor=FOUNDER)
    pickup = MethodData(
        "pickup", "Collect from our workshop", 0, kind="pickup", description="Säulengang 7, Berlin", min_days=1, max_days=1,
        location_id=location.pk, position=2,
    )  # fmt: skip
    create_method(home.pk, pickup, actor=FOUNDER)
    europe = create_zone(market.pk, "European Union", [code for code in EU if code != "DE"], actor=FOUNDER)
    create_method(
        europe.pk,
        MethodData("standard", "Standard delivery", 990, description="Tracked", free_from_minor=15000, min_days=3, max_days=6),
        actor=FOUNDER,
    )
    beyond = create_zone(market.pk, "United Kingdom and Switzerland", ["GB", "CH"], actor=FOUNDER)
    create_method(
        beyond.pk, MethodData("standard", "Standard delivery", 1690, description="Tracked", min_days=4, max_days=8), actor=FOUNDER
    )


def _fill(shelf: DemoCategory, album: _Album, market: Market, location: Location, chance: Random) -> None:
    picture = store(develop_category(shelf), shelf.name, shelf.name)
    category = create_category(
        shelf.name, actor=FOUNDER, slug=shelf.slug, description=shelf.description, picture_id=picture.pk
    )
    for number, product in enumerate(shelf.products):
        # The products came in one by one over the weeks before the opening, so that "newest" means something.
        with clock.at(clock.now() - timedelta(days=chance.randint(1, 60), minutes=number)):
            created = create_product(_data(product, album, category.pk, market), actor=FOUNDER, market=market)
        for variant in created.variants.order_by("position"):
            open_level(variant.pk, location.pk, chance.randint(15, 60), actor=FOUNDER, note="Opening stock")


def _data(product: DemoProduct, album: _Album, category_id: int, market: Market) -> ProductData:
    skus = [_sku(product, variant.values) for variant in product.variants]
    return ProductData(
        title=product.title,
        subtitle=product.subtitle,
        brand="Stoa Home",
        body=[text_block(product.html), specification_block(product.facts, "Good to know")],
        categories=[category_id],
        tax_class=product.tax_class,
        position=100 - 10 * product.popularity,
        options=[OptionData(name, values) for name, values in product.options],
        variants=[
            VariantData(
                sku=sku,
                option_values=variant.values,
                price_minor=Money.of(variant.price, market.currency).minor,
                compare_at_minor=Money.of(variant.compare_at, market.currency).minor if variant.compare_at else None,
                cost_minor=Money.of(variant.cost, market.currency).minor,
                cost_currency=market.currency,
                weight_grams=product.weight,
            )
            for sku, variant in zip(skus, product.variants, strict=True)
        ],
        pictures=[
            PictureData(picture_id, shot.alt, _first_with(shot.look, product, skus))
            for picture_id, shot in zip(album.of(product), product.shots, strict=True)
        ],
    )


def _first_with(look: str, product: DemoProduct, skus: list[str]) -> str:
    """The SKU of the first variant that looks like it; "" where the picture shows them all."""
    if not look:
        return ""
    return next((sku for sku, variant in zip(skus, product.variants, strict=True) if look in variant.values), "")


def _sku(product: DemoProduct, values: tuple[str, ...]) -> str:
    words = "-".join([product.title, *values])
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in words.upper())
    return "-".join(part for part in kept.split("-") if part and part not in {"OF", "ON", "A", "FOR", "THE"})[:60]
