from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from stoa.kernel import clock
from stoa.kernel.pagecache.models import PageCacheDay


@dataclass(frozen=True, slots=True)
class DayOfPages:
    """Public pages that were asked for on a day (UTC): answered from memory, and made anew."""

    day: date
    hits: int
    misses: int

    @property
    def total(self) -> int:
        return self.hits + self.misses

    @property
    def permille(self) -> int:
        """From memory, of a thousand; 0 where nobody asked."""
        return round(1000 * self.hits / self.total) if self.total else 0


def pages_by_day(days: int = 30) -> list[DayOfPages]:
    """The last ``days`` days that somebody came on, the oldest first."""
    since = clock.now().date() - timedelta(days=days - 1)
    rows = PageCacheDay.objects.filter(day__gte=since).order_by("day").values_list("day", "hits", "misses")
    return [DayOfPages(*row) for row in rows]
