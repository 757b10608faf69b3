"""Nights in which the clock is put forward or back, and the last hour of a month. No shop has to run for this."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from stoa.analytics.sales.queries import sales_by
from stoa.kernel import books, clock
from stoa.operations.orders.queries import order_path
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db
BERLIN = "Europe/Berlin"
# The moment, the day that it is in Berlin, and the first working day from there.
NIGHTS = [
    (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29), "2026-03"),
    (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), date(2026, 3, 29), "2026-03"),
    (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 29), "2026-03"),
    (datetime(2026, 3, 31, 22, 30, tzinfo=UTC), date(2026, 4, 1), "2026-04"),
    (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24), "2026-10"),
    (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25), "2026-10"),
    (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25), "2026-10"),
    (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25), "2026-10"),
    (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 26), "2026-10"),
    (datetime(2026, 10, 31, 22, 59, tzinfo=UTC), date(2026, 10, 31), "2026-10"),
    (datetime(2026, 10, 31, 23, 0, tzinfo=UTC), date(2026, 11, 1), "2026-11"),
    (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1), "2027-01"),
]


@pytest.mark.parametrize(("moment", "day", "month"), NIGHTS, ids=[str(night[0]) for night in NIGHTS])
def test_days_and_months_are_those_of_the_market(client, moment: datetime, day: date, month: str) -> None:
    with clock.at(moment):
        shop = make_shop(timezone=BERLIN)
        order = make_order(shop, {"MUG": 1})
        assert clock.today(BERLIN) == day
        assert client.get(order_path(order)).status_code == 200
    assert order.placed_at == moment
    # No promise before the day of the order, none on a weekend, and the same two days long as on any other night.
    assert day <= order.promised_from <= order.promised_to
    assert {order.promised_from.weekday(), order.promised_to.weekday()} <= {0, 1, 2, 3, 4}
    assert (order.promised_to - order.promised_from).days <= 4
    assert [(row.period, row.orders) for row in sales_by("month", BERLIN)] == [(month, 1)]
    assert [row.period for row in sales_by("day", BERLIN)] == [day.isoformat()]


def test_an_hour_that_comes_twice_is_counted_twice() -> None:
    with clock.at(datetime(2026, 10, 24, 22, 0, tzinfo=UTC)):
        shop = make_shop(timezone=BERLIN)
    for hour in (0, 1):
        with clock.at(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)):
            make_order(shop, {"MUG": 1})
    rows = sales_by("day", BERLIN)
    assert [(row.period, row.orders) for row in rows] == [("2026-10-25", 2)]
    assert books.verify().findings == []
