from __future__ import annotations

import threading

import pytest
from django.db import connection

from stoa.catalogue.markets.models import Market
from stoa.config.command import main
from stoa.config.environment import Environment
from stoa.config.first_shop import EU, Plan, _email, ensure_shop
from stoa.inventory.models import Location
from stoa.kernel import clock
from stoa.kernel.books import verify
from stoa.operations.models import PaymentMethod
from stoa.operations.shipping.queries import options
from stoa.operations.tax.queries import rate

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_installation_can_sell_at_once():
    market = ensure_shop()
    assert (market.code, market.currency, market.default_country, market.is_default) == ("default", "EUR", "DE", True)
    assert sorted(market.countries) == sorted(EU)
    assert [(place.code, list(place.markets.all())) for place in Location.objects.all()] == [("main", [market])]
    assert [offer.price.minor for offer in options(market, "DE", 0)] == [490]
    assert [offer.price.minor for offer in options(market, "FR", 0)] == [990]
    assert rate("DE", "standard", clock.today("Europe/Berlin")) == 19
    assert dict(PaymentMethod.objects.values_list("code", "is_active")) == {
        "bank_transfer": False, "cash_on_delivery": True, "sandbox": True,
    }  # fmt: skip
    assert verify().is_clean


def test_a_shop_that_is_there_stays_as_it_is():
    first = ensure_shop()
    Market.objects.filter(pk=first.pk).update(shop_name="Pots")
    assert ensure_shop().pk == first.pk
    assert (Market.objects.get().shop_name, Location.objects.count()) == ("Pots", 1)


def test_two_that_start_together_make_one_shop():
    made, barrier = [], threading.Barrier(2)

    def start():
        barrier.wait()
        try:
            made.append(ensure_shop().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [Market.objects.get().pk] * 2
    assert Location.objects.count() == 1


@pytest.mark.parametrize(("values", "email"), [
    ({}, "shop@example.com"),
    ({"STOA_BASE_URL": "http://192.168.0.4:8000"}, "shop@example.com"),
    ({"STOA_BASE_URL": "https://pots.example"}, "shop@pots.example"),
    ({"STOA_BASE_URL": "https://pots.example", "STOA_MAIL_FROM": "Pots <hello@pots.example>"}, "hello@pots.example"),
])  # fmt: skip
def test_the_shops_address(values, email):
    assert _email(Environment(values)) == email


@pytest.mark.parametrize(
    ("plan", "prices"),
    [
        (Plan(currency="GBP", country="GB", timezone="Europe/London"), {"GB": [490], "DE": []}),
        (Plan(currency="JPY", country="JP", timezone="Asia/Tokyo"), {"JP": [5], "DE": []}),
        (Plan(currency="DKK", country="DK", timezone="Europe/Copenhagen"), {"DK": [490], "DE": [990]}),
    ],
)
def test_a_shop_may_be_founded_in_another_country(plan, prices):
    market = ensure_shop(plan)
    assert (market.currency, market.default_country, market.timezone) == (plan.currency, plan.country, plan.timezone)
    assert {country: [offer.price.minor for offer in options(market, country, 0)] for country in prices} == prices
    assert verify().is_clean


def test_the_command_founds_once(capsys):
    assert main(["shop", "found", "--name", "Mill Lane", "--currency", "GBP", "--country", "gb"]) == 0
    assert main(["shop", "found", "--currency", "USD"]) == 1
    assert "cannot be changed" in capsys.readouterr().err
    assert [(m.shop_name, m.currency, m.default_country) for m in Market.objects.all()] == [("Mill Lane", "GBP", "GB")]


def test_the_command_refuses_what_is_no_currency(capsys):
    assert main(["shop", "found", "--currency", "euro"]) == 2
    assert "ISO 4217" in capsys.readouterr().err
    assert not Market.objects.exists()
