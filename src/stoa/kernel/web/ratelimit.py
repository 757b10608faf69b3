"""How often somebody may try something. Counts live in Redis, or in a small file that the processes share."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import threading
from functools import cache
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings

from stoa.kernel import clock

log = structlog.get_logger(__name__)
_local = threading.local()


class Counters(Protocol):
    def add(self, key: str, window: int, seconds: int) -> tuple[int, int]:
        """Count one in ``window``; returns the counts of this window and of the one before."""


def hit(scope: str, key: str, limit: int, seconds: int) -> bool:
    """Count an attempt of ``key`` (an address, an account, a session) at ``scope``; True while it is within the limit.

    A sliding window: the last ``seconds`` hold at most about ``limit`` attempts, refused ones included. Where the
    counters do not answer, attempts are allowed: they guard a door that has a lock of its own.
    """
    moment = int(clock.now().timestamp())
    window, into = divmod(moment, seconds)
    try:
        now, before = _counters().add(_hidden(scope, key), window, seconds)
    except Exception as error:
        log.warning("rate counters do not answer", error=type(error).__name__)
        return True
    return now + before * (seconds - into) // seconds <= limit


def _hidden(scope: str, key: str) -> str:
    """The key without the person in it."""
    text = f"{scope}\0{key}".encode("utf-8", "surrogatepass")
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:40]


@cache
def _counters() -> Counters:
    if settings.STOA_REDIS_URL:
        return RedisCounters(settings.STOA_REDIS_URL)
    return FileCounters(Path(settings.STOA_HOME) / "ratelimit.sqlite3")


class RedisCounters:
    def __init__(self, url: str) -> None:
        import redis

        self._redis = redis.Redis.from_url(url, socket_timeout=1)

    def add(self, key: str, window: int, seconds: int) -> tuple[int, int]:
        pipe = self._redis.pipeline()
        name = f"stoa:rate:{key}:{{}}"
        pipe.incr(name.format(window))
        pipe.expire(name.format(window), seconds * 2 + 1)
        pipe.get(name.format(window - 1))
        now, _, before = pipe.execute()
        return int(now), int(before or 0)


class FileCounters:
    """A SQLite file without fsync: losing it costs nothing but the counts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, key: str, window: int, seconds: int) -> tuple[int, int]:
        connection = self._connection()
        expires = (window + 2) * seconds
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("DELETE FROM hits WHERE expires < ?", [window * seconds])
            connection.execute(
                "INSERT INTO hits (key, win, count, expires) VALUES (?, ?, 1, ?)"
                " ON CONFLICT (key, win) DO UPDATE SET count = count + 1",
                [key, window, expires],
            )
            counts = dict(
                connection.execute("SELECT win, count FROM hits WHERE key = ? AND win >= ?", [key, window - 1])
            )
        finally:
            connection.execute("COMMIT")
        return counts.get(window, 0), counts.get(window - 1, 0)

    def _connection(self) -> sqlite3.Connection:
        made: dict[Path, sqlite3.Connection] = _local.__dict__.setdefault("connections", {})
        if self._path not in made:
            connection = sqlite3.connect(self._path, timeout=2, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS hits (key TEXT, win INTEGER, count INTEGER, expires INTEGER,"
                " PRIMARY KEY (key, win)) WITHOUT ROWID"
            )
            connection.execute("CREATE INDEX IF NOT EXISTS hits_expires ON hits (expires)")
            made[self._path] = connection
        return made[self._path]
