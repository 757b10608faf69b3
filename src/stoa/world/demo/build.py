"""Builds the demo shop step by step, through the same actions that a merchant's clicks go through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stoa.backoffice.roles import sync_roles
from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.markets.actions import create_market
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.data import OptionData, ProductData, VariantData, specification_block, text_block
from stoa.customers.identity.actions import create_staff
from stoa.inventory.stock.actions import create_location, open_level
from stoa.kernel import clock, ids
from stoa.kernel.actors import Actor
from stoa.kernel.money import Money
from stoa.operations.payments.actions import configure_method
from stoa.operations.shipping.actions import MethodData, create_method, create_zone
from stoa.operations.tax.actions import load_rates, set_tax_settings
from stoa.world.demo import staff, types
from stoa.world.demo.catalogue import DemoCategory, DemoProduct, categories
from stoa.world.demo.offers import welcome
from stoa.world.demo.pages import write_pages
from stoa.world.demo.together import make_sets

if TYPE_CHECKING:
    from random import Random

    from stoa.catalogue.markets.models import Market
    from stoa.inventory.stock.models import Location

FOUNDER = Actor("staff", "founder", "Ines Keller")
EU = "DE AT FR NL IT DK BE LU ES PT IE SE FI PL CZ SK SI HR HU RO BG GR EE LV LT MT CY".split()

Step = Callable[[str], None]


def build_shop(*, seed: int, opened: datetime, step: Step) -> Market:
    """Shop, staff, goods, stock and pages, as on the day ``opened``; pictures come later. Same seed, same shop."""
    with ids.seeded(seed) as chance, clock.at(opened):
        step("Hiring staff, opening the doors")
        sync_roles()
        load_rates()
        market, location = _open_shop()
        for email, name, role in staff.STAFF:
            create_staff(email, staff.PASSWORD, role, actor=FOUNDER, name=name)
        step("Filling the shelves")
        kinds = types.define(actor=FOUNDER)
        for shelf in categories():
            _fill(shelf, kinds[shelf.slug], market, location, chance)
        make_sets(market, actor=FOUNDER)
        welcome(market, actor=FOUNDER)
        write_pages(market, actor=FOUNDER)
    return market


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
        support_hours=[*([day, "09:00", "17:00"] for day in range(5)), [5, "10:00", "14:00"]],
    )
    set_tax_settings(market.pk, actor=FOUNDER, registrations=["CH", "GB"])
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
    standard = MethodData(
        "standard", "Standard delivery", 490, description="With DHL, to your door", free_from_minor=7500
    )
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
        MethodData(
            "standard", "Standard delivery", 990, description="Tracked", free_from_minor=15000, min_days=3, max_days=6
        ),
        actor=FOUNDER,
    )
    beyond = create_zone(market.pk, "United Kingdom and Switzerland", ["GB", "CH"], actor=FOUNDER)
    create_method(
        beyond.pk,
        MethodData("standard", "Standard delivery", 1690, description="Tracked", min_days=4, max_days=8),
        actor=FOUNDER,
    )


def _fill(shelf: DemoCategory, type_id: int, market: Market, location: Location, chance: Random) -> None:
    category = create_category(shelf.name, actor=FOUNDER, slug=shelf.slug, description=shelf.description)
    for number, product in enumerate(shelf.products):
        # The products came in one by one over the weeks before the opening, so that "newest" means something.
        with clock.at(clock.now() - timedelta(days=chance.randint(1, 60), minutes=number)):
            created = create_product(_data(product, shelf.slug, category.pk, market), actor=FOUNDER, market=market)
        types.describe(created.pk, product, shelf.slug, type_id, actor=FOUNDER)
        for variant in created.variants.order_by("position"):
            open_level(variant.pk, location.pk, chance.randint(15, 60), actor=FOUNDER, note="Opening stock")


def _data(product: DemoProduct, shelf: str, category_id: int, market: Market) -> ProductData:
    return ProductData(
        title=product.title,
        subtitle=product.subtitle,
        brand=product.brand,
        body=[text_block(product.html), specification_block(types.beside(product, shelf), "Good to know")],
        categories=[category_id],
        tax_class=product.tax_class,
        position=100 - 10 * product.popularity,
        options=[OptionData(name, values) for name, values in product.options],
        variants=[
            VariantData(
                sku=sku_of(product, variant.values),
                option_values=variant.values,
                price_minor=Money.of(variant.price, market.currency).minor,
                compare_at_minor=Money.of(variant.compare_at, market.currency).minor if variant.compare_at else None,
                cost_minor=Money.of(variant.cost, market.currency).minor,
                cost_currency=market.currency,
                weight_grams=product.weight,
            )
            for variant in product.variants
        ],
    )


def sku_of(product: DemoProduct, values: tuple[str, ...]) -> str:
    """Title and values in capitals: ``LINEN-CUSHION-INDIGO``."""
    words = "-".join([product.title, *values])
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in words.upper())
    return "-".join(part for part in kept.split("-") if part and part not in {"OF", "ON", "A", "FOR", "THE"})[:60]
