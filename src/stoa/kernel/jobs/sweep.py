"""Finds jobs that no queue message leads to: put off, woken in vain, or in the hands of a lost worker."""

from __future__ import annotations

from datetime import timedelta

from stoa.kernel import clock
from stoa.kernel.jobs import queue
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.jobs.running import due

# A job that was enqueued just now has its own message under way.
GRACE = timedelta(seconds=2)


def sweep(limit: int = 200) -> int:
    """Wake workers for jobs that are due. Returns for how many. While the queue holds messages there is no need."""
    waiting = JobRun.objects.filter(due()).exclude(
        enqueued_at__gt=clock.now() - GRACE, run_after__gt=clock.now() - GRACE
    )
    found = [str(pk) for pk in waiting.order_by("-priority", "run_after").values_list("pk", flat=True)[:limit]]
    if found and queue.length() == 0:
        queue.wake(found)
        return len(found)
    return 0
