"""Probes: /healthz (the process lives) and /readyz (it can serve)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from stoa.kernel.jobs import queue

_migrated = False


def alive(request: HttpRequest) -> HttpResponseBase:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready(request: HttpRequest) -> HttpResponseBase:
    """200, or 503 with what is missing."""
    missing = reasons()
    status = 503 if missing else 200
    body = {"ready": not missing, "missing": missing}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})


def reasons() -> dict[str, str]:
    """What keeps this process from serving: name of the part -> what is wrong with it. Holds no secrets."""
    checks = {"database": _database, "migrations": _migrations, "queue": _queue, "media": _media}
    found: dict[str, str] = {}
    for name, check in checks.items():
        try:
            wrong = check()
        except Exception as error:  # a probe reports, whatever it is
            wrong = type(error).__name__
        if wrong:
            found[name] = wrong
    return found


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        return type(error).__name__
    return ""


def _migrations() -> str:
    # Costs a walk over all migrations; once applied they stay applied.
    global _migrated
    if _migrated:
        return ""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _migrated = not pending
    return f"{len(pending)} migrations are not applied" if pending else ""


def _queue() -> str:
    return queue.problem()


def _media() -> str:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".probe-{os.getpid()}-{time.monotonic_ns()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return error.strerror or "not writable"
    return ""


PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {"/healthz": alive, "/readyz": ready}
