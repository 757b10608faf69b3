"""What gift cards do by the clock and answer for. Called once, from the room's ``apps.ready()``."""

from __future__ import annotations

from stoa.kernel.jobs.periodic import every
from stoa.operations.credit.actions import end_due, send_due
from stoa.operations.credit.books import register_checks


def connect() -> None:
    register_checks()
    every(minutes=10, name="gift_cards.send")(send_due)
    every(minutes=60, name="gift_cards.end")(end_due)
