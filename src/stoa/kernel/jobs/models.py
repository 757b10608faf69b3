from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """The memory of a job: the queue only wakes workers, this row says what is to be done and whether it was."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True)
    task = models.CharField(max_length=200)
    arguments = models.JSONField()
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    enqueued_at = models.DateTimeField()
    run_after = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    # While RUNNING: renewed by the worker; once past, the worker is taken for lost and the job is found again.
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("job")
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state__in=["waiting", "running"]), name="job_open"),
            models.Index(fields=["enqueued_at"], name="job_enqueued"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class PeriodicRun(models.Model):
    """When a periodic function is due next. The guarded update of this row lets one of many workers start it."""

    name = models.CharField(max_length=160, primary_key=True)
    next_at = models.DateTimeField()
    # The job of the last start: while it is open, the next start is left out.
    job_id = models.UUIDField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
