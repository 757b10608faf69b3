"""Two at once: schedulers, merchants who plan the same sale, a price that changes while a sale is planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.models import Sale, SalePrice
from stoa.catalogue.prices.actions import PriceChange, schedule_sale, set_prices, tell_due_sales
from stoa.catalogue.testing import make_market, make_variant
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.errors import DomainError
from stoa.kernel.events import event_name
from stoa.kernel.outbox.models import OutboxEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
DAY = timedelta(days=1)


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            for _ in range(50):
                try:
                    connection.ensure_connection()
                    break
                except OperationalError:
                    pass
            start.wait(timeout=60)
            return call()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def assert_books() -> None:
    assert [finding for finding in verify().findings if finding.check.startswith("prices.")] == []


def test_two_schedulers_tell_each_start_and_each_end_once():
    market = make_market()
    ids = [make_variant(price_minor=1000).pk for _ in range(30)]
    now = clock.now()
    schedule_sale(
        "Sale", market.price_list_id, dict.fromkeys(ids, 900), starts_at=now + DAY, ends_at=now + 2 * DAY, actor=SYSTEM
    )
    for at, amount in ((now + DAY, 900), (now + 2 * DAY, 1000)):
        OutboxEvent.objects.all().delete()
        clock.set_time(at)
        assert sum(together([tell_due_sales] * 4)) == 30
        told = OutboxEvent.objects.filter(name=event_name(PriceChanged)).values_list("payload", flat=True)
        assert sorted((event["variant_id"], event["amount_minor"]) for event in told) == [
            (pk, amount) for pk in sorted(ids)
        ]


def test_of_two_overlapping_sales_at_once_one_is_scheduled():
    market, variant = make_market(), make_variant(price_minor=1000)
    ends = clock.now() + DAY

    def plan() -> str:
        schedule_sale("Sale", market.price_list_id, {variant.pk: 900}, ends_at=ends, actor=SYSTEM)
        return "scheduled"

    assert sorted(together([plan] * 4)) == ["sale_overlap"] * 3 + ["scheduled"]
    assert (Sale.objects.count(), SalePrice.objects.count()) == (1, 1)
    assert_books()


@pytest.mark.parametrize("turn", range(4))
def test_a_price_that_changes_while_a_sale_is_planned_is_in_its_lowest_price(turn):
    market, variant = make_market(), make_variant(price_minor=1000)
    start = clock.now() + 5 * DAY

    def plan() -> None:
        schedule_sale(
            "Sale", market.price_list_id, {variant.pk: 500}, starts_at=start, ends_at=start + DAY, actor=SYSTEM
        )

    def reprice(amount: int) -> None:
        set_prices([PriceChange(variant.pk, market.price_list_id, amount)], SYSTEM)

    together([plan, lambda: reprice(800), lambda: reprice(900)])
    assert SalePrice.objects.get().lowest_30_minor == 800
    assert_books()
