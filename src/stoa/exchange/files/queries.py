"""Reads about imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.exchange.files.models import ImportedFile, ImportedThing
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from django.db.models import QuerySet

KINDS = ("products", "customers")


def imports() -> QuerySet[ImportedFile]:
    """All imports, the newest first."""
    return ImportedFile.objects.order_by("-started_at", "-pk")


def undoable() -> QuerySet[ImportedFile]:
    """Those that brought products or customers and are not undone yet, the newest first."""
    started = imports().filter(kind__in=KINDS, done__gt=0)
    return started.exclude(state=ImportedFile.State.UNDONE)


def import_by_id(file_id: int) -> ImportedFile:
    """Raises NotFoundError."""
    file = ImportedFile.objects.filter(pk=file_id).first() if 0 < file_id < 2**63 else None
    if file is None:
        raise NotFoundError
    return file


def things_of(file_id: int) -> QuerySet[ImportedThing]:
    return ImportedThing.objects.filter(file_id=file_id).order_by("pk")
