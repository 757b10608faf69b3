"""The huey queue. It only wakes workers: what is to be done stands in JobRun, so a lost message loses no job."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from huey import Huey, RedisHuey, SqliteHuey

log = structlog.get_logger(__name__)


@cache
def huey() -> Huey:
    """The queue of this process: Redis where STOA_REDIS_URL is set, else a SQLite file in STOA_HOME."""
    common: dict[str, Any] = {"results": False, "store_none": False}
    if settings.STOA_REDIS_URL:
        made = RedisHuey("stoa", url=settings.STOA_REDIS_URL, blocking=True, read_timeout=1, **common)
    else:
        # No fsync: the file holds nothing that JobRun does not hold too.
        path = Path(settings.STOA_HOME) / "queue.sqlite3"
        made = SqliteHuey("stoa", filename=str(path), fsync=False, **common)
    _register(made)
    return made


def _register(made: Huey) -> None:
    @made.task(name="run_job", retries=0)
    def run_job(job_id: str) -> None:
        from stoa.kernel.jobs.running import run_job as run

        run(job_id)

    made.stoa_run_job = run_job


def wake(job_ids: list[str], priority: int = 0) -> None:
    """Tell a worker of jobs. A queue that does not answer is logged only: the workers' sweep finds the jobs."""
    try:
        for job_id in job_ids:
            huey().stoa_run_job(job_id, priority=priority)
    except Exception as error:
        log.warning("queue did not take a wake-up", error=type(error).__name__, jobs=len(job_ids))


def problem() -> str:
    """Blank where the queue answers, else what is wrong."""
    try:
        huey().storage.queue_size()
    except Exception as error:
        return type(error).__name__
    return ""


def length() -> int:
    """Messages that no worker has taken yet; 0 where the queue does not answer."""
    try:
        return int(huey().storage.queue_size())
    except Exception as error:
        log.warning("queue does not answer", error=type(error).__name__)
        return 0
