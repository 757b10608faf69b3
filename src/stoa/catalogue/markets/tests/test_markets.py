from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.markets.errors import MarketInvalidError, NoMarketError
from stoa.catalogue.markets.models import Market
from stoa.catalogue.markets.queries import default_market, market_for_host
from stoa.catalogue.testing import make_market
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache import polling


@pytest.mark.django_db
def test_the_host_chooses_the_market():
    default = make_market()
    french = make_market("fr", domain="Boutique.Example.", default_country="FR", countries=["FR"])
    assert market_for_host("boutique.example:8000") == french
    assert market_for_host("BOUTIQUE.example.") == french
    for host in ("shop.example", "", "[::1]:8000", "evil.example\x00", "boutique.example.evil.example"):
        assert market_for_host(host) == default


@pytest.mark.django_db
def test_a_shop_without_a_market_says_so():
    with pytest.raises(NoMarketError):
        default_market()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"default_country": "JP"}, "default_country"), ({"default_country": "de"}, "default_country"),
        ({"countries": []}, "countries"), ({"countries": ["Germany"]}, "countries"), ({"timezone": "Mars/Base"}, "timezone"),
        ({"shop_name": " "}, "shop_name"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(changes, field):
    market = make_market()
    with pytest.raises(MarketInvalidError) as caught:
        update_market(market.pk, actor=SYSTEM, **changes)
    assert field in caught.value.facts["fields"]
    assert Market.objects.get().timezone == "Europe/Berlin"


@pytest.mark.django_db
def test_the_currency_of_a_market_stays():
    with pytest.raises(TypeError):
        update_market(make_market().pk, actor=SYSTEM, currency="USD")


@pytest.mark.django_db(transaction=True)
def test_a_process_remembers_markets_until_one_changes():
    polling.reset()
    make_market()
    assert default_market().shop_name == "Test shop"
    with CaptureQueriesContext(connection) as captured:
        for _ in range(20):
            default_market()
    assert not [query for query in captured if "catalogue_market" in query["sql"]]
    update_market(default_market().pk, actor=SYSTEM, shop_name="Renamed")
    assert default_market().shop_name == "Renamed"
    polling.reset()
