"""What people read: days and times, charts, numbers with a sign."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from stoa.backoffice.charts import HEIGHT, PLOT, TOP, Point, bar_chart, nice_step
from stoa.backoffice.columns import in_short, signed
from stoa.backoffice.moments import moment
from stoa.backoffice.system.lists import in_words
from stoa.backoffice.testing import client_of
from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.operations.models import Order
from stoa.operations.testing import Shop, make_order

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON, "Today, 13:00"),
        (NOON - timedelta(hours=14), "Yesterday, 23:00"),
        # Still the ninth by UTC, but the tenth has begun where the shop is.
        (datetime(2026, 3, 9, 23, 30, tzinfo=UTC), "Today, 00:30"),
        (datetime(2026, 3, 1, 9, 5, tzinfo=UTC), "1 Mar, 10:05"),
        (datetime(2025, 7, 1, 9, 5, tzinfo=UTC), "1 Jul 2025, 11:05"),
        (None, ""),
    ],
)
def test_moments_are_said_in_the_time_of_the_shop(at: datetime | None, said: str) -> None:
    with clock.at(NOON), timezone.override("Europe/Berlin"), translation.override("en"):
        assert moment(at) == said


def test_lists_show_the_time_of_the_shop(owner: Client, shop: Shop) -> None:
    order = make_order(shop)
    Order.objects.filter(pk=order.pk).update(placed_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    for name, args in (("orders", []), ("order", [order.pk])):
        page = owner.get(reverse(f"backoffice:{name}", args=args)).content.decode()
        assert "00:30" in page, name
        assert "1 Jan" in page, name
        assert "a.m." not in page, name


def test_staff_may_choose_a_time_zone_of_their_own(shop: Shop) -> None:
    from wagtail.users.models import UserProfile

    from stoa.customers.models import User

    client = client_of("owner")
    order = make_order(shop)
    Order.objects.filter(pk=order.pk).update(placed_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    client.get("/admin/")
    profile = UserProfile.get_for_user(User.objects.get(email="owner@staff.example"))
    assert profile.current_time_zone == "", "the zone of the shop is lent, not written down"
    profile.current_time_zone = "Asia/Tokyo"
    profile.save()
    assert "08:30" in client.get(reverse("backoffice:order", args=[order.pk])).content.decode()


@pytest.mark.parametrize(("span", "step"), [(1, 1), (4, 1), (5, 2), (9, 5), (21, 10), (7_096_700, 2_000_000)])
def test_steps_of_an_axis_are_round(span: int, step: int) -> None:
    assert nice_step(span) == step


def test_bars_stand_on_zero() -> None:
    chart = bar_chart([Point("a", 0, "a"), Point("b", 40, "b"), Point("c", 20, "c")], str)
    assert [tick.label for tick in chart.ticks] == ["0", "10", "20", "30", "40"]
    assert [bar.height for bar in chart.bars] == [0, PLOT, PLOT // 2]
    assert all(bar.y + bar.height == TOP + PLOT == chart.zero for bar in chart.bars)
    assert [bar.middle for bar in chart.bars] == ["16.667%", "50.000%", "83.333%"]
    assert chart.height == HEIGHT


def test_negative_bars_hang_from_zero() -> None:
    chart = bar_chart([Point("a", -20, "a"), Point("b", 20, "b")], str)
    down, up = chart.bars
    assert down.y == chart.zero == up.y + up.height
    assert down.height == up.height == PLOT // 2
    assert [tick.label for tick in chart.ticks] == ["-20", "-10", "0", "10", "20"]


def test_a_chart_of_nothing_is_a_chart() -> None:
    assert bar_chart([], str).bars == []


def test_the_chart_of_sales_says_every_figure(owner: Client, shop: Shop) -> None:
    order = make_order(shop)
    page = owner.get(reverse("backoffice:sales")).content.decode()
    assert page.count("stoa-chart__bar") == 1
    assert Money(order.goods_minor, "EUR").format("en") in page
    assert "1 order</title>" in page
    assert reverse("backoffice:sales_export") in page


def test_small_words() -> None:
    with translation.override("en"):
        assert [signed(3), signed(-3), signed(0)] == ["+3", "\N{MINUS SIGN}3", "0"]
        assert in_short(Money(2_000_000, "EUR")) == "€20K"
        assert in_words("operations.OrderPaid") == "Order paid"
        assert in_words("catalogue.media.tasks.make_renditions") == "Make renditions"


def test_messages_of_providers_are_not_filtered_unasked(owner: Client, shop: Shop) -> None:
    address = reverse("backoffice:payment_events")
    assert "No provider has said anything yet" in owner.get(address).content.decode()
    assert "Nothing matches" in owner.get(f"{address}?waiting=true").content.decode()


def test_what_is_not_there_is_said_in_our_own_words(owner: Client, client: Client, shop: Shop) -> None:
    for address in ("/admin/nothing-here/", reverse("backoffice:order", args=[999_999])):
        answer = owner.get(address)
        assert answer.status_code == 404
        assert "There is nothing at this address" in answer.content.decode()
        assert "Go to Wagtail" not in answer.content.decode()
    stranger = client.get("/admin/nothing-here/")
    assert stranger.status_code == 302
    assert "/admin/login/" in stranger["Location"]
