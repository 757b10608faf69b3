from __future__ import annotations

from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.jobs.queue import wake


@transaction.atomic
def retry(job: JobRun, *, actor: Actor) -> bool:
    """Give a job that has failed its attempts back. False where it has not failed."""
    changed = JobRun.objects.filter(pk=job.pk, state=JobRun.State.FAILED).update(
        state=JobRun.State.WAITING, attempts=0, run_after=clock.now(), finished_at=None, error=""
    )
    if changed:
        record(actor, "job.retried", "job", job.pk, task=job.task)
        transaction.on_commit(lambda: wake([str(job.pk)]))
    return bool(changed)
