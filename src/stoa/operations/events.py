"""What selling announces. Plain values only: a handler reads the rest through ``orders.queries``."""

from __future__ import annotations

from dataclasses import dataclass

from stoa.kernel.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """A buyer and the shop agree. Once per order: at once for payment on account, with the money for hosted payment."""

    order_id: int


@dataclass(frozen=True)
class OrderPaid(Event):
    """``payment_id`` is 0 where gift cards paid all of it."""

    order_id: int
    payment_id: int


@dataclass(frozen=True)
class OrderRefunded(Event):
    """``amount_minor`` went back to the buyer, in minor units of the order's currency."""

    order_id: int
    refund_id: int
    amount_minor: int


@dataclass(frozen=True)
class OrderCancelled(Event):
    order_id: int


@dataclass(frozen=True)
class OrderShipped(Event):
    order_id: int
