from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from stoa.catalogue.models import Market, PriceList, Product, TaxClass, Variant
from stoa.inventory.models import Location
from stoa.inventory.testing import make_location
from stoa.kernel import clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def market(db: None) -> Market:
    prices = PriceList.objects.create(code="default", name="Prices", currency="EUR")
    return Market.objects.create(
        code="default", is_default=True, currency="EUR", default_country="DE", countries=["DE"], price_list=prices,
        shop_name="Test", email="shop@example.com",
    )  # fmt: skip


@pytest.fixture
def location(market: Market) -> Location:
    return make_location(market)


@pytest.fixture
def make_variant(db: None) -> Callable[..., Variant]:
    def make(sku: str = "MUG", **fields: object) -> Variant:
        tax_class, _ = TaxClass.objects.get_or_create(code="standard", defaults={"name": "Standard"})
        product = Product.objects.create(
            title=f"The {sku}", slug=sku.lower(), tax_class=tax_class, created_at=NOON, live=True
        )
        return Variant.objects.create(product=product, sku=sku, **fields)

    return make


@pytest.fixture
def variant(make_variant: Callable[..., Variant]) -> Variant:
    return make_variant()


@pytest.fixture
def at_noon() -> datetime:
    clock.set_time(NOON)
    return NOON


@pytest.fixture
def in_half_an_hour(at_noon: datetime) -> datetime:
    return at_noon + timedelta(minutes=30)
