"""Logs: one line a happening, JSON or readable, with the request's or job's id, without secrets and people."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from stoa.kernel.scrub import scrub_text, scrub_value

_KEEP = frozenset(
    {"event", "level", "timestamp", "logger", "request_id", "exc_info", "stack_info", "_record", "_from_structlog"}
)


def scrub(logger: Any, method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: after the exception was put into words, before anything is written."""
    for name, value in fields.items():
        if name == "event":
            fields[name] = scrub_text(str(value))
        elif name not in _KEEP:
            fields[name] = scrub_value(name, value)
    return fields


def configure(form: str, *, level: str = "INFO") -> None:
    """Set logging up for this process; ``form`` is json or text. Libraries' own loggers come out alike."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        scrub,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(form)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, threshold in _THRESHOLDS.items():
        logging.getLogger(name).setLevel(threshold)
    logging.captureWarnings(True)


# Django logs every 4xx as a warning with its path, and huey every message it takes; the access log says it better.
_THRESHOLDS = {
    "django.request": "ERROR",
    "django.security": "ERROR",
    # A scanner's doing, answered with 400; a traceback for each would bury the rest.
    "django.security.DisallowedHost": "CRITICAL",
    "huey": "WARNING",
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "PIL": "INFO",
    # It announces itself where it is first loaded.
    "pikepdf": "WARNING",
    "_granian": "WARNING",
    "granian": "WARNING",
}


def _renderer(form: str) -> Any:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
