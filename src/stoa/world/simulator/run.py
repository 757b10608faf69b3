"""A stretch of days in the life of the shop, through the real actions and on a simulated clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stoa.kernel import clock, ids
from stoa.kernel.outbox.relay import relay_until_empty
from stoa.world.simulator import demand
from stoa.world.simulator.shoppers import Shoppers
from stoa.world.simulator.staff import Staff

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Outcome:
    """What happened: ``orders`` placed, ``walked_away`` with an empty hand (sold out), and what staff did."""

    days: int = 0
    orders: int = 0
    walked_away: int = 0
    work: dict[str, int] = field(default_factory=dict)


def simulate(
    market: Market,
    *,
    days: int,
    orders: int,
    seed: int,
    until: datetime | None = None,
    progress: Progress = lambda day, of: None,
) -> Outcome:
    """About ``orders`` orders over the ``days`` before ``until`` (aware; now, if none is given).

    The same seed on the same shop gives the same orders. The clock runs on as before when this returns, also by an error.
    """
    zone = ZoneInfo(market.timezone)
    end = (until or clock.now()).astimezone(zone).date()
    calendar = [end - timedelta(days=back) for back in range(days, 0, -1)]
    outcome = Outcome()
    with ids.seeded(seed) as chance, clock.at(datetime.combine(calendar[0], time(0, 5), zone)):
        shoppers, staff = Shoppers(market, chance), Staff(market, random.Random(f"{seed}/staff"))
        for day in calendar:
            clock.set_time(datetime.combine(day, time(0, 5), zone))
            staff.stock_up()
            count = demand.orders_on(day, calendar[0], calendar, orders, chance)
            opening = datetime.combine(day, time(9, 30), zone)
            has_worked = False
            for moment in demand.moments(day, count, zone, chance):
                if moment >= opening and not has_worked:
                    clock.set_time(opening)
                    staff.work()
                    has_worked = True
                clock.set_time(moment)
                if shoppers.one_buys():
                    outcome.orders += 1
                else:
                    outcome.walked_away += 1
            clock.set_time(datetime.combine(day, time(23, 55), zone))
            if not has_worked:
                staff.work()
            staff.close_the_day()
            relay_until_empty(strict=True)
            outcome.days += 1
            progress(outcome.days, days)
        outcome.work = dict(staff.done)
    return outcome
