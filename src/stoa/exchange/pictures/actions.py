"""Pictures that files name: noted by the import, fetched by the worker, and put on their products."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from stoa.catalogue.media.actions import store_picture
from stoa.catalogue.products.actions import PictureData, ProductChanges, update_product
from stoa.catalogue.products.exporting import product_facts
from stoa.catalogue.products.rules import one_line
from stoa.exchange.files.kept import local_copy
from stoa.exchange.files.models import ImportedFile, ImportedPicture, ImportedThing
from stoa.exchange.pictures.errors import ArchiveRefusedError, PicturesWaitError, PictureUnavailableError
from stoa.exchange.pictures.sources import Source, fetch, is_address, place_of
from stoa.exchange.products.shapes import SourcePicture
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

# A server that failed so often in one import, and never answered, is not asked again until somebody says so.
GIVE_UP_AFTER = 8
MOST_PICTURES = 250  # of one product
PICTURE, FILE = ImportedPicture.Kind.PICTURE, ImportedPicture.Kind.FILE
WAITING, DONE, FAILED = ImportedPicture.State.WAITING, ImportedPicture.State.DONE, ImportedPicture.State.FAILED


def note_pictures(
    file: ImportedFile, product_id: int, pictures: Sequence[SourcePicture], skus: Sequence[str]
) -> list[tuple[int, str]]:
    """Write down what is to be fetched, in the transaction of the import, and ask the worker to. ``skus``: of the variants
    in the file's order. Returns (row, remark) for those that are left out."""
    entries = [
        (picture, sku)
        for picture in pictures
        for sku in ([skus[place] for place in picture.variants if place < len(skus)] or [""])
    ]
    left_out = [
        (picture.row, f"more than {MOST_PICTURES} pictures of one product") for picture, _ in entries[MOST_PICTURES:]
    ]
    rows = [
        ImportedPicture(
            file=file, product_id=product_id, row=picture.row, position=position, source=picture.source,
            source_hash=hashlib.sha256(picture.source.encode("utf-8", "replace")).hexdigest(),
            host=host_of(picture.source), alt=one_line(picture.alt)[:200], sku=sku,
        )
        for position, (picture, sku) in enumerate(entries[:MOST_PICTURES])
    ]  # fmt: skip
    ImportedPicture.objects.bulk_create(rows)
    if rows:
        ask_worker(file.pk, [product_id])
    return left_out[:1]


def are_the_same(product_id: int, pictures: Sequence[SourcePicture], skus: Sequence[str]) -> bool:
    """Whether an earlier import has brought exactly these pictures, and they still stand on the product."""
    last = ImportedPicture.objects.filter(product_id=product_id, kind=PICTURE).order_by("-file_id").first()
    if last is None:
        return not pictures
    rows = ImportedPicture.objects.filter(product_id=product_id, file_id=last.file_id, kind=PICTURE).order_by(
        "position"
    )
    before = [(row.source, row.alt, row.sku) for row in rows if row.state != FAILED]
    wanted = [
        (picture.source, one_line(picture.alt)[:200], sku)
        for picture in pictures
        for sku in ([skus[place] for place in picture.variants if place < len(skus)] or [""])
    ]
    return before == wanted


def fetch_pictures(file_id: int, product_id: int, *, is_last_try: bool = True) -> int:
    """Fetch what waits for one product, pictures and files for sale, and put it there. Returns how many came.

    Raises PicturesWaitError where some are worth another try and ``is_last_try`` is False. May be repeated.
    """
    file = ImportedFile.objects.filter(pk=file_id).first()
    rows = list(
        ImportedPicture.objects.filter(file_id=file_id, product_id=product_id, state=WAITING).order_by("position")
    )
    if file is None or not rows:
        return 0
    actor = Actor("system", "import", file.actor or file.file_name)
    came, attached, waits = 0, 0, False
    from stoa.exchange.downloads.actions import bring_file  # which asks here for what they have in common

    with _place(file) as (place, problem):
        for row in rows:
            try:
                if row.kind == FILE:
                    attached += bring_file(row, place, problem, actor)
                else:
                    _store(row, place, problem, actor)
                    came += 1
            except PictureUnavailableError as error:
                waits = waits or (error.is_passing and not is_last_try)
                state = WAITING if error.is_passing and not is_last_try else FAILED
                ImportedPicture.objects.filter(pk=row.pk).update(state=state, error=error.message[:300])
            except DomainError as error:
                ImportedPicture.objects.filter(pk=row.pk).update(state=FAILED, error=error.message[:300])
    if came:
        show_pictures(file, product_id, actor)
    if waits:
        raise PicturesWaitError
    return came + attached


