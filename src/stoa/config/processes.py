"""Processes that start, watch and end one another."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

import structlog

log = structlog.get_logger(__name__)
_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when ``parent`` is gone, however that came. (Linux; elsewhere it does nothing.)"""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def in_child(work: Callable[[], None]) -> bool:
    """Run something in a process of its own, so that what it opens (databases, threads) is not there when we fork."""
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode == 0


class Supervisor:
    """Keeps one child process alive: started again when it dies, quickly at first, then with patience."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 25.0) -> None:
        """Ask the child to end, and make it after ``patience`` seconds."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread.is_alive():
            self._thread.join(2)

    def _watch(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            started = time.monotonic()
            self._process = subprocess.Popen(self._command)
            code = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 0.2 if time.monotonic() - started > 30 else min(pause * 2, 10)
            log.warning("child process ended, starting it again", command=self._command[-1], code=code, pause=pause)
            self._stopping.wait(pause)
