"""Files for sale that a file names: noted by the import, fetched by the worker, and put on their products."""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from stoa.catalogue.files import rules
from stoa.catalogue.files.actions import attach_file, remove_file, set_terms
from stoa.catalogue.files.queries import KeptFile, kept_files, own_terms
from stoa.catalogue.products.queries import variant_ids_by_sku
from stoa.exchange.files.models import ImportedFile, ImportedPicture
from stoa.exchange.pictures.actions import ask_worker, check_host, host_of
from stoa.exchange.pictures.errors import PictureUnavailableError
from stoa.exchange.pictures.sources import Source, fetch_into, is_address
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from stoa.exchange.products.shapes import SourceFile, SourceProduct
    from stoa.kernel.actors import Actor

PIECE = 1 << 20
# In an archive of a whole shop a file is called by its SHA-256.
_SAID = re.compile(r"files/([0-9a-f]{64})")
State = ImportedPicture.State


def set_said_terms(product: SourceProduct, product_id: int, actor: Actor) -> None:
    """How long and how often, as the file says; what it does not say stays. Raises TermsOutOfRangeError."""
    if product.download_terms is not None and own_terms([product_id]).get(product_id) != product.download_terms:
        days, downloads = product.download_terms
        set_terms(product_id, days=days, downloads=downloads, actor=actor)


def note_files(file: ImportedFile, product_id: int, files: Sequence[SourceFile], skus: Sequence[str]) -> int:
    """Write down what is to be fetched, in the transaction of the import, and ask the worker to. ``skus``: of the variants
    in the file's order. What the product has under the same name already is left as it is. Returns how many are new."""
    there = {(one.sku, one.name) for one in kept_files([product_id]).get(product_id, ())}
    wanted = {
        (sku, name_of(said)): said
        for said in files
        for sku in ([skus[place] for place in said.variants if place < len(skus)] or [""])
    }
    rows = [
        ImportedPicture(
            file=file, product_id=product_id, kind=ImportedPicture.Kind.FILE, row=said.row, position=position,
            source=said.source, source_hash=hashlib.sha256(said.source.encode("utf-8", "replace")).hexdigest(),
            host=host_of(said.source), name=name, sku=sku,
        )
        for position, ((sku, name), said) in enumerate(wanted.items())
        if (sku, name) not in there
    ]  # fmt: skip
    ImportedPicture.objects.bulk_create(rows)
    if rows:
        ask_worker(file.pk, [product_id])
    return len(rows)


def bring_file(row: ImportedPicture, place: Source | None, problem: str, actor: Actor) -> int:
    """Fetch one file and attach it; whether it is new. May be repeated: what a run before it attached is found again.

    Raises PictureUnavailableError, and what ``attach_file`` raises.
    """
    with tempfile.TemporaryFile(prefix="stoa-download-") as copy:
        _fetch(row, place, problem, copy)
        digest = _digest(copy)
        said = _SAID.fullmatch(row.source)
        if said is not None and said[1] != digest:
            raise PictureUnavailableError(_("The file is damaged in the archive."))
        found = _present(row)
        if found is not None:
            # Not ours to take back, unless it is what this import had brought before it died.
            is_ours = found.sha256 == digest and found.created_at >= row.file.started_at
            ImportedPicture.objects.filter(pk=row.pk).update(
                state=State.DONE, attached_id=found.id if is_ours else None, error=""
            )
            return 0
        made = attach_file(row.product_id, File(copy, row.name), actor=actor, name=row.name, variant_id=_variant(row))
    if not ImportedPicture.objects.filter(pk=row.pk).update(state=State.DONE, attached_id=made.pk, error=""):
        # The import was undone meanwhile.
        remove_file(made.pk, actor=actor)
        return 0
    return 1


def take_files_off(file: ImportedFile, product_id: int, actor: Actor) -> list[str]:
    """Take back what an import attached to a product that was there before it. Returns names that buyers keep."""
    rows = ImportedPicture.objects.filter(file=file, product_id=product_id, attached_id__isnull=False)
    kept = []
    for row in rows.order_by("pk"):
        try:
            if not remove_file(int(row.attached_id or 0), actor=actor):
                kept.append(row.name)
        except NotFoundError:
            continue
    return kept


def name_of(said: SourceFile) -> str:
    """What buyers see: the file's own name with the ending of where it lies, so that their machine knows what it is."""
    path = unquote(urlsplit(said.source).path) if is_address(said.source) else said.source
    source = PurePosixPath(path.replace("\\", "/"))
    name = rules.clean_name(said.name or source.name)
    suffix = source.suffix
    has_one = PurePosixPath(name).suffix and " " not in PurePosixPath(name).suffix
    return name if has_one or not 1 < len(suffix) < 10 else rules.clean_name(f"{name[: 149 - len(suffix)]}{suffix}")


def _fetch(row: ImportedPicture, place: Source | None, problem: str, target: IO[bytes]) -> None:
    most = settings.STOA_FILE_MAX_MB * 1_000_000
    if place is not None:
        try:
            _copy(place, row.source, target, most)
        except PictureUnavailableError:
            if not is_address(row.source):
                raise
        else:
            return
    if not is_address(row.source):
        raise PictureUnavailableError(
            problem or _("This is no web address, and no folder or archive of files came along.")
        )
    check_host(row)
    target.seek(0)
    target.truncate()
    fetch_into(row.source, target, most)


def _copy(place: Source, source: str, target: IO[bytes], most: int) -> None:
    """At most ``most`` bytes, whatever the archive says of its size."""
    size = 0
    try:
        with place.open(source) as opened:
            while piece := opened.read(PIECE):
                size += len(piece)
                if size > most:
                    raise PictureUnavailableError(_("The file is larger than %d MB.") % (most // 1_000_000))
                target.write(piece)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise PictureUnavailableError(_("The file is damaged in the archive.")) from error


def _digest(copy: IO[bytes]) -> str:
    copy.seek(0)
    digest = hashlib.sha256()
    while piece := copy.read(PIECE):
        digest.update(piece)
    copy.seek(0)
    return digest.hexdigest()


def _present(row: ImportedPicture) -> KeptFile | None:
    files = kept_files([row.product_id]).get(row.product_id, ())
    return next((one for one in files if (one.sku, one.name) == (row.sku, row.name)), None)


def _variant(row: ImportedPicture) -> int | None:
    """Raises NotFoundError where the variant is gone: its file is not everybody's."""
    if not row.sku:
        return None
    found = variant_ids_by_sku([row.sku]).get(row.sku)
    if found is None:
        raise NotFoundError
    return found
