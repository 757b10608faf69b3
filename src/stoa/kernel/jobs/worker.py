"""A worker process: threads for jobs, one that carries events, one that keeps the hours and finds lost jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from huey.consumer import Consumer

from stoa.kernel.jobs import queue
from stoa.kernel.jobs.heartbeat import heart
from stoa.kernel.jobs.periodic import start_due
from stoa.kernel.jobs.sweep import sweep
from stoa.kernel.outbox.relay import dispatch_due
from stoa.kernel.pagecache.cdn import tell_cdn

RELAY_PAUSE = 0.25
TICK = 1.0
CDN_PAUSE = 0.5
PATIENCE = 20.0

log = structlog.get_logger(__name__)


class Worker:
    """``start()`` returns at once; ``stop()`` waits for the jobs in hand, ``PATIENCE`` seconds at most."""

    def __init__(self, threads: int) -> None:
        self._stop = threading.Event()
        self._consumer = Consumer(
            queue.huey(), workers=threads, periodic=False, initial_delay=0.05, max_delay=0.5, check_worker_health=False
        )
        self._threads = [
            threading.Thread(target=self._repeat, args=(dispatch_due, RELAY_PAUSE), name="outbox-relay", daemon=True),
            threading.Thread(target=self._repeat, args=(_tick, TICK), name="job-sweep", daemon=True),
        ]
        if settings.STOA_CDN_PURGE:
            loop = threading.Thread(target=self._repeat, args=(tell_cdn, CDN_PAUSE), name="cdn-purge", daemon=True)
            self._threads.append(loop)

    def start(self) -> None:
        heart.start()
        for thread in self._threads:
            thread.start()
        for _, thread in self._consumer.worker_threads:
            thread.start()

    def is_whole(self) -> bool:
        """Whether every thread lives; a worker that is not is better started anew."""
        threads = [*self._threads, *(thread for _, thread in self._consumer.worker_threads)]
        return all(thread.is_alive() for thread in threads)

    def stop(self) -> None:
        self._stop.set()
        self._consumer.stop_flag.set()
        for thread in [*self._threads, *(thread for _, thread in self._consumer.worker_threads)]:
            thread.join(PATIENCE)

    def _repeat(self, work: Callable[[], int], pause: float) -> None:
        """At once again while there is work; failures are logged, and never end the thread."""
        while not self._stop.is_set():
            try:
                close_old_connections()
                busy = work()
            except Exception:
                log.exception("worker loop failed", loop=threading.current_thread().name)
                connection.close()
                busy = 0
            if not busy:
                self._stop.wait(pause)
        connection.close()


def _tick() -> int:
    start_due()
    sweep()
    return 0
