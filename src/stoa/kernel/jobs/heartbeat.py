"""One thread per process renews the leases of the jobs that this process has in hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection

from stoa.kernel import clock
from stoa.kernel.jobs.models import JobRun

LEASE = timedelta(seconds=60)
BEAT = 15.0

log = structlog.get_logger(__name__)


class Heart:
    """Starts with the first job that lasts, stops by itself with the process (a daemon thread)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[UUID, tuple[str, int]] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def beating_for(self, job: JobRun) -> Iterator[None]:
        """Hold a claimed job's lease for the length of a block."""
        with self._lock:
            self._jobs[job.pk] = (job.worker, job.attempts)
        try:
            yield
        finally:
            with self._lock:
                self._jobs.pop(job.pk, None)

    def start(self) -> None:
        """Begin to beat: called by a worker process. Jobs that tests run in line need no lease."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="job-heartbeat", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(BEAT):
            try:
                self.beat()
            except Exception as error:
                log.warning("leases could not be renewed", error=type(error).__name__)
                connection.close()

    def beat(self) -> int:
        """Renew every lease; returns how many are still ours."""
        with self._lock:
            jobs = dict(self._jobs)
        lease_until = clock.now() + LEASE
        return sum(
            JobRun.objects.filter(pk=pk, state=JobRun.State.RUNNING, worker=worker, attempts=attempts).update(
                lease_until=lease_until
            )
            for pk, (worker, attempts) in jobs.items()
        )


heart = Heart()
