"""What orders need connected when the program starts."""

from __future__ import annotations

from stoa.kernel.jobs.periodic import every
from stoa.operations.orders.actions import expire_unpaid
from stoa.operations.orders.books import register_checks


def connect() -> None:
    register_checks()
    every(minutes=1)(expire_unpaid)
