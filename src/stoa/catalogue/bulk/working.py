"""How a bulk edit is carried out: in pieces, each in a transaction with the mark of how far it is.

A worker that dies in a piece leaves nothing of it, and the next one goes on from there. Two at once wait for each other,
and the second finds the rows done.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from stoa.catalogue.bulk.drafts import Operation, Target
from stoa.catalogue.bulk.models import BulkEdit, BulkEditRow
from stoa.catalogue.bulk.operations import OPERATIONS
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError, NotFoundError

PLANNED_AT_ONCE = 500
# What was never applied is of no use after this, and what was applied is not taken back later than this.
KEEP_PLANS, KEEP_DONE = timedelta(days=7), timedelta(days=180)
State, RowState = BulkEdit.State, BulkEditRow.State


def carry_on(edit_id: int, *, most_pieces: int | None = None) -> int:
    """Do what there is to do, all of it or ``most_pieces``. Returns how many pieces that were. Safe to call at any time."""
    pieces = 0
    while (most_pieces is None or pieces < most_pieces) and _piece(edit_id):
        pieces += 1
    return pieces


def forget_old() -> int:
    """Let go of plans nobody applied, and of old edits with their rows. Returns how many edits."""
    now = clock.now()
    unused = [State.PLANNING, State.PLANNED, State.DISCARDED]
    old = BulkEdit.objects.filter(state__in=unused, created_at__lt=now - KEEP_PLANS) | BulkEdit.objects.filter(
        state__in=[State.APPLIED, State.UNDONE], created_at__lt=now - KEEP_DONE
    )
    ids = list(old.values_list("pk", flat=True)[:100])
    BulkEditRow.objects.filter(edit_id__in=ids).delete()
    BulkEdit.objects.filter(pk__in=ids).delete()
    return len(ids)


@transaction.atomic
def _piece(edit_id: int) -> bool:
    """One piece; whether there may be more."""
    edit = BulkEdit.objects.select_for_update().filter(pk=edit_id).first()
    if edit is None:
        return False
    operation = OPERATIONS[edit.operation]
    match edit.state:
        case State.PLANNING:
            _plan(edit, operation)
        case State.APPLYING:
            _apply(edit, operation)
        case State.UNDOING:
            _undo(edit, operation)
        case _:
            return False
    return True


def _plan(edit: BulkEdit, operation: Operation) -> None:
    wanted = edit.product_ids[edit.planned : edit.planned + PLANNED_AT_ONCE]
    BulkEditRow.objects.bulk_create(
        [
            BulkEditRow(
                edit=edit, product_id=draft.product_id, variant_id=draft.variant_id, label=draft.label[:300],
                before=draft.before, after=draft.after, reason=draft.reason[:300],
                state=RowState.REFUSED if draft.is_refused else RowState.SAME if draft.before == draft.after else RowState.PLANNED,
            )
            for draft in operation.plan(wanted, edit.options)
        ],
        batch_size=500,
    )  # fmt: skip
    edit.planned += len(wanted)
    if edit.planned >= len(edit.product_ids):
        edit.state = State.PLANNED
    edit.save(update_fields=["planned", "state"])


def _apply(edit: BulkEdit, operation: Operation) -> None:
    rows = list(edit.rows.filter(state=RowState.PLANNED).order_by("id")[: operation.batch])
    if not rows:
        edit.state, edit.applied_at = State.APPLIED, clock.now()
        edit.save(update_fields=["state", "applied_at"])
        return
    targets = {row.pk: Target(row.pk, row.product_id or 0, row.variant_id, row.before, row.after) for row in rows}
    refused = _write(edit, operation, targets)
    for row in rows:
        why = refused.get(row.pk)
        row.state = RowState.APPLIED if why is None else RowState.REFUSED
        if why is not None:
            row.reason = why[:300]
    BulkEditRow.objects.bulk_update(rows, ["state", "reason"])


def _undo(edit: BulkEdit, operation: Operation) -> None:
    rows = list(edit.rows.filter(state=RowState.APPLIED).order_by("-id")[: operation.batch])
    if not rows:
        edit.state, edit.undone_at = State.UNDONE, clock.now()
        edit.save(update_fields=["state", "undone_at"])
        return
    targets = {row.pk: Target(row.pk, row.product_id or 0, row.variant_id, row.after, row.before) for row in rows}
    refused = _write(edit, operation, targets)
    for row in rows:
        why = refused.get(row.pk)
        row.state = RowState.UNDONE if why is None else RowState.KEPT
        row.reason = why[:300] if why is not None else row.reason
    BulkEditRow.objects.bulk_update(rows, ["state", "reason"])


def _write(edit: BulkEdit, operation: Operation, targets: dict[int, Target]) -> dict[int, str]:
    """Write what may be written; why not, by row, for the rest."""
    actor = Actor(edit.actor_kind, edit.actor_ref, edit.actor_label)
    # In the order of the products, as everybody locks them.
    ordered = sorted(targets.values(), key=lambda target: (target.product_id, target.variant_id or 0))
    present = operation.present(ordered, edit.options)
    refused: dict[int, str] = {}
    for target in ordered:
        if target.row_id not in present:
            refused[target.row_id] = _("It is gone.")
        elif present[target.row_id] != target.expected:
            refused[target.row_id] = _("Somebody has changed it since.")
        else:
            try:
                with transaction.atomic():
                    operation.write(target, edit.options, actor)
            except DomainError as refusal:
                refused[target.row_id] = _("It is gone.") if isinstance(refusal, NotFoundError) else refusal.message
    return refused
