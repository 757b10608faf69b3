"""What the worker looks after by itself."""

from __future__ import annotations

from stoa.catalogue.completeness.actions import keep_up, note_sales
from stoa.kernel.jobs.periodic import every


def connect() -> None:
    every(minutes=1, name="catalogue.keep_scores")(keep_up)
    every(hours=1, name="catalogue.note_sales")(note_sales)
