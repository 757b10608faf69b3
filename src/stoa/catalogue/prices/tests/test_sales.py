from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.models import Price, PricePoint, Sale, SalePrice
from stoa.catalogue.prices.actions import (
    PriceChange,
    cancel_sale,
    schedule_sale,
    set_breaks,
    set_prices,
    tell_due_sales,
)
from stoa.catalogue.prices.errors import (
    BreaksInvalidError,
    SaleInvalidError,
    SaleOverError,
    SaleOverlapError,
    SalePriceTooHighError,
    SaleTimesError,
)
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.testing import any_market, make_market, make_product, make_variant
from stoa.kernel import books, clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError
from stoa.kernel.events import event_name
from stoa.kernel.money import Money
from stoa.kernel.outbox.models import OutboxEvent
from stoa.kernel.pagecache.models import CachePurge

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 15, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def told() -> list[tuple[int, int | None]]:
    events = OutboxEvent.objects.filter(name=event_name(PriceChanged)).order_by("id")
    return [(event.payload["variant_id"], event.payload["amount_minor"]) for event in events]


def assert_books() -> None:
    assert [finding for finding in books.verify().findings if finding.check.startswith("prices.")] == []


@pytest.fixture
def market():
    clock.set_time(START - 60 * DAY)
    return make_market()


def test_a_sale_holds_to_the_second_and_the_regular_price_comes_back_by_itself(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START - DAY)
    schedule_sale("Summer", market.price_list_id, {variant.pk: 800}, starts_at=START, ends_at=START + DAY, actor=SYSTEM)

    def at(moment):
        found = quote([variant.pk], market, at=moment)[variant.pk]
        return found.unit, found.compare_at, found.lowest_30, found.ends_at

    regular, on_sale = (euros(1000), None, None, None), (euros(800), euros(1000), euros(1000), START + DAY)
    assert at(START - SECOND) == regular
    assert at(START) == on_sale
    assert at(START + DAY - SECOND) == on_sale
    assert at(START + DAY) == regular
    clock.set_time(START)
    assert quote([variant.pk], market)[variant.pk].unit == euros(800)
    assert Price.objects.get(variant=variant).amount_minor == 1000
    assert_books()


def test_a_night_in_which_the_clock_goes_back_has_its_hour_twice(market):
    variant = make_variant(price_minor=1000)
    berlin = ZoneInfo("Europe/Berlin")
    clock.set_time(datetime(2026, 10, 1, tzinfo=UTC))
    start = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)  # the first of two 02:30
    end = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin).astimezone(UTC)
    schedule_sale(
        "Night", market.price_list_id, {variant.pk: 500}, starts_at=start.astimezone(UTC), ends_at=end, actor=SYSTEM
    )
    hour = timedelta(hours=1)
    assert end - start.astimezone(UTC) == hour
    units = [
        quote([variant.pk], market, at=moment)[variant.pk].unit.minor for moment in (end - hour, end - SECOND, end)
    ]
    assert units == [500, 500, 1000]


