"""The account of an import: which file, how far it came, and what became of every row."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from stoa.exchange.errors import LostRaceError
from stoa.exchange.files.models import ImportedFile, ImportedRow
from stoa.kernel import clock
from stoa.kernel.prepared import Prepared, Slot, change

IMPORTED, CREDITED, REJECTED, SKIPPED = "imported", "credited", "rejected", "skipped"
# Of things that are there already: changed, or as the file has them.
UPDATED, UNCHANGED = "updated", "unchanged"
LEFT_OUT = (REJECTED, SKIPPED)
_DONE = Prepared(lambda: ImportedFile.objects.select_for_update().filter(pk=Slot("id")).order_by().values_list("done"))
_ALWAYS = (IMPORTED, CREDITED, REJECTED, SKIPPED)


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """``reason`` says why a row was left out; of one that came in, what of it was."""

    row: int
    outcome: str
    reason: str = ""
    excerpt: str = ""


@dataclass(slots=True)
class Account:
    """What became of the rows: counts by outcome, why some were not imported, and what was left out of others (``notes``).

    ``things``: how many products or customers are new, updated and unchanged, in this run. ``before`` of the
    rows had been done by an earlier run, which had ``finished`` the file then if that is set.
    """

    total: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ALWAYS, 0))
    reasons: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    things: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    before: int = 0
    finished: datetime | None = None

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        for outcome in outcomes:
            self.counts[outcome.outcome] = self.counts.get(outcome.outcome, 0) + 1
            self.say(outcome.outcome, outcome.reason)

    def say(self, outcome: str, reason: str) -> None:
        if reason:
            said = self.reasons if outcome in LEFT_OUT else self.notes
            said[reason] = said.get(reason, 0) + 1

    def count_thing(self, outcome: str) -> None:
        self.things[outcome] = self.things.get(outcome, 0) + 1

    @property
    def is_complete(self) -> bool:
        return sum(self.counts.values()) == self.total


def open_file(
    kind: str,
    path: Path,
    settings_text: str,
    total_rows: int,
    *,
    settings: dict[str, Any] | None = None,
    actor: str = "",
    is_again: bool = False,
) -> ImportedFile:
    """The account of this file under these settings: a new one, or that of a run before (its ``done`` says how far).

    ``is_again``: a run before that has finished does not count, as for updates, which may find other things now.
    """
    content = content_hash(path)
    for number in itertools.count():
        text = settings_text if number == 0 else f"{settings_text}#{number}"
        file, is_new = ImportedFile.objects.get_or_create(
            kind=kind,
            content_hash=content,
            settings_hash=hashlib.sha256(text.encode()).hexdigest(),
            defaults={
                "file_name": path.name[:300], "total_rows": total_rows, "started_at": clock.now(),
                "settings": settings or {}, "actor": actor[:200],
            },
        )  # fmt: skip
        is_over = file.state in {ImportedFile.State.UNDOING, ImportedFile.State.UNDONE}
        if is_new or not (is_over or (is_again and file.finished_at)):
            return file
    raise AssertionError("unreachable")


def account_of(file: ImportedFile) -> Account:
    """The account of the rows that are done."""
    counts = {IMPORTED: file.imported, CREDITED: file.credited, REJECTED: file.rejected, SKIPPED: file.skipped}
    more = {UPDATED: file.updated, UNCHANGED: file.unchanged}
    counts |= {outcome: count for outcome, count in more.items() if count}
    account = Account(file.total_rows, counts, before=sum(counts.values()), finished=file.finished_at)
    account.remarks = list(file.remarks)
    for outcome, reason in file.rows.values_list("outcome", "reason").iterator():
        account.say(outcome, reason)
    return account


def as_it_was(file: ImportedFile, outcomes: list[RowOutcome]) -> list[RowOutcome]:
    """What an earlier run made of these rows. ``outcomes``: what a fresh look at the file says of them."""
    noted = {
        row.row: RowOutcome(row.row, row.outcome, row.reason, row.excerpt)
        for row in file.rows.filter(row__in=[outcome.row for outcome in outcomes])
    }
    return [noted.get(outcome.row, outcome) for outcome in outcomes]


def hold(file: ImportedFile) -> None:
    """Take the file for the length of the transaction, before anything of a batch is written.

    Raises LostRaceError where another process has gone on with it since ``file`` was read.
    """
    if _DONE.one(id=file.pk)[0] != file.done:
        raise LostRaceError(file=file.file_name)


def mark_done(file: ImportedFile, done: int, outcomes: list[RowOutcome]) -> None:
    """Count a finished batch. Needs the transaction that wrote it, so that a crash undoes both or neither.

    Raises LostRaceError where ``file.done`` is no longer what this process saw.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("mark_done needs the transaction of the batch")
    counts = Account()
    counts.add(outcomes)
    after = {
        "done": done,
        **{
            outcome: getattr(file, outcome) + counts.counts.get(outcome, 0)
            for outcome in (IMPORTED, UPDATED, UNCHANGED, CREDITED, REJECTED, SKIPPED)
        },
    }
    if not change(ImportedFile, {"pk": file.pk, "done": file.done}, **after):
        raise LostRaceError(file=file.file_name)
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(file=file, row=o.row, outcome=o.outcome, reason=o.reason[:300], excerpt=o.excerpt[:1000])
            for o in outcomes
            if o.reason
        ],
        batch_size=1000,
    )
    # In memory only once the rows are written: a batch that fails may be tried again with this same object.
    for name, value in after.items():
        setattr(file, name, value)


def finish(file: ImportedFile) -> None:
    ImportedFile.objects.filter(pk=file.pk, finished_at__isnull=True).update(
        finished_at=clock.now(), state=ImportedFile.State.FINISHED
    )


def content_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
