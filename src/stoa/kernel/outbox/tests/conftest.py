from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stoa.kernel.outbox import registry
from stoa.kernel.outbox.tests.events import Happened


@pytest.fixture
def listen() -> Iterator[Callable[..., None]]:
    """Subscribe handlers to ``Happened`` for the length of a test."""
    names: list[str] = []

    def subscribe(handler: Callable[[Any, Any], None], name: str = "test.handler") -> None:
        registry.subscribe(Happened, handler, name=name)
        names.append(name)

    yield subscribe
    for name in names:
        registry.unsubscribe(Happened, name=name)