def retry_pictures(file_id: int, *, actor: Actor) -> int:
    """Try the failed pictures of an import again. Returns how many."""
    with transaction.atomic():
        failed = ImportedPicture.objects.filter(file_id=file_id, state=FAILED)
        products = sorted(set(failed.values_list("product_id", flat=True)))
        count = failed.update(state=WAITING, error="")
        if count:
            record(actor, "import.pictures_retried", "import", file_id, pictures=count)
            ask_worker(file_id, products)
    return count


@transaction.atomic
def show_pictures(file: ImportedFile, product_id: int, actor: Actor) -> bool:
    """Put the pictures that have come on the product: those of the file first, then those that people added by hand.

    Returns whether anything changed.
    """
    facts = product_facts([product_id]).get(product_id)
    if facts is None:
        return False
    rows = ImportedPicture.objects.filter(file=file, product_id=product_id, picture__isnull=False).order_by("position")
    mine = [(row.picture_id, row.alt, row.sku) for row in rows]
    imported = set(
        ImportedPicture.objects.filter(product_id=product_id, picture__isnull=False).values_list(
            "picture_id", flat=True
        )
    )
    skus = {pk: variant["sku"] for pk, variant in facts["variants"].items()}
    others = [(pk, alt, skus.get(variant, "")) for pk, alt, variant in facts["pictures"] if pk not in imported]
    present = [(pk, alt, skus.get(variant, "")) for pk, alt, variant in facts["pictures"]]
    wanted = mine + others
    if wanted == present:
        return False
    data = [PictureData(pk, alt, sku) for pk, alt, sku in wanted if pk is not None]
    update_product(product_id, ProductChanges(pictures=data, publish=facts["live"]), actor=actor)
    _remember(file, product_id, facts["pictures"])
    return True


def _remember(file: ImportedFile, product_id: int, before: list[list[object]]) -> None:
    """For undoing: what was there before the import's pictures."""
    thing = ImportedThing.objects.select_for_update().filter(file=file, kind="product", object_id=product_id).first()
    if thing is not None and not thing.is_new:
        thing.before.setdefault("pictures", before)
        thing.after["pictures"] = product_facts([product_id])[product_id]["pictures"]
        thing.save(update_fields=["before", "after"])


def _store(row: ImportedPicture, place: Source | None, problem: str, actor: Actor) -> None:
    """Raises PictureUnavailableError, and the media library's own refusals."""
    known = ImportedPicture.objects.filter(source_hash=row.source_hash, picture__isnull=False)
    if not is_address(row.source):
        # A file of this name in another archive is another picture.
        known = known.filter(file_id=row.file_id)
    found = known.order_by("-pk").values_list("picture_id", flat=True).first()
    if found is None:
        data = _bytes(row, place, problem)
        title = row.alt or row.product.title
        found = store_picture(data, title, actor, row.alt).pk
    ImportedPicture.objects.filter(pk=row.pk).update(state=DONE, picture_id=found, error="")


def _bytes(row: ImportedPicture, place: Source | None, problem: str) -> bytes:
    if place is not None:
        try:
            return place.read(row.source)
        except PictureUnavailableError:
            if not is_address(row.source):
                raise
    if not is_address(row.source):
        raise PictureUnavailableError(
            problem or _("This is no web address, and no folder or archive of pictures came along.")
        )
    check_host(row)
    return fetch(row.source)


def check_host(row: ImportedPicture) -> None:
    """Raises PictureUnavailableError for a server that only fails."""
    same = ImportedPicture.objects.filter(file_id=row.file_id, host=row.host).exclude(pk=row.pk)
    if same.filter(state=FAILED).count() >= GIVE_UP_AFTER and not same.filter(state=DONE).exists():
        raise PictureUnavailableError(_("The server %s has failed too often: try again later.") % row.host)


class _place:  # noqa: N801 - a context, read like a function
    """The folder or archive of an import as (source, why there is none)."""

    def __init__(self, file: ImportedFile) -> None:
        self._file = file
        self._copy = local_copy(file.pictures_path) if file.pictures_path else None

    def __enter__(self) -> tuple[Source | None, str]:
        path = self._file.settings.get("pictures") or ""
        if self._copy is not None:
            path = str(self._copy.__enter__())
        if not path:
            return None, ""
        try:
            return place_of(str(path)), ""
        except ArchiveRefusedError as error:
            return None, error.message

    def __exit__(self, *problem: object) -> None:
        if self._copy is not None:
            self._copy.__exit__(*problem)  # type: ignore[arg-type]


def ask_worker(file_id: int, product_ids: Iterable[int]) -> None:
    from stoa.exchange.pictures.tasks import fetch_product_pictures

    for product_id in product_ids:
        fetch_product_pictures.enqueue(file_id, product_id)


def host_of(source: str) -> str:
    try:
        return (urlsplit(source).hostname or "")[:255] if is_address(source) else ""
    except ValueError:
        return ""
