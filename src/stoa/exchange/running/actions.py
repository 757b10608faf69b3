"""Imports that came by the back office: received, tried out, run and taken back by the worker; and exports made by it."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stoa.catalogue.markets.queries import default_market
from stoa.exchange.customers.actions import import_customers
from stoa.exchange.errors import LostRaceError, UnreadableFileError
from stoa.exchange.files.actions import LEFT_OUT, Account, RowOutcome
from stoa.exchange.files.kept import forget, keep, local_copy
from stoa.exchange.files.models import ColumnMap, ExportedFile, ImportedFile
from stoa.exchange.files.queries import import_by_id
from stoa.exchange.products import mapping as maps
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.shop.exporting import write_shop
from stoa.exchange.shop.importing import import_shop
from stoa.exchange.undoing.actions import begin_undo, undo_import
from stoa.kernel import clock, ids
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

State = ImportedFile.State
KINDS = ("products", "customers")
MAX_FILE = 500_000_000
MAX_ARCHIVE = 4_000_000_000
# Of a rehearsal, shown row by row.
SHOWN = 500
# After how many rows the screen is told how far a rehearsal is.
TOLD_EVERY = 200
KEPT_FOR = timedelta(days=7)


class UploadRefusedError(DomainError):
    code = "upload_refused"
    default_message = _("This file is too large.")


class NotNowError(DomainError):
    code = "import_not_now"
    default_message = _("This import is not at that step.")


def receive(
    kind: str, upload: File, *, actor: Actor, update: bool = False, pictures: File | None = None
) -> ImportedFile:
    """Keep an uploaded file until somebody says what becomes of it. Raises UploadRefusedError."""
    if kind not in KINDS:
        raise ValueError(f"there are no imports of {kind}")
    if (upload.size or 0) > MAX_FILE or (pictures is not None and (pictures.size or 0) > MAX_ARCHIVE):
        raise UploadRefusedError
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    name = Path(upload.name or "file.csv").name
    path = keep(upload, name)
    pictures_path = keep(pictures, "pictures.zip") if pictures is not None else ""
    with transaction.atomic():
        file = ImportedFile.objects.create(
            kind=kind, file_name=name[:300], content_hash=digest.hexdigest(),
            # Its own until it runs: the same file may come twice and be told apart.
            settings_hash=hashlib.sha256(ids.new_uuid().bytes).hexdigest(),
            state=State.READY, settings=ImportSettings(update=update).as_json(), path=path, pictures_path=pictures_path,
            actor=str(actor)[:200], started_at=clock.now(),
        )  # fmt: skip
        record(actor, "import.received", "import", file.pk, file=file.file_name, kind=kind)
    return file


def choose(file_id: int, settings: ImportSettings, *, actor: Actor, map_name: str = "") -> ImportedFile:
    """Say how the file is to be read and what may change; what was tried out before no longer counts.

    With ``map_name`` the map is kept for files with the same columns. Raises NotFoundError, NotNowError, MappingError.
    """
    if settings.mapping is not None:
        maps.parse(settings.mapping)
    with transaction.atomic():
        file = _at(file_id, State.READY, State.CHECKED, State.FAILED)
        if file.done:
            raise NotNowError
        file.settings, file.rehearsal, file.state, file.error = settings.as_json(), {}, State.READY, ""
        file.save(update_fields=["settings", "rehearsal", "state", "error"])
        if map_name and settings.mapping is not None:
            ColumnMap.objects.update_or_create(
                kind=file.kind, name=map_name[:80],
                defaults={
                    "header_hash": header_hash(settings.mapping.get("header") or []), "mapping": settings.mapping,
                    "used_at": clock.now(),
                },
            )  # fmt: skip
        record(actor, "import.settings_changed", "import", file_id)
    return file


def header_hash(header: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(header).encode()).hexdigest()


def begin_check(file_id: int, *, actor: Actor) -> None:
    """Try the file out in the worker: everything is done and taken back. Raises NotFoundError, NotNowError."""
    _begin(file_id, "check", State.CHECKING, (State.READY, State.CHECKED, State.FAILED), actor)


def begin_run(file_id: int, *, actor: Actor) -> None:
    """Bring the file in, in the worker. One that stopped goes on where it was. Raises NotFoundError, NotNowError."""
    _begin(file_id, "run", State.RUNNING, (State.READY, State.CHECKED, State.FAILED), actor)


def begin_taking_back(file_id: int, *, actor: Actor) -> None:
    """Undo, in the worker. Raises NotFoundError, CannotUndoError."""
    with transaction.atomic():
        begin_undo(file_id, actor=actor)
        _ask("undo", file_id)


def discard(file_id: int, *, actor: Actor) -> None:
    """Forget a file that was never brought in. Raises NotFoundError, NotNowError."""
    with transaction.atomic():
        file = _at(file_id, State.READY, State.CHECKED, State.FAILED)
        if file.done:
            raise NotNowError
        record(actor, "import.discarded", "import", file_id, file=file.file_name)
        paths = [file.path, file.pictures_path]
        file.delete()
        for path in paths:
            transaction.on_commit(partial(forget, path))


def perform(step: str, file_id: int) -> None:
    """What the worker does. May be repeated: everything goes on where it was."""
    file = ImportedFile.objects.filter(pk=file_id).first()
    if file is None:
        return
    actor = Actor("system", "import", file.actor or "import")
    try:
        if step == "undo":
            undo_import(file_id, actor=actor)
        elif (step == "check" and file.state == State.CHECKING) or (step == "run" and file.state == State.RUNNING):
            with local_copy(file.path) as path:
                _read(step, file, path, actor)
    except LostRaceError:
        return
    except (DomainError, FileNotFoundError) as error:
        words = error.message if isinstance(error, DomainError) else "the file is no longer kept"
        ImportedFile.objects.filter(pk=file_id).update(state=State.FAILED, error=words[:2000])


def _read(step: str, file: ImportedFile, path: Path, actor: Actor) -> None:
    settings = ImportSettings.from_json(file.settings)
    is_dry_run = step == "check"
    seen = _Seen(file) if is_dry_run else None
    common: dict[str, Any] = {"actor": actor, "is_dry_run": is_dry_run, "file": None if is_dry_run else file}
    if seen is not None:
        common |= {"witness": seen.note, "progress": seen.advance}
    if file.kind == "customers":
        account = import_customers(path, update=settings.update, **common)
    elif is_shop(path):
        if not file.pictures_path:
            # Its pictures lie in itself.
            ImportedFile.objects.filter(pk=file.pk).update(pictures_path=file.path)
        account = import_shop(path, market=default_market(), update=settings.update, **common)
    else:
        account = import_products(path, market=default_market(), settings=settings, **common)
    if seen is not None:
        seen.keep(account)


def is_shop(path: Path) -> bool:
    """Whether the file is an archive that ``export_shop`` wrote."""
    from stoa.exchange.shop.importing import opened

    try:
        opened(path)
    except UnreadableFileError:
        return False
    return True


class _Seen:
    """What a rehearsal found, for the screen."""

    def __init__(self, file: ImportedFile) -> None:
        self._file = file
        self._rows: list[list[Any]] = []
        self._done = 0

    def note(self, outcomes: list[RowOutcome]) -> None:
        fresh = [[o.row, o.outcome, o.reason, o.excerpt[:200]] for o in outcomes if o.reason]
        self._rows += fresh[: SHOWN - len(self._rows)]

    def advance(self, rows: int, total: int) -> None:
        before, self._done = self._done, self._done + rows
        if before // TOLD_EVERY != self._done // TOLD_EVERY:
            self._save(rehearsal={"done": self._done}, total_rows=total)

    def keep(self, account: Account) -> None:
        self._save(
            state=State.CHECKED, total_rows=account.total, remarks=account.remarks, error="",
            rehearsal={
                "counts": account.counts, "things": account.things, "reasons": account.reasons, "notes": account.notes,
                "rows": self._rows, "left_out": sum(account.counts.get(one, 0) for one in LEFT_OUT),
            },
        )  # fmt: skip

    def _save(self, **fields: Any) -> None:
        ImportedFile.objects.filter(pk=self._file.pk, state=State.CHECKING).update(**fields)


def begin_export(*, actor: Actor) -> ExportedFile:
    """Have the worker write the whole catalogue into an archive."""
    with transaction.atomic():
        export = ExportedFile.objects.create(kind="shop", actor=str(actor)[:200], started_at=clock.now())
        record(actor, "export.begun", "export", export.pk)
        from stoa.exchange.running.tasks import write_export

        write_export.enqueue(export.pk)
    return export


def perform_export(export_id: int) -> None:
    export = ExportedFile.objects.filter(pk=export_id, state=ExportedFile.State.RUNNING).first()
    if export is None:
        return
    with tempfile.TemporaryDirectory(prefix="stoa-export-") as folder:
        path = Path(folder) / "shop.zip"
        try:
            write_shop(path, default_market())
        except DomainError as error:
            ExportedFile.objects.filter(pk=export_id).update(state=ExportedFile.State.FAILED, error=error.message)
            return
        with path.open("rb") as file:
            kept = keep(File(file), "shop.zip")
        ExportedFile.objects.filter(pk=export_id).update(
            state=ExportedFile.State.FINISHED, path=kept, size=path.stat().st_size, finished_at=clock.now()
        )


def forget_old_files() -> int:
    """Files of imports that are over, and exports, after a week. What became of the rows stays. Returns how many."""
    before = clock.now() - KEPT_FOR
    over = ImportedFile.objects.filter(started_at__lt=before).exclude(state__in=[State.RUNNING, State.CHECKING])
    count = 0
    for file in over.exclude(path=""):
        if file.pictures.filter(state="waiting").exists():
            continue
        ImportedFile.objects.filter(pk=file.pk).update(path="", pictures_path="")
        forget(file.path)
        forget(file.pictures_path)
        count += 1
    for export in ExportedFile.objects.filter(started_at__lt=before):
        export.delete()
        forget(export.path)
        count += 1
    return count


def _begin(file_id: int, step: str, state: str, states: tuple[str, ...], actor: Actor) -> None:
    with transaction.atomic():
        file = _at(file_id, *states)
        if step == "check" and file.done:
            raise NotNowError
        if not file.path:
            raise NotNowError(_t("The file is no longer kept: upload it again."))
        ImportedFile.objects.filter(pk=file_id).update(
            state=state, error="", rehearsal={} if step == "check" else file.rehearsal
        )
        record(actor, f"import.{step}_begun", "import", file_id, file=file.file_name)
        _ask(step, file_id)


def _at(file_id: int, *states: str) -> ImportedFile:
    import_by_id(file_id)
    file = ImportedFile.objects.select_for_update().get(pk=file_id)
    if file.state not in states:
        raise NotNowError
    return file


def _ask(step: str, file_id: int) -> None:
    from stoa.exchange.running.tasks import perform_step

    perform_step.enqueue(step, file_id)
