from __future__ import annotations

from django.db.models import QuerySet

from stoa.kernel.jobs.models import JobRun


def failed_jobs() -> QuerySet[JobRun]:
    """Jobs that have given up, newest first."""
    return JobRun.objects.filter(state=JobRun.State.FAILED).order_by("-enqueued_at")


def open_jobs() -> QuerySet[JobRun]:
    """Jobs that wait or run, in the order in which they came."""
    return JobRun.objects.filter(state__in=[JobRun.State.WAITING, JobRun.State.RUNNING]).order_by("enqueued_at")
