from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from stoa.analytics.tax.queries import rows_of, tax_report
from stoa.kernel import clock
from stoa.operations.models import Order, Payment, Refund
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db


def test_a_period_ends_at_midnight_in_the_shops_zone_and_refunds_stand_against_it():
    shop = make_shop()
    # 23:30 UTC on the last of March is the first of April in Berlin, in summer time since Sunday.
    with clock.at(datetime(2026, 3, 31, 21, 30, tzinfo=UTC)):
        first = make_order(shop, {"MUG": 1})
    with clock.at(datetime(2026, 3, 31, 22, 30, tzinfo=UTC)):
        make_order(shop, {"MUG": 1})
    (march,) = tax_report("Europe/Berlin", date(2026, 3, 1), date(2026, 3, 31))
    assert (march.key.treatment, march.key.country, march.key.percent) == ("domestic", "DE", Decimal("19.000"))
    assert (march.orders, march.net_minor, march.tax_minor) == (1, 1420, 270)
    assert [row.number for row in rows_of("Europe/Berlin", date(2026, 3, 1), date(2026, 3, 31))] == [first.number]

    payment = Payment.objects.get(order=first)
    Refund.objects.create(
        uuid="00000000-0000-4000-8000-000000000001", payment=payment, key="r", amount_minor=845,
        status=Refund.Status.DONE, actor="x", created_at=first.placed_at, done_at=first.placed_at,
    )  # fmt: skip
    (march,) = tax_report("Europe/Berlin", date(2026, 3, 1), date(2026, 3, 31))
    assert (march.refunds, march.net_minor, march.tax_minor) == (1, 710, 135)


def test_an_order_that_was_called_off_unpaid_is_in_no_return():
    order = make_order(make_shop(), {"MUG": 1})
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)
    assert tax_report("UTC", date(2000, 1, 1), date(2100, 1, 1)) == []
