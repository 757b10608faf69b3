"""Files that come with a product: put there, replaced, taken off; and for how long they can be downloaded."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Max
from django.db.models.fields.reverse_related import ForeignObjectRel

from stoa.catalogue.events import VariantChanged
from stoa.catalogue.files import rules
from stoa.catalogue.files.errors import FileEmptyError, FileTooLargeError, TermsOutOfRangeError, TooManyFilesError
from stoa.catalogue.files.models import DigitalFile, DownloadTerms
from stoa.catalogue.products.models import Product, Variant
from stoa.kernel import clock, ids
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from django.core.files import File

    from stoa.kernel.actors import Actor

MAX_FILES = 50
MOST = 10_000
_FOLDER = "files"


def attach_file(
    product_id: int, upload: File[Any], *, actor: Actor, name: str = "", variant_id: int | None = None
) -> DigitalFile:
    """Give a product (or one of its variants alone) a file. ``upload`` is any Django file; it is read piece by piece.

    ``name`` is what buyers see, by default the upload's own. Raises NotFoundError, FileEmptyError, FileTooLargeError,
    TooManyFilesError.
    """
    shown = rules.clean_name(name or upload.name or "")
    kept = _keep(upload, shown)
    try:
        with transaction.atomic():
            _check_place(product_id, variant_id)
            now = clock.now()
            last = DigitalFile.objects.filter(product_id=product_id).aggregate(last=Max("position"))["last"]
            made = DigitalFile.objects.create(
                product_id=product_id, variant_id=variant_id, name=shown, position=0 if last is None else last + 1,
                created_at=now, updated_at=now, **kept,
            )  # fmt: skip
            record(actor, "file.attached", "product", product_id, file=made.pk, name=shown, sha256=made.sha256)
            _tell(product_id)
    except BaseException:
        _forget(kept["path"])
        raise
    return made


def replace_file(file_id: int, upload: File[Any], *, actor: Actor, name: str = "") -> DigitalFile:
    """A new version in the place of the old one: whoever has bought the file gets it from now on.

    Raises NotFoundError, FileEmptyError, FileTooLargeError.
    """
    before = _file(file_id)
    shown = rules.clean_name(name or upload.name or before.name)
    kept = _keep(upload, shown)
    try:
        with transaction.atomic():
            locked = _locked(file_id)
            DigitalFile.objects.filter(pk=file_id).update(
                name=shown, version=F("version") + 1, updated_at=clock.now(), **kept
            )
            record(
                actor, "file.replaced", "product", locked.product_id,
                file=file_id, name=shown, version=locked.version + 1, sha256=kept["sha256"],
            )  # fmt: skip
            transaction.on_commit(partial(_forget, locked.path))
            _tell(locked.product_id)
    except BaseException:
        _forget(kept["path"])
        raise
    return _file(file_id)


@transaction.atomic
def rename_file(file_id: int, name: str, *, actor: Actor) -> DigitalFile:
    """Raises NotFoundError."""
    file = _locked(file_id)
    before, file.name = file.name, rules.clean_name(name)
    file.content_type = rules.content_type(file.name)
    file.updated_at = clock.now()
    file.save(update_fields=["name", "content_type", "updated_at"])
    record(actor, "file.renamed", "product", file.product_id, file=file_id, before=before, name=file.name)
    _tell(file.product_id)
    return file


@transaction.atomic
def remove_file(file_id: int, *, actor: Actor) -> bool:
    """Take a file off its product. Bytes and all, if nobody has bought it; else it is withdrawn, and its buyers keep it.

    Returns whether it is gone. Raises NotFoundError.
    """
    file = _locked(file_id)
    is_sold = _is_referred_to(file)
    if is_sold:
        DigitalFile.objects.filter(pk=file_id).update(is_withdrawn=True, updated_at=clock.now())
    else:
        DigitalFile.objects.filter(pk=file_id).delete()
        transaction.on_commit(partial(_forget, file.path))
    record(actor, "file.removed", "product", file.product_id, file=file_id, name=file.name, kept_for_buyers=is_sold)
    _tell(file.product_id)
    return not is_sold


@transaction.atomic
def set_terms(product_id: int, *, days: int | None, downloads: int | None, actor: Actor) -> None:
    """For how many days, and how often, each file of a product can be downloaded; 0: no limit, None: as in the shop.

    Holds for what is bought from now on. Raises NotFoundError, TermsOutOfRangeError.
    """
    if any(value is not None and not 0 <= value <= MOST for value in (days, downloads)):
        raise TermsOutOfRangeError
    if not Product.objects.filter(pk=product_id).exists():
        raise NotFoundError
    if days is None and downloads is None:
        DownloadTerms.objects.filter(product_id=product_id).delete()
    else:
        DownloadTerms.objects.update_or_create(product_id=product_id, defaults={"days": days, "downloads": downloads})
    record(actor, "file.terms_set", "product", product_id, days=days, downloads=downloads)
    purge(f"product:{product_id}")


def _keep(upload: File[Any], name: str) -> dict[str, Any]:
    """Write the bytes to the private storage under a name that nobody can guess; what the row says of them."""
    limit = settings.STOA_FILE_MAX_MB
    size = upload.size
    if not size:
        raise FileEmptyError
    if size > limit * 1_000_000:
        raise FileTooLargeError(limit)
    digest = hashlib.sha256()
    upload.seek(0)
    for piece in upload.chunks(1 << 20):
        digest.update(piece)
    upload.seek(0)
    path = storages["private"].save(f"{_FOLDER}/{ids.new_token()}", upload)
    return {"path": path, "size": size, "sha256": digest.hexdigest(), "content_type": rules.content_type(name)}


def _forget(path: str) -> None:
    storages["private"].delete(path)


def _check_place(product_id: int, variant_id: int | None) -> None:
    if not Product.objects.select_for_update(no_key=True).filter(pk=product_id).exists():
        raise NotFoundError
    if variant_id is not None and not Variant.objects.filter(pk=variant_id, product_id=product_id).exists():
        raise NotFoundError
    if DigitalFile.objects.filter(product_id=product_id, is_withdrawn=False).count() >= MAX_FILES:
        raise TooManyFilesError(MAX_FILES)


def _file(file_id: int) -> DigitalFile:
    found = DigitalFile.objects.filter(pk=file_id).first()
    if found is None:
        raise NotFoundError
    return found


def _locked(file_id: int) -> DigitalFile:
    found = DigitalFile.objects.select_for_update(of=("self",)).filter(pk=file_id).first()
    if found is None:
        raise NotFoundError
    return found


def _is_referred_to(file: DigitalFile) -> bool:
    """Whether a room above has a row about it, as ``products.variants`` asks of variants."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: file}).exists()
        for relation in DigitalFile._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and not isinstance(relation.related_model, str)
    )


def _tell(product_id: int) -> None:
    for variant_id in Variant.objects.filter(product_id=product_id).order_by("pk").values_list("pk", flat=True):
        announce(VariantChanged(variant_id, product_id))
    purge(f"product:{product_id}")
