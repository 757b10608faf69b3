"""Where the bytes of documents lie: the private storage. The hash in the row says whether they are the right ones."""

from __future__ import annotations

import hashlib

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import storages

log = structlog.get_logger(__name__)


def digest(made: bytes) -> str:
    return hashlib.sha256(made).hexdigest()


def keep(path: str, made: bytes) -> None:
    """Put the bytes there, in place of what may be there. Whatever the storage raises is written to the log alone: the
    document can be made again."""
    storage = storages["private"]
    try:
        if storage.exists(path):
            storage.delete(path)
        storage.save(path, ContentFile(made))
    except Exception:
        log.exception("a document could not be stored; it is made again when it is asked for", path=path)


def stored(path: str) -> bytes | None:
    """None where there is nothing, or it cannot be read."""
    try:
        with storages["private"].open(path, "rb") as file:
            content: bytes = file.read()
    except (OSError, KeyError):
        return None
    return content
