from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, transaction

from stoa.kernel import clock
from stoa.kernel.idempotency.errors import InFlightError, KeyReusedError
from stoa.kernel.idempotency.models import IdempotencyRecord

Reply = dict[str, Any]


def once(scope: str, key: str, body: bytes | str | dict[str, Any], perform: Callable[[], Reply]) -> tuple[Reply, bool]:
    """Do ``perform`` for a key once; returns its reply, and whether that is a repetition of the first one.

    ``perform`` runs in the transaction that stores its reply (JSON values), so a crash leaves nothing behind and the
    request can come again. An attempt that raised stored no reply: the key is free for a corrected body.

    Raises KeyReusedError (answered before, other body) and InFlightError (PostgreSQL: the first one is at work; on
    SQLite a second one waits for it instead).
    """
    print_of_body = fingerprint(body)
    row, _ = IdempotencyRecord.objects.get_or_create(
        scope=scope, key=key, defaults={"fingerprint": print_of_body, "created_at": clock.now()}
    )
    if row.finished_at is not None:
        return _reply_of(row, print_of_body), True
    with transaction.atomic():
        row = _lock(row)
        if row.finished_at is not None:
            return _reply_of(row, print_of_body), True
        row.fingerprint = print_of_body
        row.reply = perform()
        row.finished_at = clock.now()
        row.save(update_fields=["fingerprint", "reply", "finished_at"])
    return row.reply, False


def fingerprint(body: bytes | str | dict[str, Any]) -> str:
    """SHA-256 of the body, hex; the order of a dict's keys does not matter."""
    if isinstance(body, dict):
        body = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body).hexdigest()


def _lock(row: IdempotencyRecord) -> IdempotencyRecord:
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.select_for_update(nowait=True).get(pk=row.pk)
    except OperationalError as error:
        raise InFlightError from error


def _reply_of(row: IdempotencyRecord, print_of_body: str) -> Reply:
    if row.fingerprint != print_of_body:
        raise KeyReusedError
    reply: Reply = row.reply or {}
    return reply
