"""From STOA_DATABASE_URL to Django's DATABASES."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from stoa.config.environment import Environment, SettingError


def database(environment: Environment) -> dict[str, Any]:
    """Raises SettingError for a scheme other than postgresql:// or sqlite://."""
    url = environment["STOA_DATABASE_URL"]
    if not url or url.startswith("sqlite://"):
        return _sqlite(
            url.removeprefix("sqlite://") or str(environment.home / "stoa.sqlite3"), environment["STOA_DURABILITY"]
        )
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingError(f"STOA_DATABASE_URL: {parts.scheme}:// is not supported (postgresql:// or sqlite:// are)")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _sqlite(path: str, durability: str) -> dict[str, Any]:
    # IMMEDIATE: a transaction that will write takes the write lock at its start, so two of them queue up instead of
    # failing half-way. FULL: a commit that was acknowledged survives a power cut.
    synchronous = "OFF" if durability == "fast" else "FULL"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;"
                f"PRAGMA temp_store=MEMORY; PRAGMA synchronous={synchronous};"
            ),
        },
        "TEST": {"NAME": None},
    }
