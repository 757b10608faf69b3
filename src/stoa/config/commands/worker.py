"""``stoa worker``: runs jobs, delivers events, keeps the hours. Any number of them may run."""

from __future__ import annotations

import argparse
import os
import signal
import threading

HELP = "run jobs, deliver events, keep the hours (serve starts one by itself)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT, then finish the jobs in hand. 1 where a thread died: then it is better started anew."""
    from stoa.catalogue.search import following
    from stoa.config.environment import Environment
    from stoa.config.processes import die_with_parent
    from stoa.kernel.jobs.worker import Worker

    if arguments.with_parent:
        die_with_parent(os.getppid())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = Worker(threads=int(Environment()["STOA_JOB_WORKERS"]))
    worker.start()
    follower = following.start()
    while not stop.wait(1.0):
        if not worker.is_whole():
            return 1
    follower.stop()
    worker.stop()
    return 0
