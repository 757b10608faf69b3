"""Brings files that lie in a bucket to this node, once each: from then on they are served from its disk."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.storage import Storage, default_storage

from stoa.kernel.web.object_storage import ObjectStorage

CHUNK = 262_144
# Names that the bucket did not have are not asked for again for so many seconds: inventing names costs it nothing.
ABSENT_SECONDS = 5.0
MAX_ABSENT = 10_000

log = structlog.get_logger(__name__)


def remote_media() -> Callable[[str, Path], bool] | None:
    """What ``MediaLayer`` asks for missing files; None where media lie in the folder itself."""
    if settings.STORAGES["default"]["BACKEND"] != f"{ObjectStorage.__module__}.{ObjectStorage.__qualname__}":
        return None
    return Fetcher(default_storage)


class Fetcher:
    def __init__(self, storage: Storage, clock: Callable[[], float] = time.monotonic) -> None:
        self._storage = storage
        self._clock = clock
        self._absent: dict[str, float] = {}

    def __call__(self, name: str, path: Path) -> bool:
        """Copy ``name`` to ``path``, whole or not at all. False where the bucket has no such file, or does not answer."""
        now = self._clock()
        if self._absent.get(name, 0.0) > now:
            return False
        try:
            self._copy(name, path)
        except FileNotFoundError:
            if len(self._absent) >= MAX_ABSENT:
                self._absent.clear()
            self._absent[name] = now + ABSENT_SECONDS
            return False
        except Exception as error:  # whatever the store's library raises: the visitor gets a 404, the operator a line
            log.warning("media could not be fetched", name=name, error=type(error).__name__)
            return False
        return True

    def _copy(self, name: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with self._storage.open(name, "rb") as source, os.fdopen(handle, "wb") as target:
                while piece := source.read(CHUNK):
                    target.write(piece)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
