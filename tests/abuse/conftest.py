"""One running shop for all tests of abuse: people with log-ins, staff of every role, goods that nobody else touches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.abuse.console import Console
from tests.conftest import _database
from tests.live import LiveShop, free_port

# One process for all of it: each start costs seconds.
PREPARE = """
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from tests.abuse.people import settle
settle()
"""


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    settings = {"STOA_DURABILITY": "fast"}
    with ExitStack() as stack:
        if url := os.environ.get("STOA_TEST_DATABASE_URL"):
            settings["STOA_DATABASE_URL"] = stack.enter_context(_database(url, f"stoa_abuse_{os.getpid()}"))
        opened = LiveShop(tmp_path_factory.mktemp("abuse"), settings, free_port())
        opened.run_python(PREPARE)
        stack.callback(opened.stop)
        yield opened.start()


@pytest.fixture(scope="session")
def console(shop: LiveShop) -> Iterator[Console]:
    """Looks into the shop's database from a process of its own, as another web process would."""
    with Console(shop) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _books_are_clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever was tried: afterwards every invariant of the books holds."""
    yield
    if "console" in request.fixturenames:
        console: Console = request.getfixturevalue("console")
        assert console("from stoa.kernel import books; result = [str(each) for each in books.verify().findings]") == []
