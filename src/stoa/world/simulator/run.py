"""A stretch of days in the life of the shop, through the real actions and on a simulated clock."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stoa.kernel import clock, ids
from stoa.kernel.outbox.registry import silenced
from stoa.kernel.outbox.relay import relay_until_empty
from stoa.world.simulator import demand
from stoa.world.simulator.shoppers import Shoppers
from stoa.world.simulator.staff import Staff

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

Progress = Callable[[int, int], None]
# Handlers that write mails, and for how many of the last days they do: older ones nobody would look at.
MAILS = ("mails.",)
MAIL_DAYS = 30


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
    mail_days: int = MAIL_DAYS,
    progress: Progress = lambda day, of: None,
) -> Outcome:
    """About ``orders`` orders over the ``days`` before ``until`` (aware; now, if none is given).

    The same seed on the same shop gives the same orders. Mails are written for the last ``mail_days`` only. The clock
    runs on as before when this returns, also by an error.
    """
    zone = ZoneInfo(market.timezone)
    end = (until or clock.now()).astimezone(zone).date()
    calendar = [end - timedelta(days=back) for back in range(days, 0, -1)]
    outcome = Outcome()
    with ids.seeded(seed) as chance, clock.at(datetime.combine(calendar[0], time(0, 5), zone)), _without_collector():
        world = _World(Shoppers(market, chance), Staff(market, random.Random(f"{seed}/staff")), zone, outcome)
        for index, day in enumerate(calendar):
            count = demand.orders_on(day, calendar[0], calendar, orders, chance)
            with silenced(*(() if days - index <= mail_days else MAILS)):
                world.live(day, demand.moments(day, count, zone, chance))
            progress(index + 1, days)
        outcome.work = dict(world.staff.done)
    return outcome


@dataclass(slots=True)
class _World:
    shoppers: Shoppers
    staff: Staff
    zone: ZoneInfo
    outcome: Outcome

    def live(self, day: date, visits: list[datetime]) -> None:
        """One day: deliveries, visits with a working morning between them, and the close of the day."""
        opening = datetime.combine(day, time(9, 30), self.zone)
        clock.set_time(datetime.combine(day, time(0, 5), self.zone))
        self.staff.stock_up()
        self._receive([moment for moment in visits if moment < opening])
        clock.set_time(opening)
        self.staff.work()
        self._receive([moment for moment in visits if moment >= opening])
        # The clock never goes back, also where somebody buys in the last minutes.
        clock.set_time(max(clock.now(), datetime.combine(day, time(23, 55), self.zone)))
        self.staff.close_the_day()
        relay_until_empty(strict=True)
        self.outcome.days += 1

    def _receive(self, visits: list[datetime]) -> None:
        for moment in visits:
            clock.set_time(moment)
            if self.shoppers.one_buys():
                self.outcome.orders += 1
            else:
                self.outcome.walked_away += 1


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing here lives in cycles for long; looking for them would cost a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
