"""The key that signs sessions and links: given by the operator, or made once and kept in STOA_HOME."""

from __future__ import annotations

import os
from pathlib import Path

from stoa.config.environment import Environment, SettingError
from stoa.kernel.ids import new_token


def secret_key(environment: Environment) -> str:
    """Raises SettingError in production without STOA_SECRET_KEY (at least 32 characters)."""
    given = environment["STOA_SECRET_KEY"]
    if environment.is_production and len(given) < 32:
        raise SettingError("STOA_SECRET_KEY must hold at least 32 characters in production")
    return given or _kept(environment.home / "secret_key")


def _kept(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".secret_key.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(new_token(384))
    try:
        # link() refuses to replace, so of two processes that start together one key wins and both use it.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()
