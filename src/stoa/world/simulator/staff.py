"""The people who work there: they pack, book payments, refund what went wrong, and order what runs low."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from stoa.inventory.stock.actions import adjust
from stoa.inventory.stock.queries import location_by_code, low_stock
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.operations.orders.actions import cancel_order, expire_unpaid, mark_completed, mark_shipped
from stoa.operations.orders.queries import to_ship
from stoa.operations.orders.worklists import awaiting_transfer, under_way_since
from stoa.operations.payments.actions import mark_received, refund, refund_all

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.operations.orders.models import Order

WAREHOUSE = Actor("staff", "warehouse", "Jule (warehouse)")
OFFICE = Actor("staff", "office", "Samir (office)")

REORDER_AT = 12
LEAD_DAYS = (4, 14)
REASONS = ("Arrived damaged", "Not as expected", "Wrong size", "Changed my mind", "Late delivery")


class Staff:
    """``done`` counts what they did. Everything that was ordered arrives after its lead time."""

    def __init__(self, market: Market, chance: random.Random) -> None:
        self._zone = ZoneInfo(market.timezone)
        self._chance = chance
        self._location = location_by_code(None)
        self._coming: dict[date, list[tuple[int, int]]] = {}
        self._ordered: set[int] = set()
        self.done: Counter[str] = Counter()

    def stock_up(self) -> None:
        """Put away what the suppliers brought, and order more of what runs low."""
        for variant_id, quantity in self._coming.pop(self._today(), []):
            adjust(
                variant_id, self._location.pk, quantity, reason="received", note="Supplier delivery", actor=WAREHOUSE
            )
            self._ordered.discard(variant_id)
            self.done["received"] += 1
        for row in low_stock(REORDER_AT):
            if row["variant_id"] not in self._ordered:
                arrival = self._today() + timedelta(days=self._chance.randint(*LEAD_DAYS))
                self._coming.setdefault(arrival, []).append((row["variant_id"], self._chance.choice((24, 36, 48, 60))))
                self._ordered.add(row["variant_id"])

    def work(self) -> None:
        """A working morning. Weekends are free."""
        if clock.now().astimezone(self._zone).weekday() >= 5:
            return
        self._book_transfers()
        self._ship()
        self._complete()

    def close_the_day(self) -> None:
        """What the worker process does by itself every minute: give up orders that nobody paid."""
        self.done["expired"] += expire_unpaid()

    def _book_transfers(self) -> None:
        now = clock.now()
        for order in list(awaiting_transfer()):
            age = (now - order.placed_at).days
            if age >= 10:
                cancel_order(order.pk, "The transfer did not arrive", actor=OFFICE)
                self.done["cancelled"] += 1
            elif age >= 1 and self._chance.random() < 0.5:
                mark_received(order.pk, order.due_minor, actor=OFFICE)
                self.done["transfers"] += 1

    def _ship(self) -> None:
        for order in list(to_ship()):
            if self._chance.random() < 0.008:
                cancel_order(order.pk, "Cancelled by the customer", actor=OFFICE)
                self.done["cancelled"] += 1
            elif self._chance.random() < 0.93:  # the rest waits for tomorrow
                mark_shipped(order.pk, actor=WAREHOUSE)
                self.done["shipped"] += 1

    def _complete(self) -> None:
        arrived = clock.now() - timedelta(days=4)
        for order in list(under_way_since(arrived)):
            if order.payment_status == "unpaid":  # cash on delivery: the carrier has paid it over
                mark_received(order.pk, order.due_minor, actor=OFFICE)
            mark_completed(order.pk, actor=OFFICE)
            self.done["completed"] += 1
            if self._chance.random() < 0.035:
                self._give_back(order)

    def _give_back(self, order: Order) -> None:
        reason = self._chance.choice(REASONS)
        if self._chance.random() < 0.5:
            refund_all(order.pk, reason=reason, actor=OFFICE)
        else:
            payment = order.payments.filter(status="captured").first()
            if payment is None:
                return
            line = order.lines.first()
            amount = min(line.total_minor, payment.captured_minor) if line else payment.captured_minor
            refund(payment.pk, amount, reason, f"simulated:{order.number}", actor=OFFICE)
        self.done["refunded"] += 1

    def _today(self) -> date:
        return clock.now().astimezone(self._zone).date()
