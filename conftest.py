"""What every test stands on: no network, a clock that runs, and servers that are used where they answer."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

POSTGRES_URL = os.environ.get("STOA_TEST_DATABASE_URL", "")
REDIS_URL = os.environ.get("STOA_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
LOOPBACK = {"127.0.0.1", "::1", "localhost", ""}


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    no_postgres = pytest.mark.skip(reason="runs on PostgreSQL only (make test runs it where PostgreSQL answers)")
    no_redis = pytest.mark.skip(reason="Redis does not answer")
    has_redis = _answers("127.0.0.1", 6379)
    for item in items:
        if "postgres" in item.keywords and not POSTGRES_URL.startswith("postgresql"):
            item.add_marker(no_postgres)
        if "redis" in item.keywords and not has_redis:
            item.add_marker(no_redis)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reach nothing but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:  # type: ignore[index]
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _running_clock() -> Iterator[None]:
    from stoa.kernel import clock

    yield
    clock.set_time(None)


@pytest.fixture(autouse=True)
def _empty_process_caches() -> None:
    """What a test before has left in this process was read from a database that is no more."""
    from stoa.kernel.pagecache import polling

    polling.reset()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that count queries outside a transaction: no poll for purges falls among them, however slow the machine."""
    from stoa.kernel.pagecache import polling

    polling.poll_now()
    monkeypatch.setattr(polling, "INTERVAL", 1e9)
