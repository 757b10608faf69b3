"""The web server: granian, with processes that are always started again."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from typing import Any

import structlog
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from stoa.config.processes import die_with_parent

log = structlog.get_logger(__name__)

# Each thread holds a database connection; with the GIL, more threads per process only wait longer.
THREADS = 8
# Connections that a process holds open at once. Idle keep-alive ones count too.
CONNECTIONS = 1024


class Server(MPServer):
    """granian gives up when a process dies twice within seconds; a shop does not."""

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        while True:
            self.main_loop_interrupt.wait()
            if self.interrupt_signal:
                return
            self.main_loop_interrupt.clear()
            died, self.interrupt_children = list(self.interrupt_children), []
            for index in died:
                self._start_again(index, spawn_target, target_loader)

    def _start_again(self, index: int, spawn_target: Any, target_loader: Any) -> None:
        now = time.monotonic()
        if now - self.respawned_wrks.get(index, 0) < 1:
            time.sleep(0.25)  # one that cannot even start must not keep a processor busy
        log.warning("web process ended, starting it again", index=index)
        self._respawn_workers([index], spawn_target, target_loader)


def serve(load: Callable[[], Any], *, host: str, port: int, processes: int, announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT. ``load`` returns the WSGI application; it is called in each web process.
    ``announce`` is called once the port is ours.

    The caller has imported everything and opened nothing: the processes are forks of this one.
    """
    multiprocessing.set_start_method("fork", force=True)
    parent = os.getpid()

    def loader() -> Any:
        die_with_parent(parent)
        application = load()
        from stoa.catalogue.search import following

        # The worker beside it goes first, so that this process has its hands free for visitors.
        following.start(delay=3.0)
        return application

    server = Server(
        target="stoa.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=600,
        backlog=2048,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        # A peer that sends its headers a byte a minute does not keep a connection.
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        log_enabled=True,
        log_access=False,
        log_level=LogLevels.warning,
        # No handlers of granian's own: its lines come out with ours.
        log_dictconfig={"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}},
    )
    server.on_startup(announce)
    server.serve(target_loader=loader, wrap_loader=False)
