"""Fixtures of the tests that need a shop that really runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.live import LiveShop, running

OpenShop = Callable[..., LiveShop]


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[OpenShop]:
    """``open_shop(prepare="python code", STOA_...="...")``: a running shop on the engine that the tests run on."""
    with ExitStack() as stack:

        def start(prepare: str = "from tests.stage import open_shop; open_shop()", **settings: str) -> LiveShop:
            if url := os.environ.get("STOA_TEST_DATABASE_URL"):
                settings["STOA_DATABASE_URL"] = stack.enter_context(_database(url, f"stoa_live_{os.getpid()}"))
            return stack.enter_context(running(tmp_path / "home", prepare, **settings))

        yield start


class _database:  # noqa: N801 - reads as a function where it is used
    """A PostgreSQL database for the length of a block."""

    def __init__(self, server_url: str, name: str) -> None:
        self._server_url, self._name = server_url, name

    def __enter__(self) -> str:
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)", f"CREATE DATABASE {self._name}")
        return urlunsplit(urlsplit(self._server_url)._replace(path=f"/{self._name}"))

    def __exit__(self, *_: object) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]
