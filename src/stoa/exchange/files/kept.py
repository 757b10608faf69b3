"""Files that came by the back office, or were made for it: kept in the private storage, read from the disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import storages

from stoa.kernel import ids


def keep(file: File, name: str) -> str:
    """Store a file under a name that nobody can guess. Returns where."""
    suffix = "".join(char for char in Path(name).suffix.lower() if char.isalnum() or char == ".")[:8]
    saved: str = storages["private"].save(f"imports/{ids.new_uuid()}{suffix}", file)
    return saved


def forget(path: str) -> None:
    if path:
        storages["private"].delete(path)


def opened(path: str) -> File:
    """Raises FileNotFoundError."""
    return storages["private"].open(path, "rb")


@contextmanager
def local_copy(path: str) -> Iterator[Path]:
    """The file on this machine's disk: itself, or a copy for as long as it is needed. Raises FileNotFoundError."""
    storage = storages["private"]
    try:
        own = Path(storage.path(path))
    except NotImplementedError:
        with tempfile.TemporaryDirectory(prefix="stoa-import-") as folder:
            copy = Path(folder) / Path(path).name
            with storage.open(path, "rb") as source, copy.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            yield copy
        return
    if not own.is_file():
        raise FileNotFoundError(path)
    yield own
