"""Weekly hours: what people write, what is kept, what is refused."""

from __future__ import annotations

import pytest

from stoa.catalogue.markets import hours
from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.markets.errors import MarketInvalidError
from stoa.catalogue.testing import make_market
from stoa.kernel.actors import SYSTEM

WEEK = [[0, "09:00", "12:30"], [0, "14:00", "18:00"], [5, "10:00", "24:00"]]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9-12:30, 14–18", [("09:00", "12:30"), ("14:00", "18:00")]),
        ("09.00 - 17.00", [("09:00", "17:00")]),
        ("0-24", [("00:00", "24:00")]),
        ("  ", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: list[tuple[str, str]]) -> None:
    assert hours.spans_of(text) == spans


@pytest.mark.parametrize(
    "text",
    ["nine", "9", "17-9", "9-9", "9-25", "9:60-10", "14-18, 9-12", "9-13, 12-18", "٩-١٧", "1-2,3-4,5-6,7-8,9-10"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        hours.spans_of(text)


def test_days_with_the_same_hours_stand_together() -> None:
    week = [[day, "09:00", "17:00"] for day in (0, 1, 2, 4)] + [[6, "10:00", "12:00"]]
    nine = (("09:00", "17:00"),)
    assert hours.grouped(week) == [(0, 2, nine), (4, 4, nine), (6, 6, (("10:00", "12:00"),))]
    assert hours.text_of(WEEK, 0) == "09:00-12:30, 14:00-18:00"
    assert hours.text_of(WEEK, 1) == ""


@pytest.mark.django_db
def test_a_market_keeps_its_hours() -> None:
    market = make_market()
    assert market.support_hours == []
    update_market(market.pk, actor=SYSTEM, support_hours=[tuple(row) for row in WEEK])
    market.refresh_from_db()
    assert market.support_hours == WEEK


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        [[7, "09:00", "17:00"]], [[0, "17:00", "09:00"]], [[0, "9", "17:00"]], [[0, "09:00", "25:00"]], [[True, "09:00", "17:00"]],
        [[1, "09:00", "10:00"], [0, "09:00", "10:00"]], [[0, "09:00", "12:00"], [0, "11:00", "13:00"]], ["monday"], [[0]],
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_not_kept(rows: list[object]) -> None:
    market = make_market()
    with pytest.raises(MarketInvalidError) as refusal:
        update_market(market.pk, actor=SYSTEM, support_hours=rows)
    assert refusal.value.facts["fields"] == {"support_hours": "invalid"}
    market.refresh_from_db()
    assert market.support_hours == []
