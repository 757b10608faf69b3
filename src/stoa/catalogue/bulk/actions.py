"""Public writes of bulk edits: begin, apply, undo, discard. The work itself is in ``working``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from stoa.catalogue.bulk.errors import BulkEditInvalidError, BulkEditStateError
from stoa.catalogue.bulk.models import BulkEdit, BulkEditRow
from stoa.catalogue.bulk.operations import OPERATIONS
from stoa.catalogue.bulk.states import may_become
from stoa.catalogue.bulk.tasks import carry_on as carry_on_later
from stoa.catalogue.bulk.working import carry_on, forget_old
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

__all__ = [
    "apply_bulk_edit", "begin_bulk_edit", "carry_on", "discard_bulk_edit", "forget_old", "undo_bulk_edit",
]  # fmt: skip

MOST_PRODUCTS = 100_000


@transaction.atomic
def begin_bulk_edit(
    operation: str, options: Mapping[str, Any], product_ids: Sequence[int], *, actor: Actor
) -> BulkEdit:
    """Have a change to these products worked out. Nothing changes before it is applied.

    A worker works it out; ``carry_on`` does so at once, for a few. Raises BulkEditInvalidError.
    """
    kind = OPERATIONS.get(operation)
    if kind is None:
        raise BulkEditInvalidError(field="operation")
    wanted = sorted(set(product_ids))
    if not wanted:
        raise BulkEditInvalidError(_("Choose at least one product."), field="products")
    if len(wanted) > MOST_PRODUCTS:
        raise BulkEditInvalidError(_("At most %d products at once.") % MOST_PRODUCTS, field="products")
    edit = BulkEdit.objects.create(
        operation=operation, options=kind.check(options), product_ids=wanted, actor_kind=actor.kind,
        actor_ref=actor.ref[:80], actor_label=actor.label[:200], created_at=clock.now(),
    )  # fmt: skip
    record(actor, "bulk_edit.begun", "bulk_edit", edit.pk, operation=operation, products=len(wanted))
    carry_on_later.enqueue(edit.pk)
    return edit


@transaction.atomic
def apply_bulk_edit(edit_id: int, *, actor: Actor) -> BulkEdit:
    """Have it done, as it was worked out. What has changed meanwhile is refused. Raises BulkEditStateError."""
    edit = _locked(edit_id)
    _become(edit, BulkEdit.State.APPLYING)
    edit.actor_kind, edit.actor_ref, edit.actor_label = actor.kind, actor.ref[:80], actor.label[:200]
    edit.save(update_fields=["state", "actor_kind", "actor_ref", "actor_label"])
    record(actor, "bulk_edit.applied", "bulk_edit", edit.pk, operation=edit.operation, options=edit.options)
    carry_on_later.enqueue(edit.pk)
    return edit


@transaction.atomic
def undo_bulk_edit(edit_id: int, *, actor: Actor) -> BulkEdit:
    """Have every row be again what it was, but for those that somebody has changed since. Raises BulkEditStateError."""
    edit = _locked(edit_id)
    _become(edit, BulkEdit.State.UNDOING)
    edit.actor_kind, edit.actor_ref, edit.actor_label = actor.kind, actor.ref[:80], actor.label[:200]
    edit.save(update_fields=["state", "actor_kind", "actor_ref", "actor_label"])
    record(actor, "bulk_edit.undone", "bulk_edit", edit.pk, operation=edit.operation)
    carry_on_later.enqueue(edit.pk)
    return edit


@transaction.atomic
def discard_bulk_edit(edit_id: int, *, actor: Actor) -> None:
    """Let go of one that was never applied. Raises BulkEditStateError."""
    edit = _locked(edit_id)
    _become(edit, BulkEdit.State.DISCARDED)
    edit.save(update_fields=["state"])
    BulkEditRow.objects.filter(edit=edit).delete()
    record(actor, "bulk_edit.discarded", "bulk_edit", edit.pk, operation=edit.operation)


def _become(edit: BulkEdit, state: str) -> None:
    if not may_become(edit.state, state):
        raise BulkEditStateError
    edit.state = state


def _locked(edit_id: int) -> BulkEdit:
    edit = BulkEdit.objects.select_for_update().filter(pk=edit_id).first()
    if edit is None:
        raise NotFoundError
    return edit
