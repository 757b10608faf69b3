"""Functions that run by the clock, once over all workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from django.db import transaction
from django_tasks import task

from stoa.kernel import clock
from stoa.kernel.jobs.models import JobRun, PeriodicRun

Function = TypeVar("Function", bound=Callable[[], object])


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    function: Callable[[], object]
    interval: timedelta
    at: time | None

    def next_after(self, moment: datetime) -> datetime:
        """The first start after ``moment``; with ``at``, that hour (UTC) of a day."""
        if self.at is None:
            return moment + self.interval
        following = datetime.combine(moment.astimezone(UTC).date(), self.at, tzinfo=UTC)
        while following <= moment:
            following += timedelta(days=1)
        return following


_registry: dict[str, Periodic] = {}


def every(
    *, seconds: int = 0, minutes: int = 0, hours: int = 0, at: time | None = None, name: str = ""
) -> Callable[[Function], Function]:
    """Run a function without arguments again and again: ``every(minutes=5)(expire_unpaid)``; ``at``: daily, UTC.

    Called from a room's ``apps.ready()``. The function runs as a job, on one worker at a time, and not again before
    it has ended; it must stand being run twice. Raises ValueError for no interval, or a name that is taken.
    """
    interval = timedelta(seconds=seconds, minutes=minutes, hours=hours)
    if at is None and interval <= timedelta(0):
        raise ValueError("a periodic function needs an interval")

    def register(function: Function) -> Function:
        full = name or f"{function.__module__}.{getattr(function, '__qualname__', '')}"
        known = _registry.setdefault(full, Periodic(full, function, interval, at))
        if known.function is not function:
            raise ValueError(f"two periodic functions are called {full}")
        return function

    return register


def registered() -> list[Periodic]:
    """All periodic functions, by name."""
    return [_registry[name] for name in sorted(_registry)]


def start_due() -> int:
    """Enqueue what is due, unless another worker just did. Returns how many were started here."""
    now = clock.now()
    rows = {row.name: row for row in PeriodicRun.objects.all()}
    return sum(_start(periodic, rows.get(periodic.name), now) for periodic in registered())


def _start(periodic: Periodic, row: PeriodicRun | None, now: datetime) -> bool:
    if row is None:
        first = now if periodic.at is None else periodic.next_after(now)
        row, _ = PeriodicRun.objects.get_or_create(name=periodic.name, defaults={"next_at": first})
    if row.next_at > now:
        return False
    with transaction.atomic():
        mine = PeriodicRun.objects.filter(name=periodic.name, next_at=row.next_at)
        if not mine.update(next_at=periodic.next_after(now)):
            return False
        if (
            row.job_id
            and JobRun.objects.filter(pk=row.job_id, state__in=[JobRun.State.WAITING, JobRun.State.RUNNING]).exists()
        ):
            return False
        job = run_periodic.enqueue(periodic.name)
        PeriodicRun.objects.filter(name=periodic.name).update(job_id=job.id)
    return True


@task()
def run_periodic(name: str) -> None:
    """Run the function of that name. One that is gone since the job was written has nothing to do any more."""
    periodic = _registry.get(name)
    if periodic is not None:
        periodic.function()
