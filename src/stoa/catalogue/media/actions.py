from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.models import Collection

from stoa.catalogue.media.imaging import SUFFIX, Encoded, reencode, render
from stoa.catalogue.media.models import Picture
from stoa.catalogue.media.originals import keep_original
from stoa.catalogue.media.rules import WIDTHS, focus_percent
from stoa.catalogue.products.models import ProductPicture
from stoa.catalogue.products.rules import one_line, slugify
from stoa.kernel.audit.actions import record
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoa.kernel.actors import Actor


@transaction.atomic
def store_picture(
    file_bytes: bytes,
    title: str,
    actor: Actor,
    alt: str = "",
    *,
    make_renditions: bool = True,
    encoded: Encoded | None = None,
) -> Picture:
    """A picture of the media library, re-encoded; its renditions are made by the worker, and the upload itself is kept too.

    The same bytes again give the picture that is there. Raises PictureRefusedError, PictureTooLargeError,
    PictureDamagedError. ``make_renditions`` False leaves the job to the caller (``save_renditions``). ``encoded`` is what
    ``imaging.reencode`` made of these very bytes, where another process did that already.
    """
    digest = hashlib.sha256(file_bytes).hexdigest()
    known = Picture.objects.filter(content_hash=digest).order_by("pk").first()
    if known is not None:
        return known
    original = "" if encoded is not None else keep_original(file_bytes, digest)
    encoded = encoded or reencode(file_bytes)
    title = one_line(title)[:255] or "picture"
    picture = Picture(
        title=title,
        description=one_line(alt)[:255],
        width=encoded.width,
        height=encoded.height,
        content_hash=digest,
        original_name=original,
        collection=Collection.get_first_root_node(),
        uploaded_by_user_id=int(actor.ref) if actor.kind == "staff" and actor.ref.isdigit() else None,
    )
    attach(picture, encoded)
    picture.save()
    record(actor, "picture.stored", "picture", picture.pk, title=title)
    if make_renditions:
        ask_for_renditions(picture.pk)
    return picture


def attach(picture: Picture, encoded: Encoded) -> None:
    """Put a re-encoded file on a picture that is yet to be saved."""
    name = f"{slugify(picture.title, 'picture')[:60]}.{'png' if encoded.kind == 'png' else 'jpg'}"
    picture.file = ContentFile(encoded.data, name=name)
    picture.file_size = len(encoded.data)
    picture.file_hash = hashlib.sha1(encoded.data, usedforsecurity=False).hexdigest()


def ask_for_renditions(picture_id: int) -> None:
    from stoa.catalogue.media.tasks import make_renditions

    make_renditions.enqueue(picture_id)


def widths() -> tuple[int, ...]:
    """The widths of renditions, in pixels: STOA_PICTURE_WIDTHS in the settings, else those of ``rules.WIDTHS``."""
    return tuple(getattr(settings, "STOA_PICTURE_WIDTHS", WIDTHS))


def render_picture(picture_id: int) -> bool:
    """Make and keep the renditions of a picture. False where it is gone. May be repeated."""
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None:
        return False
    with picture.file.open("rb") as file:
        rendered = render(file.read(), widths())
    save_renditions(picture, rendered)
    return True


def save_renditions(picture: Picture, rendered: Sequence[Encoded]) -> None:
    """Write rendition files under names that change with their content, and let pages know.

    Files first, the row after: a page never names a file that is not there.
    """
    sources: dict[str, list[Any]] = {}
    for one in rendered:
        digest = hashlib.sha256(one.data).hexdigest()[:12]
        name = f"renditions/{picture.pk}/{digest}-{one.width}.{SUFFIX[one.kind]}"
        if not default_storage.exists(name):
            name = default_storage.save(name, ContentFile(one.data))
        sources.setdefault(one.kind, []).append([one.width, one.height, f"{settings.MEDIA_PATH}{name}"])
    if focus := focus_of(picture):
        sources["focus"] = focus
    with transaction.atomic():
        Picture.objects.filter(pk=picture.pk).update(sources=sources)
        picture.sources = sources
        purge_pages_with(picture.pk)


def purge_pages_with(picture_id: int) -> None:
    """Let go of every page that may show the picture."""
    products = ProductPicture.objects.filter(picture_id=picture_id).values_list("product_id", flat=True)
    purge("catalogue", "categories", "market", "content", *(f"product:{product_id}" for product_id in set(products)))


def focus_of(picture: Picture) -> list[int]:
    """Percent from the left and the top; empty where nobody said."""
    return focus_percent(picture.focal_point_x, picture.focal_point_y, picture.width, picture.height)


@transaction.atomic
def refocus(picture: Picture) -> bool:
    """After the focal point was moved: pages crop by the new one. Whether that changed anything."""
    sources = {kind: rows for kind, rows in picture.sources.items() if kind != "focus"}
    if picture.sources and (focus := focus_of(picture)):
        sources["focus"] = focus
    if sources == picture.sources:
        return False
    picture.sources = sources
    Picture.objects.filter(pk=picture.pk).update(sources=sources)
    purge_pages_with(picture.pk)
    return True


def pictures_without_renditions(limit: int = 200) -> list[int]:
    """Ids of pictures that pages still show as originals."""
    return list(Picture.objects.filter(sources={}).order_by("pk").values_list("pk", flat=True)[:limit])
