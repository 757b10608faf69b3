"""Django's Tasks API on top of JobRun: a job is enqueued in the caller's transaction, or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from stoa.kernel import clock, ids

# Wagtail's upkeep of its indexes: asked for at every save, and always about the object as it stands when the job runs.
MERGED = ("wagtail.tasks.", "modelsearch.")
# Of a burst of saves one job remains; later ones ask anew, even where workers are far behind.
MERGED_WITHIN = timedelta(seconds=10)

_STATUS = {
    "waiting": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
    "failed": TaskResultStatus.FAILED,
}


class StoaTaskBackend(BaseTaskBackend):
    """Option ``wake`` (True): tell the queue at commit. Off in tests, which run jobs by ``jobs.testing``."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        """Write the job into the caller's transaction; workers hear of it at the commit."""
        from stoa.kernel.jobs.models import JobRun  # models load after the tasks of the apps

        self.validate_task(task)
        now = clock.now()
        arguments = normalize_json({"args": list(args), "kwargs": kwargs})
        if (waiting := _merged(task, arguments)) is not None:
            return _result(task, waiting, self.alias)
        job = JobRun(
            id=ids.new_uuid(),
            task=task.module_path,
            arguments=arguments,
            queue=task.queue_name,
            priority=task.priority,
            enqueued_at=now,
            run_after=task.run_after or now,
        )
        job.save(force_insert=True)
        if self.options.get("wake", True) and job.run_after <= now:
            transaction.on_commit(lambda: _wake(str(job.pk), task.priority))
        return _result(task, job, self.alias)

    def get_result(self, result_id: str) -> TaskResult:
        """Raises TaskResultDoesNotExist."""
        from stoa.kernel.jobs.models import JobRun
        from stoa.kernel.jobs.running import task_of

        job = JobRun.objects.filter(pk=result_id).first()
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return _result(task_of(job), job, self.alias)


def _merged(task: Task, arguments: Any) -> Any:
    """The same job where it waits already and would do no more if it ran twice; None where a new one is needed.

    The UPDATE keeps workers from starting it before this transaction, whose work it is to see, has ended.
    """
    from stoa.kernel.jobs.models import JobRun

    if not task.module_path.startswith(MERGED):
        return None
    now = clock.now()
    # By the index over the time: of thousands that wait, only the latest are looked through.
    waiting = JobRun.objects.filter(
        task=task.module_path, arguments=arguments, state="waiting", run_after__lte=now,
        enqueued_at__gt=now - MERGED_WITHIN,
    ).order_by("-enqueued_at")  # fmt: skip
    job = waiting.first()
    return job if job is not None and waiting.filter(pk=job.pk).update(enqueued_at=now) else None


def _wake(job_id: str, priority: int) -> None:
    from stoa.kernel.jobs.queue import wake

    wake([job_id], priority)


def _result(task: Task, job: Any, alias: str) -> TaskResult:
    made: TaskResult = TaskResult(
        task=task,
        id=str(job.pk),
        status=_STATUS[job.state],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend=alias,
        errors=[TaskError(exception_class_path="builtins.Exception", traceback=job.error)] if job.error else [],
        worker_ids=[job.worker or "?"] * job.attempts,
    )
    object.__setattr__(made, "_return_value", job.result)
    return made
