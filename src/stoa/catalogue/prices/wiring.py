"""What runs by the clock, and what prices answer for."""

from __future__ import annotations

from stoa.catalogue.prices import books
from stoa.catalogue.prices.sales import tell_due_sales
from stoa.catalogue.promotions.shelf import keep_all
from stoa.kernel.books import register
from stoa.kernel.jobs.periodic import every


def connect() -> None:
    register("prices.history", books.check_history)
    register("prices.sales", books.check_sales)
    register("prices.lowest_30", books.check_lowest)
    register("prices.breaks", books.check_breaks)
    register("prices.groups", books.check_groups)
    every(minutes=1, name="catalogue.tell_due_sales")(tell_due_sales)
    every(minutes=5, name="catalogue.keep_shelves")(keep_all)
