from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.customers.identity.rules import AddressData, address_problems, tidy_address
from stoa.world.simulator.demand import Good, basket, moments, orders_on, weight_of
from stoa.world.simulator.people import FIRST, LAST, PLACES, SHARES, STREETS, meet

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 10, 26), date(2025, 7, 1)])
def test_moments_lie_in_the_day_and_go_forward_by_the_wall_clock(day):
    """Also in the nights when the clock is changed: there is no 02:30 in one, and two in the other."""
    found = moments(day, 500, BERLIN, random.Random(1))
    assert len(found) == 500
    assert {moment.date() for moment in found} == {day}
    assert found == sorted(found, key=lambda moment: moment.replace(tzinfo=None))
    real = [moment.astimezone(UTC) for moment in found]
    midnight = datetime.combine(day, datetime.min.time(), BERLIN).astimezone(UTC)
    assert all(midnight <= moment < midnight + timedelta(hours=25) for moment in real)
    # The skipped hour may put two of them in another order, by less than that hour.
    assert all(later - earlier > -timedelta(hours=1) for earlier, later in pairwise(real))


def test_a_year_has_about_as_many_orders_as_were_asked_for():
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
    total = sum(orders_on(day, days[0], days, 5000, random.Random(day.toordinal())) for day in days)
    assert 4700 < total < 5300


def test_the_season():
    start = date(2025, 1, 1)
    assert weight_of(date(2025, 12, 10), start) > 1.5 * weight_of(date(2025, 7, 9), start)
    assert weight_of(date(2025, 12, 23), start) < weight_of(date(2025, 12, 20), start)


@given(seed=st.integers())
def test_a_basket_holds_goods_that_are_there_in_quantities_that_people_buy(seed):
    goods = [Good(1, 0.5), Good(2, 0.1)]
    chosen = basket(goods, random.Random(seed))
    assert set(chosen) <= {1, 2}
    assert chosen
    assert all(quantity in {1, 2, 3, 4, 6} for quantity in chosen.values())
    assert chosen == basket(goods, random.Random(seed))


@given(seed=st.integers(), number=st.integers(1, 10**6))
def test_people_have_addresses_that_a_checkout_takes(seed, number):
    person = meet(random.Random(seed), number)
    assert person.country in SHARES
    assert person.email.endswith(f".{number}@example.com")
    assert person.email.isascii()
    address = AddressData(
        name=person.name, line1=person.line1, postal_code=person.postal_code, city=person.city, country=person.country
    )
    assert address_problems(tidy_address(address)) == {}


def test_every_country_has_its_names_and_places():
    assert set(FIRST) == set(LAST) == set(PLACES) == set(STREETS) == set(SHARES)
