"""Runs a job: claims it, keeps the claim alive while it works, and writes down how it ended."""

from __future__ import annotations

import os
import socket
import threading
from datetime import timedelta
from functools import cache
from uuid import UUID

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import normalize_json

from stoa.kernel import clock
from stoa.kernel.jobs.heartbeat import LEASE, heart
from stoa.kernel.jobs.models import JobRun

MAX_ATTEMPTS = 5

log = structlog.get_logger(__name__)


def backoff(attempts: int) -> timedelta:
    """10 s after the first failure, then 40 s, 160 s, 640 s."""
    return timedelta(seconds=10 * 4 ** (attempts - 1))


@cache
def _host() -> str:
    return socket.gethostname()[:40]


def worker_name() -> str:
    """Names the thread that has a job in hand."""
    return f"{_host()}:{os.getpid()}:{threading.get_ident()}"[:80]


def due() -> Q:
    """Jobs that a worker may claim now: waiting ones whose time has come, and those whose worker was lost."""
    now = clock.now()
    return Q(state=JobRun.State.WAITING, run_after__lte=now) | Q(state=JobRun.State.RUNNING, lease_until__lt=now)


def task_of(job: JobRun) -> Task:
    """Raises ImportError where the task is gone, TypeError where the name is no task."""
    found = import_string(job.task)
    if not isinstance(found, Task):
        raise TypeError(f"{job.task} is not a task")
    return found


def run_job(job_id: str | UUID, *, strict: bool = False) -> bool:
    """Run a job unless another worker has it, or it is not due. Returns whether it ran.

    A task that raises is tried again, ``MAX_ATTEMPTS`` in all. ``strict`` (tests) raises instead.
    """
    if not connection.in_atomic_block:
        close_old_connections()
    job = _claim(job_id)
    if job is None:
        return False
    with structlog.contextvars.bound_contextvars(job=str(job.pk), task=job.task), heart.beating_for(job):
        if job.attempts > MAX_ATTEMPTS:
            _finish(job, state=JobRun.State.FAILED, error="every worker that took this job was lost")
            return True
        try:
            result = _perform(job)
        except Exception as error:
            if strict:
                raise
            _keep_failure(job, error)
        else:
            _finish(job, state=JobRun.State.DONE, result=result, error="")
    return True


def _claim(job_id: str | UUID) -> JobRun | None:
    now = clock.now()
    name = worker_name()
    claimed = JobRun.objects.filter(due(), pk=job_id).update(
        state=JobRun.State.RUNNING,
        worker=name,
        attempts=F("attempts") + 1,
        started_at=now,
        lease_until=now + LEASE,
    )
    return JobRun.objects.get(pk=job_id) if claimed else None


def _perform(job: JobRun) -> object:
    task = task_of(job)
    args, kwargs = job.arguments["args"], job.arguments["kwargs"]
    if task.takes_context:
        from stoa.kernel.jobs.backend import _result

        args = [TaskContext(task_result=_result(task, job, task.backend)), *args]
    try:
        return normalize_json(task.call(*args, **kwargs))
    except ObjectDoesNotExist:
        from stoa.kernel.jobs.backend import MERGED

        if not job.task.startswith(MERGED):
            raise
        # Upkeep of indexes about something that has been deleted since: there is nothing left to do.
        return None


def _keep_failure(job: JobRun, error: Exception) -> None:
    is_final = job.attempts >= MAX_ATTEMPTS
    log.warning("job failed", attempts=job.attempts, is_final=is_final, exc_info=error)
    text = f"{type(error).__name__}: {error}"[:2000]
    if is_final:
        _finish(job, state=JobRun.State.FAILED, error=text)
    else:
        _mine(job).update(
            state=JobRun.State.WAITING, run_after=clock.now() + backoff(job.attempts), lease_until=None, error=text
        )


def _finish(job: JobRun, **fields: object) -> None:
    with transaction.atomic():
        if not _mine(job).update(finished_at=clock.now(), lease_until=None, **fields):
            log.warning("job was taken over by another worker meanwhile")


def _mine(job: JobRun):  # type: ignore[no-untyped-def]
    return JobRun.objects.filter(pk=job.pk, state=JobRun.State.RUNNING, worker=job.worker, attempts=job.attempts)
