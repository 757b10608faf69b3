"""What orders need connected when the program starts."""

from __future__ import annotations

from stoa.catalogue.search import facts
from stoa.kernel.jobs.periodic import every
from stoa.operations.downloads import books as downloads
from stoa.operations.marks import books as marks
from stoa.operations.orders.actions import expire_unpaid
from stoa.operations.orders.best_selling import count_anew, units_sold
from stoa.operations.orders.books import register_checks
from stoa.operations.promotions import books as promotions


def connect() -> None:
    register_checks()
    downloads.register_checks()
    marks.register_checks()
    promotions.register_checks()
    every(minutes=1)(expire_unpaid)
    every(minutes=60, name="orders.best_selling")(count_anew)
    facts.register("sold", units_sold)
