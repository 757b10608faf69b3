from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.models import Price
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.prices.errors import CompareAtTooLowError, PriceInvalidError
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.prices.rules import HIGHEST_MINOR, price_problem
from stoa.catalogue.testing import make_market, make_variant
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError
from stoa.kernel.events import event_name
from stoa.kernel.money import Money
from stoa.kernel.outbox.models import OutboxEvent
from stoa.kernel.pagecache.models import CachePurge


def events() -> list[dict]:
    return list(
        OutboxEvent.objects.filter(name=event_name(PriceChanged)).order_by("id").values_list("payload", flat=True)
    )


@given(st.integers(), st.none() | st.integers())
def test_a_usable_price_is_what_the_database_takes(amount, compare_at):
    is_fine = 0 <= amount <= HIGHEST_MINOR and (compare_at is None or amount < compare_at <= HIGHEST_MINOR)
    assert (price_problem(amount, compare_at) == "") == is_fine


@pytest.mark.parametrize("amount", [1.5, "100", True, None])
def test_only_whole_numbers_are_prices(amount):
    assert price_problem(amount) == "price"


@pytest.mark.django_db
def test_a_new_price_is_quoted_audited_announced_and_purged():
    market, variant = make_market(), make_variant(price_minor=1000)
    CachePurge.objects.all().delete()
    assert set_prices([PriceChange(variant.pk, market.price_list_id, 1200, 1500)], SYSTEM) == 1
    assert quote([variant.pk], market)[variant.pk].unit == Money(1200, "EUR")
    assert quote([variant.pk], market)[variant.pk].compare_at == Money(1500, "EUR")
    assert trail_of("variant", variant.pk).get().facts == {
        "price_list": market.price_list_id, "before": 1000, "after": 1200, "compare_at_before": None, "compare_at_after": 1500,
    }  # fmt: skip
    assert events() == [
        {
            "variant_id": variant.pk,
            "product_id": variant.product_id,
            "price_list_id": market.price_list_id,
            "amount_minor": 1200,
        }
    ]
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"catalogue", f"product:{variant.product_id}"}


@pytest.mark.django_db
def test_the_same_price_again_changes_nothing():
    market, variant = make_market(), make_variant(price_minor=1000)
    CachePurge.objects.all().delete()
    assert set_prices([PriceChange(variant.pk, market.price_list_id, 1000)], SYSTEM) == 0
    assert events() == []
    assert CachePurge.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "compare_at", "error"),
    [
        (-1, None, PriceInvalidError),
        (10**15, None, PriceInvalidError),
        (100, 100, CompareAtTooLowError),
        (100, 50, CompareAtTooLowError),
    ],
)
def test_a_price_that_cannot_be_is_refused_with_all_others(amount, compare_at, error):
    market, variant, other = make_market(), make_variant(price_minor=1000), make_variant(price_minor=700)
    changes = [
        PriceChange(other.pk, market.price_list_id, 800),
        PriceChange(variant.pk, market.price_list_id, amount, compare_at),
    ]
    with pytest.raises(error) as caught:
        set_prices(changes, SYSTEM)
    assert caught.value.facts == {"variant_id": variant.pk}
    assert caught.value.message
    assert sorted(Price.objects.values_list("amount_minor", flat=True)) == [700, 1000]
    assert events() == []


@pytest.mark.django_db
def test_taking_the_price_away_takes_it_off_sale():
    market, variant = make_market(), make_variant()
    set_prices([PriceChange(variant.pk, market.price_list_id, None)], SYSTEM)
    assert quote([variant.pk], market) == {}
    assert [event["amount_minor"] for event in events()] == [None]


@pytest.mark.django_db
def test_an_unknown_variant_is_not_found():
    market = make_market()
    with pytest.raises(NotFoundError):
        set_prices([PriceChange(12345, market.price_list_id, 100)], SYSTEM)


@pytest.mark.django_db
def test_each_market_has_its_own_prices():
    euros = make_market()
    yen = make_market("jp", currency="JPY", default_country="JP", countries=["JP"])
    variant = make_variant(price_minor=1000)
    assert quote([variant.pk], yen) == {}
    set_prices([PriceChange(variant.pk, yen.price_list_id, 150)], SYSTEM)
    assert quote([variant.pk], yen)[variant.pk].unit == Money(150, "JPY")
    assert quote([variant.pk], euros)[variant.pk].unit == Money(1000, "EUR")
