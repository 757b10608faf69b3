"""What an update must not change: where a shop of old charges tax."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from stoa.catalogue.markets.models import Market
from stoa.operations.tax.actions import load_rates
from stoa.operations.tax.models import TaxSettings
from stoa.operations.tax.queries import seller_of, tax_settings
from stoa.operations.tax.regimes import Buyer, Treatment, place_of
from stoa.operations.testing import make_shop

pytestmark = pytest.mark.django_db
update = import_module("stoa.operations.migrations.0007_registrations")


def registered_after_the_update(home: str) -> Market:
    market = make_shop().market
    Market.objects.update(default_country=home)
    load_rates()
    TaxSettings.objects.all().delete()
    update.register_where_tax_was_charged(apps, None)
    return Market.objects.get(pk=market.pk)


def test_a_shop_of_the_eu_charges_british_norwegian_and_swiss_tax_as_before() -> None:
    market = registered_after_the_update("DE")
    settings = tax_settings(market)
    assert set(settings.registrations) >= {"GB", "NO", "CH"}
    assert not {"DE", "FR"} & set(settings.registrations)
    treatments = [place_of(seller_of(market, settings), Buyer(to)).treatment for to in ("GB", "FR", "DE", "JP")]
    assert treatments == [Treatment.REGISTERED, Treatment.OSS, Treatment.DOMESTIC, Treatment.EXPORT]


def test_a_shop_outside_charges_the_tax_of_the_members_as_before() -> None:
    market = registered_after_the_update("GB")
    settings = tax_settings(market)
    assert {"DE", "FR", "CH"} <= set(settings.registrations)
    assert "GB" not in settings.registrations
    assert place_of(seller_of(market, settings), Buyer("DE")).treatment == Treatment.REGISTERED


def test_what_was_set_stays() -> None:
    market = make_shop().market
    TaxSettings.objects.update_or_create(pk=market.pk, defaults={"registrations": ["NO"]})
    update.register_where_tax_was_charged(apps, None)
    assert TaxSettings.objects.get(pk=market.pk).registrations == ["NO"]
