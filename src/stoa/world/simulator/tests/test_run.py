from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from stoa.inventory.testing import stock
from stoa.kernel import clock
from stoa.kernel.books import verify
from stoa.operations.orders.models import Order
from stoa.operations.testing import make_shop
from stoa.world.simulator import run
from stoa.world.simulator.people import SHARES

pytestmark = pytest.mark.django_db

# Over the night in which the clock goes forward.
UNTIL = datetime(2026, 4, 4, 12, tzinfo=UTC)


def live(seed: int = 3) -> tuple[run.Outcome, list[tuple]]:
    """Ten days in a tiny shop, and every order of them in plain values."""
    with clock.at(datetime(2026, 3, 20, tzinfo=UTC)):
        shop = make_shop(countries=list(SHARES))
        for variant in shop.variants.values():
            stock(variant, 60)
    outcome = run.simulate(shop.market, days=10, orders=60, seed=seed, until=UNTIL)
    return outcome, [
        (
            order.number, order.total_minor, order.status, order.payment_status, order.email, order.placed_at.isoformat(),
            list(order.lines.values_list("sku", "quantity", "total_minor")),
        )
        for order in Order.objects.order_by("number").prefetch_related("lines")
    ]  # fmt: skip


def live_and_undo(seed: int) -> tuple[run.Outcome, list[tuple]]:
    """The same stretch, with the database as before afterwards."""
    before = transaction.savepoint()
    lived = live(seed)
    transaction.savepoint_rollback(before)
    return lived


def test_the_same_seed_on_the_same_shop_gives_the_same_orders():
    first, second, other = (live_and_undo(seed) for seed in (3, 3, 4))
    assert Order.objects.count() == 0
    assert 40 <= len(first[1]) <= 80
    assert first == second
    assert first[1] != other[1]


def test_after_a_stretch_the_books_are_clean_and_the_clock_runs():
    before = datetime.now(UTC)
    outcome, orders = live()
    report = verify()
    assert report.findings == []
    assert outcome.days == 10
    assert outcome.orders == len(orders)
    assert outcome.work["shipped"] > 0
    assert all("2026-03-25" <= order[5] < "2026-04-04" for order in orders)
    assert before <= clock.now() <= datetime.now(UTC)


def test_an_error_sets_the_clock_going_again(monkeypatch):
    monkeypatch.setattr(run.Staff, "close_the_day", lambda self: 1 / 0)
    before = datetime.now(UTC)
    with pytest.raises(ZeroDivisionError):
        live()
    assert before <= clock.now() <= datetime.now(UTC)
