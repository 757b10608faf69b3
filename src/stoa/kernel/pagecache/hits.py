"""Who wants to know that a page was sent, even where it came from memory: for counts of what visitors do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest

Told = Callable[[dict[str, Any]], None]
_LEFT = "stoa.told"

log = structlog.get_logger(__name__)


def watch(request: HttpRequest, told: Told) -> None:
    """Have ``told(environ)`` called for the page that is being made, and whenever it is sent again from memory.

    It is called for GET alone. It must be quick, ask no database, and hold on to little: it is kept with the page.
    """
    request.META[_LEFT] = told
    tell(request.META, told)


def left_with(environ: dict[str, Any]) -> Told | None:
    """What the view of this request has left for when its page is sent again."""
    told: Told | None = environ.get(_LEFT)
    return told


def tell(environ: dict[str, Any], told: Told | None) -> None:
    """Never fails: the page has been found, and is sent."""
    if told is None or environ["REQUEST_METHOD"] != "GET":
        return
    try:
        told(environ)
    except Exception as error:
        log.warning("a sent page could not be counted", path=environ["PATH_INFO"], error=type(error).__name__)
