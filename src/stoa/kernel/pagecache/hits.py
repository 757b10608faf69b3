"""Who wants to know that a kept page was sent, though no view was asked: for counts of what visitors do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

Told = Callable[[dict[str, Any]], None]
_told: dict[str, Told] = {}

log = structlog.get_logger(__name__)


def watch(path: str, told: Told) -> None:
    """Have ``told(environ)`` called when a kept page of this path is sent to a GET. It must be quick, and ask no database."""
    _told[path] = told


def tell(environ: dict[str, Any]) -> None:
    """Never fails: the page has been found, and is sent."""
    told = _told.get(environ["PATH_INFO"])
    if told is None or environ["REQUEST_METHOD"] != "GET":
        return
    try:
        told(environ)
    except Exception as error:
        log.warning("a sent page could not be counted", path=environ["PATH_INFO"], error=type(error).__name__)
