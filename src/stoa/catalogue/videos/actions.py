"""Writes about films. The media library's form and the demo come through here."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction

from stoa.catalogue.products.rules import one_line
from stoa.catalogue.videos import rules
from stoa.catalogue.videos.errors import CaptionsRefusedError, VideoRefusedError, VideoTooLargeError
from stoa.catalogue.videos.models import Video
from stoa.kernel.audit.actions import record
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from django.core.files.base import File

    from stoa.kernel.actors import Actor


def examined(file: File) -> tuple[str, str, int]:
    """Kind, SHA-256 and bytes of a file, read in pieces. Raises VideoRefusedError, VideoTooLargeError."""
    if file.size > rules.MAX_BYTES:
        raise VideoTooLargeError(bytes=file.size)
    file.seek(0)
    kind = rules.looks_like(file.read(rules.HEAD))
    if not kind:
        raise VideoRefusedError
    file.seek(0)
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return kind, digest.hexdigest(), file.size


def examined_captions(file: File) -> bytes:
    """The bytes of a captions file. Raises CaptionsRefusedError."""
    if file.size > rules.MAX_CAPTION_BYTES:
        raise CaptionsRefusedError
    file.seek(0)
    data: bytes = file.read()
    if not rules.are_captions(data):
        raise CaptionsRefusedError
    return data


@transaction.atomic
def store_video(
    file: File, title: str, *, actor: Actor, poster_id: int | None = None, captions: File | None = None
) -> Video:
    """A film of the library; the same bytes again give the one that is there. Raises what ``examined`` raises."""
    kind, digest, size = examined(file)
    known = Video.objects.filter(content_hash=digest).first()
    if known is not None:
        return known
    video = Video(
        title=one_line(title)[:200] or "video", kind=kind, bytes=size, content_hash=digest, poster_id=poster_id
    )
    video.file.save(f"{digest[:20]}.{kind}", file, save=False)
    try:
        if captions is not None:
            attach_captions(video, captions)
        video.save()
        record(actor, "video.stored", "video", video.pk, title=video.title)
    except BaseException:
        # The row goes with the transaction; its bytes would stay.
        video.file.delete(save=False)
        if video.captions:
            video.captions.delete(save=False)
        raise
    return video


@transaction.atomic
def change_video(
    video: Video, *, actor: Actor, title: str, poster_id: int | None, file: File | None = None, captions: File | None = None,
    drops_captions: bool = False,
) -> Video:  # fmt: skip
    """New words, poster, captions or film. Pages that show it are made anew. Raises what ``examined`` raises."""
    video.title, video.poster_id = one_line(title)[:200] or video.title, poster_id
    if file is not None:
        video.kind, video.content_hash, video.bytes = examined(file)
        video.file.save(f"{video.content_hash[:20]}.{video.kind}", file, save=False)
    if drops_captions:
        video.captions = ""
    if captions is not None:
        attach_captions(video, captions)
    video.save()
    record(actor, "video.changed", "video", video.pk, title=video.title)
    purge(f"video:{video.pk}")
    return video


def attach_captions(video: Video, file: File) -> None:
    data = examined_captions(file)
    video.captions.save(f"{hashlib.sha256(data).hexdigest()[:20]}.vtt", ContentFile(data), save=False)


def noted(video: Video, *, actor: Actor, is_new: bool) -> None:
    """Write down what the library's form has saved, and have pages that show it made anew."""
    record(actor, "video.stored" if is_new else "video.changed", "video", video.pk, title=video.title)
    purge(f"video:{video.pk}")
