"""Factories for tests, here and in the rooms above: a small shop, carts and orders through the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from stoa.catalogue.markets.actions import create_market
from stoa.catalogue.models import Market, Variant
from stoa.catalogue.products.actions import ProductData, VariantData, create_product
from stoa.inventory.models import Location
from stoa.inventory.testing import make_location, stock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.operations.cart import actions as cart_actions
from stoa.operations.cart.models import Cart
from stoa.operations.checkout.actions import PlaceOrder, place_order
from stoa.operations.orders.models import Order
from stoa.operations.shipping.models import DeliveryMethod, DeliveryZone
from stoa.operations.tax.models import TaxRate

BUYER = PlaceOrder(
    email="ada@example.com",
    name="Ada Lovelace",
    line1="Marktplatz 1",
    postal_code="10115",
    city="Berlin",
    country="DE",
    delivery_code="standard",
    payment_method="bank_transfer",
)
RATES = {"DE": {"standard": "19", "reduced": "7"}, "FR": {"standard": "20", "reduced": "5.5"}, "GB": {"standard": "20"}}


@dataclass
class Shop:
    """A market that sells a mug (12.00, 10 in stock) and a book (20.00, reduced tax, 5 in stock) to DE, FR and GB.

    Prices include tax. Delivery is 4.90, free from 100.00; collecting is free. ``mug`` and ``book`` are variants.
    """

    market: Market
    location: Location
    zone: DeliveryZone
    mug: Variant
    book: Variant
    variants: dict[str, Variant] = field(default_factory=dict)


def make_shop(**market_fields: Any) -> Shop:
    """``market_fields`` as for ``create_market``, such as ``currency="JPY"`` or ``prices_include_tax=False``."""
    fields: dict[str, Any] = {
        "shop_name": "Test shop", "email": "shop@example.com", "currency": "EUR", "default_country": "DE",
        "countries": ["DE", "FR", "GB"], **market_fields,
    }  # fmt: skip
    market = create_market(fields.pop("code", "default"), actor=SYSTEM, **fields)
    for country, rates in RATES.items():
        for tax_class, percent in rates.items():
            TaxRate.objects.update_or_create(
                country=country,
                tax_class_id=tax_class,
                valid_from=date(2021, 1, 1),
                defaults={"percent": Decimal(percent)},
            )
    location = make_location(market, code=f"{market.code}-store", is_pickup_point=True)
    zone = DeliveryZone.objects.create(market=market, name="Everywhere", countries=list(market.countries))
    make_delivery(zone, "standard", price_minor=490, free_from_minor=10000)
    make_delivery(zone, "pickup", kind=DeliveryMethod.Kind.PICKUP, location=location, position=1)
    mug = make_variant(market, "MUG", 1200, in_stock=10, location=location, cost_minor=500)
    book = make_variant(market, "BOOK", 2000, in_stock=5, location=location, tax_class="reduced", compare_at_minor=2500)
    return Shop(market, location, zone, mug, book, {"MUG": mug, "BOOK": book})


def make_delivery(zone: DeliveryZone, code: str, **fields: Any) -> DeliveryMethod:
    defaults = {"name": code.title(), "tax_class_id": "standard"}
    return DeliveryMethod.objects.create(zone=zone, code=code, **{**defaults, **fields})


def make_variant(
    market: Market,
    sku: str,
    price_minor: int,
    *,
    in_stock: int | None = None,
    location: Location | None = None,
    tax_class: str = "standard",
    compare_at_minor: int | None = None,
    **fields: Any,
) -> Variant:
    """A product with one variant, for sale. ``in_stock`` None: no level; ``is_stock_tracked=False`` for services."""
    if "cost_minor" in fields:
        fields.setdefault("cost_currency", market.currency)
    data = VariantData(sku=sku, price_minor=price_minor, compare_at_minor=compare_at_minor, **fields)
    product = create_product(
        ProductData(title=f"The {sku}", tax_class=tax_class, variants=[data]), actor=SYSTEM, market=market
    )
    variant = Variant.objects.get(product_id=product.pk)
    if in_stock is not None:
        stock(variant, in_stock, location)
    return variant


def make_cart(
    shop: Shop, goods: Mapping[str, int] | None = None, *, customer_id: int | None = None
) -> tuple[Cart, str]:
    """An open cart and its token. ``goods``: SKU -> quantity; two mugs where nothing is said."""
    cart, token = cart_actions.open_cart(shop.market, customer_id=customer_id)
    for sku, quantity in ({"MUG": 2} if goods is None else goods).items():
        variant = shop.variants.get(sku) or Variant.objects.get(sku=sku)
        cart_actions.add(cart.pk, variant.pk, quantity, actor=GUEST)
    return cart, token


def make_order(shop: Shop, goods: Mapping[str, int] | None = None, **wish: Any) -> Order:
    """An order through the real checkout: by bank transfer unless ``payment_method`` says otherwise."""
    _cart, token = make_cart(shop, goods)
    return place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST).order
