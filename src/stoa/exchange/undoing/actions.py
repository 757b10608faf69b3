"""Take an import back: thing by thing, each in a transaction of its own, so that a crash loses nothing and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stoa.exchange.files.models import ImportedFile, ImportedPicture, ImportedThing
from stoa.exchange.undoing.customers import remove_customer, restore_customer
from stoa.exchange.undoing.products import remove_category, remove_product, restore_product
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import DomainError, NotFoundError

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

State = ImportedFile.State
# Newest first, so that a product goes before the category that was made for it.
ORDER = ("product", "customer", "category")


class CannotUndoError(DomainError):
    code = "cannot_undo"
    default_message = _("This import cannot be undone: it brought no products or customers.")


@dataclass(slots=True)
class Undone:
    """How many things went, came back, and stayed; ``reasons`` why, by name."""

    removed: int = 0
    restored: int = 0
    kept: int = 0
    reasons: dict[str, str] = field(default_factory=dict)


def begin_undo(file_id: int, *, actor: Actor) -> ImportedFile:
    """Mark an import as being undone; from here on it goes on with nothing. Raises NotFoundError, CannotUndoError."""
    with transaction.atomic():
        file = ImportedFile.objects.select_for_update().filter(pk=file_id).first()
        if file is None:
            raise NotFoundError
        if file.kind not in {"products", "customers"} or file.state in {State.READY, State.CHECKING, State.CHECKED}:
            raise CannotUndoError
        if file.state not in {State.UNDOING, State.UNDONE}:
            ImportedFile.objects.filter(pk=file_id).update(state=State.UNDOING)
            # What still waits is not fetched any more.
            ImportedPicture.objects.filter(file_id=file_id, state=ImportedPicture.State.WAITING).delete()
            record(actor, "import.undo_begun", "import", file_id, file=file.file_name)
            file.refresh_from_db()
    return file


def undo_import(
    file_id: int, *, actor: Actor, progress: Callable[[int, int], None] = lambda done, total: None
) -> Undone:
    """Remove what the import made and put back what it changed, unless somebody has changed it since. May be repeated,
    and goes on where a run before it died. Raises NotFoundError, CannotUndoError."""
    file = begin_undo(file_id, actor=actor)
    things = ImportedThing.objects.filter(file=file)
    total = things.count()
    for kind in ORDER:
        # Newest first: a category inside another goes before it.
        waiting = things.filter(kind=kind, state=ImportedThing.State.DONE).order_by("-pk").values_list("pk", flat=True)
        for pk in list(waiting):
            _undo_one(pk, actor)
            progress(1, total)
    with transaction.atomic():
        if ImportedFile.objects.filter(pk=file.pk, state=State.UNDOING).update(state=State.UNDONE):
            found = undone_of(file.pk)
            record(
                actor, "import.undone", "import", file.pk, file=file.file_name, removed=found.removed,
                restored=found.restored, kept=found.kept,
            )  # fmt: skip
    return undone_of(file.pk)


def undone_of(file_id: int) -> Undone:
    """What came of undoing so far."""
    found = Undone()
    rows = ImportedThing.objects.filter(file_id=file_id).exclude(state=ImportedThing.State.DONE)
    for is_new, state, name, reason in rows.values_list("is_new", "state", "name", "reason"):
        if state == ImportedThing.State.KEPT:
            found.kept += 1
        elif is_new:
            found.removed += 1
        else:
            found.restored += 1
        if reason:
            found.reasons[name] = reason
    return found


def _undo_one(pk: int, actor: Actor) -> None:
    with transaction.atomic():
        thing = ImportedThing.objects.select_for_update().filter(pk=pk, state=ImportedThing.State.DONE).first()
        if thing is None:
            return
        reason = _undo(thing, actor)
        # Something that was changed since may have come back in part.
        is_kept = bool(reason) and thing.is_new
        thing.state = ImportedThing.State.KEPT if is_kept else ImportedThing.State.UNDONE
        thing.reason = reason[:300]
        thing.save(update_fields=["state", "reason"])


def _undo(thing: ImportedThing, actor: Actor) -> str:
    match thing.kind, thing.is_new:
        case "product", True:
            return remove_product(thing.object_id, actor)
        case "product", False:
            return restore_product(thing, actor)
        case "category", _:
            return remove_category(thing.object_id, actor)
        case "customer", True:
            return remove_customer(thing.object_id, actor)
        case "customer", False:
            return restore_customer(thing, actor)
    return "nobody knows how to undo this"
