"""A worker is killed with a job in hand: real processes, both queues."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from django.db import connection

from stoa.kernel.jobs.models import JobRun
from stoa.kernel.jobs.tests import tasks

WORKER = """
    import os
    os.environ.update({environment!r})
    import django; django.setup()
    from datetime import timedelta
    from pathlib import Path
    from django.conf import settings
    from django.db import connection
    connection.settings_dict["NAME"] = {name!r}
    from django.db import connections
    connections.settings["default"]["NAME"] = {name!r}
    settings.STOA_REDIS_URL = {redis!r}
    settings.STOA_HOME = Path({home!r})
    from stoa.kernel.jobs import heartbeat, running, queue
    running.LEASE = heartbeat.LEASE = timedelta(seconds=1.5)
    heartbeat.BEAT = 0.4
    from stoa.kernel.jobs.worker import Worker
    Worker(threads=2).start()
    import time; time.sleep(60)
"""


def wait_for(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("storage", ["sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def test_the_job_of_a_killed_worker_is_found_again(tmp_path, storage):
    redis = "redis://127.0.0.1:6379/15" if storage == "redis" else ""
    environment = {key: value for key, value in os.environ.items() if key.startswith(("STOA_", "DJANGO_"))}
    script = textwrap.dedent(WORKER).format(
        environment=environment, name=str(connection.settings_dict["NAME"]), redis=redis, home=str(tmp_path)
    )
    log = tmp_path / "starts"
    job = tasks.linger_the_first_time.enqueue(str(log))

    def start():
        with (tmp_path / "err").open("a") as errors:
            return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.DEVNULL, stderr=errors)

    first = start()
    try:
        wait_for(log.exists)
        time.sleep(2.5)  # longer than a lease: the heart must have kept it
        row = JobRun.objects.get(pk=job.id)
        assert (row.state, row.attempts) == ("running", 1)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    second = start()
    try:
        wait_for(lambda: JobRun.objects.get(pk=job.id).state == "done")
    except AssertionError:
        raise AssertionError(Path(tmp_path / "err").read_text()[-3000:]) from None
    finally:
        second.send_signal(signal.SIGKILL)
        second.wait()
    row = JobRun.objects.get(pk=job.id)
    assert (row.attempts, row.result) == (2, 2)
    assert log.read_text().splitlines() == ["started", "started"]