def test_the_lowest_price_counts_an_earlier_sale_and_forgets_it_after_thirty_days(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    pairs = {variant.pk: 700}
    schedule_sale("First", market.price_list_id, pairs, ends_at=START + DAY, actor=SYSTEM)
    again, late = START + 10 * DAY, START + DAY + timedelta(days=30)
    schedule_sale("Again", market.price_list_id, {variant.pk: 750}, starts_at=again, ends_at=again + DAY, actor=SYSTEM)
    schedule_sale(
        "Late", market.price_list_id, pairs, starts_at=again + 31 * DAY, ends_at=again + 32 * DAY, actor=SYSTEM
    )
    lows = dict(SalePrice.objects.values_list("sale__name", "lowest_30_minor"))
    assert lows == {"First": 1000, "Again": 700, "Late": 1000}
    assert quote([variant.pk], market, at=again)[variant.pk].lowest_30 == euros(700)
    assert late < again + 31 * DAY
    assert_books()


def test_a_sale_to_come_learns_of_what_happens_before_it(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    sale = schedule_sale(
        "Later",
        market.price_list_id,
        {variant.pk: 600},
        starts_at=START + 20 * DAY,
        ends_at=START + 21 * DAY,
        actor=SYSTEM,
    )
    assert sale.prices.get().lowest_30_minor == 1000
    clock.set_time(START + DAY)
    set_prices([PriceChange(variant.pk, market.price_list_id, 900)], SYSTEM)
    assert sale.prices.get().lowest_30_minor == 900
    flash = schedule_sale("Flash", market.price_list_id, {variant.pk: 650}, ends_at=START + 2 * DAY, actor=SYSTEM)
    assert sale.prices.get().lowest_30_minor == 650
    assert_books()
    # Ended in the hour in which it began, it has been a price all the same.
    clock.set_time(START + DAY + timedelta(hours=1))
    cancel_sale(flash.pk, actor=SYSTEM)
    assert sale.prices.get().lowest_30_minor == 650
    assert_books()


def test_a_sale_that_was_called_off_before_it_began_has_never_been_a_price(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    first = schedule_sale(
        "First", market.price_list_id, {variant.pk: 500}, starts_at=START + DAY, ends_at=START + 2 * DAY, actor=SYSTEM
    )
    second = schedule_sale(
        "Second",
        market.price_list_id,
        {variant.pk: 600},
        starts_at=START + 3 * DAY,
        ends_at=START + 4 * DAY,
        actor=SYSTEM,
    )
    assert second.prices.get().lowest_30_minor == 500
    cancel_sale(first.pk, actor=SYSTEM)
    assert second.prices.get().lowest_30_minor == 1000
    assert quote([variant.pk], market, at=START + DAY)[variant.pk].unit == euros(1000)
    assert [entry.verb for entry in trail_of("sale", first.pk)] == ["sale.scheduled", "sale.cancelled"]
    with pytest.raises(SaleOverError):
        cancel_sale(first.pk, actor=SYSTEM)
    assert_books()


def test_a_running_sale_can_be_ended_now(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    sale = schedule_sale("Short", market.price_list_id, {variant.pk: 800}, ends_at=START + 9 * DAY, actor=SYSTEM)
    clock.set_time(START + DAY)
    cancel_sale(sale.pk, actor=SYSTEM)
    assert quote([variant.pk], market)[variant.pk] == quote([variant.pk], market, at=START - DAY)[variant.pk]
    assert quote([variant.pk], market, at=START + DAY - SECOND)[variant.pk].unit == euros(800)
    sale.refresh_from_db()
    assert (sale.ends_at, sale.prices.get().ends_at) == (START + DAY, START + DAY)
    assert told() == [(variant.pk, 800), (variant.pk, 1000)]
    assert_books()


def test_what_a_sale_cannot_be(market):
    variant, other = make_variant(price_minor=1000), make_variant(price_minor=None)
    clock.set_time(START)

    def plan(prices, **times):
        times = {"starts_at": START, "ends_at": START + DAY, **times}
        return schedule_sale("Sale", market.price_list_id, prices, actor=SYSTEM, **times)

    with pytest.raises(SaleTimesError):
        plan({variant.pk: 900}, starts_at=START - SECOND)
    with pytest.raises(SaleTimesError):
        plan({variant.pk: 900}, ends_at=START)
    with pytest.raises(SaleInvalidError):
        plan({})
    with pytest.raises(SaleInvalidError):
        plan({variant.pk: -1})
    with pytest.raises(SalePriceTooHighError) as caught:
        plan({variant.pk: 1000})
    assert caught.value.facts["variant_ids"] == [variant.pk]
    with pytest.raises(NotFoundError):
        plan({other.pk: 100})
    assert (Sale.objects.count(), SalePrice.objects.count()) == (0, 0)
    plan({variant.pk: 900})
    with pytest.raises(SaleOverlapError) as overlap:
        plan({variant.pk: 800}, starts_at=START + DAY - SECOND, ends_at=START + 2 * DAY)
    assert overlap.value.facts == {"field": "prices", "variant_ids": [variant.pk], "sales": ["Sale"]}
    plan({variant.pk: 800}, starts_at=START + DAY, ends_at=START + 2 * DAY)
    assert_books()


@pytest.mark.postgres
def test_postgresql_itself_refuses_two_sales_at_once(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    sale = schedule_sale("Sale", market.price_list_id, {variant.pk: 900}, ends_at=START + DAY, actor=SYSTEM)
    other = Sale.objects.create(
        name="Rival", price_list_id=market.price_list_id, starts_at=START, ends_at=START + DAY, created_at=START
    )
    with pytest.raises(IntegrityError, match="sale_price_no_overlap"), transaction.atomic():
        SalePrice.objects.create(
            sale=other, variant=variant, price_list_id=market.price_list_id, starts_at=START + DAY - SECOND,
            ends_at=START + 2 * DAY, amount_minor=1,
        )  # fmt: skip
    assert sale.prices.count() == 1


def test_start_and_end_are_told_once_with_the_price_of_the_moment(market):
    product = make_product(price_minor=1000, variants=2)
    one, two = product.variants.order_by("pk")
    clock.set_time(START - DAY)
    schedule_sale(
        "Sale", market.price_list_id, {one.pk: 900, two.pk: 800}, starts_at=START, ends_at=START + DAY, actor=SYSTEM
    )
    CachePurge.objects.all().delete()
    OutboxEvent.objects.all().delete()
    clock.set_time(START - SECOND)
    assert tell_due_sales() == 0
    clock.set_time(START + SECOND)
    assert tell_due_sales() == 2
    assert told() == [(one.pk, 900), (two.pk, 800)]
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"catalogue", f"product:{product.pk}"}
    assert tell_due_sales() == 0
    clock.set_time(START + DAY)
    CachePurge.objects.all().delete()
    assert tell_due_sales() == 2
    assert told()[2:] == [(one.pk, 1000), (two.pk, 1000)]
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"catalogue", f"product:{product.pk}"}
    assert tell_due_sales() == 0
    assert len(told()) == 4


def test_a_worker_that_dies_while_it_tells_has_told_nothing(market, monkeypatch):
    variant = make_variant(price_minor=1000)
    clock.set_time(START - DAY)
    schedule_sale("Sale", market.price_list_id, {variant.pk: 900}, starts_at=START, ends_at=START + DAY, actor=SYSTEM)
    OutboxEvent.objects.all().delete()
    clock.set_time(START)

    class KilledError(Exception):
        pass

    def killed(*tags):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("stoa.catalogue.prices.sales.purge", killed)
        with pytest.raises(KilledError):
            tell_due_sales()
    assert (told(), SalePrice.objects.get().told) == ([], 0)
    assert tell_due_sales() == 1
    assert told() == [(variant.pk, 900)]


def test_a_compare_at_price_names_the_lowest_of_the_thirty_days_before_it(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START - 20 * DAY)
    set_prices([PriceChange(variant.pk, market.price_list_id, 900)], SYSTEM)
    clock.set_time(START - 19 * DAY)
    set_prices([PriceChange(variant.pk, market.price_list_id, 1000)], SYSTEM)
    clock.set_time(START)
    set_prices([PriceChange(variant.pk, market.price_list_id, 850, 1000)], SYSTEM)
    found = quote([variant.pk], market)[variant.pk]
    assert (found.unit, found.compare_at, found.lowest_30) == (euros(850), euros(1000), euros(900))
    # Lower still while it is announced: the price of yesterday is among the thirty days.
    clock.set_time(START + DAY)
    set_prices([PriceChange(variant.pk, market.price_list_id, 800, 1000)], SYSTEM)
    assert quote([variant.pk], market)[variant.pk].lowest_30 == euros(850)
    # Saying the same again announces nothing anew.
    clock.set_time(START + 2 * DAY)
    assert set_prices([PriceChange(variant.pk, market.price_list_id, 800, 1000)], SYSTEM) == 0
    assert quote([variant.pk], market)[variant.pk].lowest_30 == euros(850)
    assert_books()


def test_nothing_is_claimed_where_nothing_is_known_and_a_recommended_price_is_no_reduction(market):
    from stoa.catalogue.products.data import VariantData

    new = make_product(variants=[VariantData(sku="N", price_minor=800, compare_at_minor=1000)]).variants.get()
    found = quote([new.pk], market)[new.pk]
    assert (found.compare_at, found.lowest_30, found.is_reduced) == (euros(1000), None, True)
    clock.set_time(START)
    set_prices([PriceChange(new.pk, market.price_list_id, 700, 1000, compare_at_is_rrp=True)], SYSTEM)
    found = quote([new.pk], market)[new.pk]
    assert (found.compare_at, found.compare_at_is_rrp, found.lowest_30, found.is_reduced) == (
        euros(1000),
        True,
        None,
        False,
    )
    # An import that knows nothing of it leaves it so.
    set_prices([PriceChange(new.pk, market.price_list_id, 650, 1000)], SYSTEM)
    assert quote([new.pk], market)[new.pk].compare_at_is_rrp
    schedule_sale("Sale", market.price_list_id, {new.pk: 500}, ends_at=START + DAY, actor=SYSTEM)
    found = quote([new.pk], market)[new.pk]
    assert (found.compare_at, found.compare_at_is_rrp, found.lowest_30) == (euros(650), False, euros(800))
    assert_books()


def test_the_history_has_a_point_for_every_change_and_for_the_end(market):
    variant = make_variant(price_minor=1000)
    for day, amount in enumerate((1100, 1100, None, 900), start=1):
        clock.set_time(START + day * DAY)
        set_prices([PriceChange(variant.pk, market.price_list_id, amount)], SYSTEM)
    points = PricePoint.objects.filter(variant=variant).order_by("at")
    assert list(points.values_list("at", "amount_minor")) == [
        (START - 60 * DAY, 1000), (START + DAY, 1100), (START + 3 * DAY, None), (START + 4 * DAY, 900),
    ]  # fmt: skip
    assert_books()


def test_a_regular_price_below_the_sale_is_what_is_charged(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    schedule_sale("Sale", market.price_list_id, {variant.pk: 800}, ends_at=START + DAY, actor=SYSTEM)
    set_prices([PriceChange(variant.pk, market.price_list_id, 750)], SYSTEM)
    found = quote([variant.pk], market)[variant.pk]
    assert (found.unit, found.compare_at, found.lowest_30, found.ends_at) == (euros(750), None, None, None)


def test_breaks_follow_the_quantity_also_while_a_sale_runs(market):
    variant = make_variant(price_minor=1000)
    assert set_breaks(variant.pk, market.price_list_id, [(10, 900), (50, 700)], actor=SYSTEM)
    assert not set_breaks(variant.pk, market.price_list_id, [(10, 900), (50, 700)], actor=SYSTEM)

    def unit(quantity, at=None):
        return quote([variant.pk], market, quantities={variant.pk: quantity}, at=at)[variant.pk].unit.minor

    assert [unit(quantity) for quantity in (1, 9, 10, 49, 50, 999)] == [1000, 1000, 900, 900, 700, 700]
    assert quote([variant.pk], market)[variant.pk].breaks == ((10, euros(900)), (50, euros(700)))
    clock.set_time(START)
    schedule_sale("Sale", market.price_list_id, {variant.pk: 800}, ends_at=START + DAY, actor=SYSTEM)
    assert [unit(quantity) for quantity in (1, 10, 50)] == [800, 800, 700]
    assert quote([variant.pk], market)[variant.pk].breaks == ((50, euros(700)),)
    with pytest.raises(BreaksInvalidError):
        set_breaks(variant.pk, market.price_list_id, [(10, 1000)], actor=SYSTEM)
    with pytest.raises(NotFoundError):
        set_breaks(variant.pk, 999_999, [(10, 100)], actor=SYSTEM)
    # A new regular price leaves them; those that are not below it do nothing.
    set_prices([PriceChange(variant.pk, market.price_list_id, 850)], SYSTEM)
    assert [unit(quantity, START + DAY) for quantity in (1, 10, 50)] == [850, 850, 700]
    assert set_breaks(variant.pk, market.price_list_id, [], actor=SYSTEM)
    assert unit(50, START + DAY) == 850
    assert_books()


@pytest.mark.parametrize("count", [1, 40])
def test_a_quote_is_one_query_however_many(market, count, django_assert_num_queries):
    ids = [make_variant().pk for _ in range(count)]
    clock.set_time(START)
    schedule_sale("Sale", market.price_list_id, dict.fromkeys(ids, 100), ends_at=START + DAY, actor=SYSTEM)
    quote(ids, market)
    quote(ids, market, customer_id=1)
    with django_assert_num_queries(1):
        assert len(quote(ids, market)) == count
    with django_assert_num_queries(1):
        assert len(quote(ids, market, customer_id=1)) == count


def test_the_books_see_what_went_around_the_actions(market):
    variant = make_variant(price_minor=1000)
    clock.set_time(START)
    sale = schedule_sale("Sale", market.price_list_id, {variant.pk: 800}, ends_at=START + DAY, actor=SYSTEM)

    def findings() -> set[str]:
        return {finding.check for finding in books.verify().findings if finding.check.startswith("prices.")}

    assert findings() == set()
    Price.objects.update(amount_minor=1)
    assert findings() == {"prices.history"}
    Price.objects.update(amount_minor=1000, breaks=[[5, 900], [4, 800]])
    assert findings() == {"prices.breaks"}
    Price.objects.update(breaks=None)
    sale.prices.update(lowest_30_minor=5)
    assert findings() == {"prices.lowest_30"}
    sale.prices.update(lowest_30_minor=1000, ends_at=START + 2 * DAY)
    assert findings() == {"prices.sales"}
    sale.prices.update(ends_at=START + DAY)
    PricePoint.objects.create(
        variant=make_variant(price_minor=None), price_list_id=market.price_list_id, at=START, amount_minor=5
    )
    assert findings() == {"prices.history"}
    if connection.vendor == "sqlite":
        PricePoint.objects.filter(amount_minor=5).delete()
        SalePrice.objects.create(
            sale=Sale.objects.create(name="Rival", price_list_id=market.price_list_id, starts_at=START,
                                     ends_at=START + DAY, created_at=START),
            variant=variant, price_list_id=market.price_list_id, starts_at=START, ends_at=START + DAY, amount_minor=1,
            lowest_30_minor=1000,
        )  # fmt: skip
        assert findings() == {"prices.sales"}


def test_any_market_is_the_default_one(market):
    assert any_market() == market
