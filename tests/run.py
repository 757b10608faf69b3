"""Runs the tests: all on SQLite, then all again on PostgreSQL where it answers; says what took part.

``STOA_TEST_REQUIRE_SERVERS=1`` makes a missing PostgreSQL or Redis a failure. ``STOA_TEST_POSTGRES_URL`` names the server
(a role that may create databases; default: postgres at 127.0.0.1 without a password), ``STOA_TEST_REDIS_URL`` the Redis.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import redis

POSTGRES_URL = os.environ.get("STOA_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("STOA_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def main(arguments: list[str]) -> int:
    has_postgres, has_redis = _postgres_answers(), _redis_answers()
    results = {"SQLite": _pytest(arguments, "sqlite", "")}
    if has_postgres:
        results["PostgreSQL"] = _pytest(arguments, "postgres", POSTGRES_URL)
    for name, code in results.items():
        print(f"{name}: {'passed' if code == 0 else f'FAILED ({code})'}")
    absent = [name for name, here in (("PostgreSQL", has_postgres), ("Redis", has_redis)) if not here]
    print(f"Took part: {', '.join(n for n in ('SQLite', 'PostgreSQL', 'Redis') if n not in absent)}")
    if absent:
        print(f"Did not answer: {', '.join(absent)}; what needs them was left out")
    is_short = bool(absent) and os.environ.get("STOA_TEST_REQUIRE_SERVERS") == "1"
    return 1 if is_short or any(results.values()) else 0


def _pytest(arguments: list[str], name: str, database_url: str) -> int:
    home = Path(tempfile.mkdtemp(prefix=f"stoa-{name}-"))
    environment = {
        **os.environ,
        "TMPDIR": str(home),
        "STOA_TEST_DATABASE_URL": database_url,
        "STOA_TEST_REDIS_URL": REDIS_URL,
    }
    try:
        processes = os.environ.get("STOA_TEST_PROCESSES", "2")
        return subprocess.call([sys.executable, "-m", "pytest", "-n", processes, *arguments], env=environment)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _postgres_answers() -> bool:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
