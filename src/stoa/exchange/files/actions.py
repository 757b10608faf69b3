"""The account of an import: which file, how far it came, and what became of every row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from stoa.exchange.files.models import ImportedFile, ImportedRow
from stoa.kernel import clock

IMPORTED, CREDITED, REJECTED, SKIPPED = "imported", "credited", "rejected", "skipped"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    row: int
    outcome: str
    reason: str = ""
    excerpt: str = ""


@dataclass(slots=True)
class Account:
    """What became of the rows: counts by outcome, and the rows that were not imported with their reasons."""

    total: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((IMPORTED, CREDITED, REJECTED, SKIPPED), 0))
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        for outcome in outcomes:
            self.counts[outcome.outcome] += 1
            if outcome.reason:
                self.reasons[outcome.reason] = self.reasons.get(outcome.reason, 0) + 1

    @property
    def is_complete(self) -> bool:
        return sum(self.counts.values()) == self.total


def open_file(kind: str, path: Path, settings_text: str, total_rows: int) -> ImportedFile:
    """The account of this file under these settings: a new one, or that of a run before (its ``done`` says how far)."""
    file, _ = ImportedFile.objects.get_or_create(
        kind=kind,
        content_hash=_hash_of(path),
        settings_hash=hashlib.sha256(settings_text.encode()).hexdigest(),
        defaults={"file_name": path.name[:300], "total_rows": total_rows, "started_at": clock.now()},
    )
    return file


class LostRaceError(RuntimeError):
    """Another process imports the same file and was quicker; this one stops."""


def mark_done(file: ImportedFile, done: int, outcomes: list[RowOutcome]) -> None:
    """Count a finished batch. Needs the transaction that wrote it, so that a crash undoes both or neither.

    Raises LostRaceError where ``file.done`` is no longer what this process saw.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("mark_done needs the transaction of the batch")
    counts = Account()
    counts.add(outcomes)
    updated = ImportedFile.objects.filter(pk=file.pk, done=file.done).update(
        done=done,
        imported=file.imported + counts.counts[IMPORTED],
        credited=file.credited + counts.counts[CREDITED],
        rejected=file.rejected + counts.counts[REJECTED],
        skipped=file.skipped + counts.counts[SKIPPED],
    )
    if not updated:
        raise LostRaceError(f"{file.file_name} is being imported by another process")
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(file=file, row=o.row, outcome=o.outcome, reason=o.reason[:300], excerpt=o.excerpt[:1000])
            for o in outcomes
            if o.outcome in {REJECTED, SKIPPED}
        ],
        batch_size=1000,
    )
    file.refresh_from_db()


def finish(file: ImportedFile) -> None:
    ImportedFile.objects.filter(pk=file.pk, finished_at__isnull=True).update(finished_at=clock.now())


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
