"""Who listens to what. Filled once, from the rooms' ``apps.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stoa.kernel.events import Event, event_name


@dataclass(frozen=True, slots=True)
class EventContext:
    """Where an event came from: use ``uuid`` as the idempotency key of an outside effect."""

    event_id: int
    uuid: UUID
    occurred_at: datetime


Handler = Callable[[Any, EventContext], None]
_handlers: dict[str, dict[str, Handler]] = {}


def subscribe(event_class: type[Event], handler: Handler, *, name: str) -> None:
    """Have ``handler(event, context)`` run once for every event of the class.

    ``name`` is stored with each delivery, so it must stay what it is. The handler runs inside a transaction that also
    marks the delivery done. Raises ValueError where the name is taken by another function.
    """
    handlers = _handlers.setdefault(event_name(event_class), {})
    if handlers.setdefault(name, handler) is not handler:
        raise ValueError(f"{event_name(event_class)} already has a handler called {name}")


def handlers_of(name: str) -> dict[str, Handler]:
    """Handler by name, of the events called ``name``."""
    handlers = _handlers.get(name, {})
    if not _silent:
        return handlers
    return {handler: run for handler, run in handlers.items() if not handler.startswith(_silent)}


_silent: tuple[str, ...] = ()


@contextmanager
def silenced(*prefixes: str) -> Iterator[None]:
    """Events that this process dispatches inside the block do not reach handlers whose names begin so.

    For simulated history: nobody wants the mails of last winter.
    """
    global _silent
    before, _silent = _silent, prefixes
    try:
        yield
    finally:
        _silent = before


def unsubscribe(event_class: type[Event], *, name: str) -> None:
    """Forget a handler: for tests that subscribe one of their own."""
    _handlers.get(event_name(event_class), {}).pop(name, None)
