"""Tasks of the tests."""

from __future__ import annotations

import time
from pathlib import Path

from django_tasks import task

from stoa.kernel import clock
from stoa.kernel.audit.models import AuditEntry


@task()
def add(one: int, other: int) -> int:
    return one + other


@task(takes_context=True)
def attempt_number(context) -> int:
    return context.attempt


@task()
def fail() -> None:
    raise ValueError("no luck")


@task()
def add_later(one: int) -> None:
    add.enqueue(one, one)


@task(queue_name="media", priority=5)
def note(text: str) -> None:
    AuditEntry.objects.create(at=clock.now(), actor_kind="system", verb="t", subject_type="t", subject_id=text)


@task()
def linger_the_first_time(path: str) -> int:
    """Writes a line for every start; the first start never ends by itself."""
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    with file.open("a") as opened:
        opened.write("started\n")
    if not lines:
        time.sleep(600)
    return len(lines) + 1
