"""Jobs in tests and simulations: run in line, on demand."""

from __future__ import annotations

from stoa.kernel.jobs.models import JobRun
from stoa.kernel.jobs.running import due, run_job


def run_all_jobs(*, strict: bool = True) -> int:
    """Run what is due, and what that enqueues, in the order of the queue. Returns how many ran.

    ``strict`` lets a task's error through; else it is kept on the job, as a worker would.
    """
    ran = 0
    while job := JobRun.objects.filter(due()).order_by("-priority", "enqueued_at", "id").first():
        ran += run_job(job.pk, strict=strict)
    return ran
