"""The migration that gives the prices of a shop that sold before their history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from stoa.catalogue.models import Price, PricePoint, Product
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.products.data import VariantData
from stoa.catalogue.testing import make_market, make_product, make_variant
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
migration = import_module("stoa.catalogue.migrations.0007_history_of_present_prices")


def points(variant) -> list[tuple]:
    rows = PricePoint.objects.filter(variant=variant).order_by("at")
    return list(rows.values_list("at", "amount_minor", "compare_at_minor"))


def begin_anew() -> None:
    """As the tables stood before: prices, and the audit trail."""
    PricePoint.objects.all().delete()
    Price.objects.update(lowest_30_minor=None)
    migration.write_history(apps, None)


def test_the_audit_trail_gives_back_the_whole_history():
    with clock.at(MADE):
        market, variant = make_market(), make_variant(price_minor=1000)
        late = make_variant(price_minor=None)
        announced = make_product(variants=[VariantData(sku="A", price_minor=800, compare_at_minor=1000)]).variants.get()
    for day, change in ((10, (900, None)), (12, (1000, None)), (20, (850, 1000))):
        with clock.at(MADE + day * DAY):
            set_prices([PriceChange(variant.pk, market.price_list_id, *change)], SYSTEM)
    with clock.at(MADE + 3 * DAY):
        set_prices([PriceChange(late.pk, market.price_list_id, 500)], SYSTEM)
    before = {each.pk: points(each) for each in (variant, late, announced)}
    lows = list(Price.objects.order_by("pk").values_list("lowest_30_minor", flat=True))
    begin_anew()
    assert {each.pk: points(each) for each in (variant, late, announced)} == before
    assert points(variant) == [
        (MADE, 1000, None), (MADE + 10 * DAY, 900, None), (MADE + 12 * DAY, 1000, None), (MADE + 20 * DAY, 850, 1000),
    ]  # fmt: skip
    assert list(Price.objects.order_by("pk").values_list("lowest_30_minor", flat=True)) == lows
    assert Price.objects.get(variant=variant).lowest_30_minor == 900
    # When a reduction was there from the start, nothing is known of the time before.
    assert Price.objects.get(variant=announced).lowest_30_minor is None
    assert [finding for finding in verify().findings if finding.check.startswith("prices.")] == []


def test_what_the_trail_does_not_explain_begins_now():
    with clock.at(MADE):
        variant = make_variant(price_minor=1000)
        market = make_market("second")
        set_prices([PriceChange(variant.pk, market.price_list_id, 700)], SYSTEM)
    Price.objects.filter(price_list=market.price_list).update(amount_minor=600)
    # An import that gave the product another date of birth.
    Product.objects.update(created_at=MADE + DAY)
    with clock.at(MADE + 5 * DAY):
        begin_anew()
    mine = PricePoint.objects.filter(price_list=market.price_list).order_by("at")
    assert list(mine.values_list("at", "amount_minor")) == [(MADE, 700), (MADE + 5 * DAY, 600)]
    assert [finding for finding in verify().findings if finding.check.startswith("prices.")] == []


def test_more_prices_than_one_batch(monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    variants = [make_variant(price_minor=100 + number) for number in range(5)]
    begin_anew()
    assert PricePoint.objects.count() == len(variants)
    assert [finding for finding in verify().findings if finding.check.startswith("prices.")] == []
