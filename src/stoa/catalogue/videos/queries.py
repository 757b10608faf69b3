"""Reads about the films of the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stoa.catalogue.videos.models import Video


@dataclass(frozen=True, slots=True)
class VideoFile:
    """Where a film lies in the public storage. ``captions`` is ``""`` where there are none."""

    id: int
    hash: str
    title: str
    kind: str
    file: str
    captions: str
    poster_id: int | None


def video_files() -> list[VideoFile]:
    """Every film of the library, the oldest first."""
    fields = ("id", "content_hash", "title", "kind", "file", "captions", "poster_id")
    return [VideoFile(*row) for row in Video.objects.order_by("pk").values_list(*fields)]


def hashes_of(ids: Iterable[int]) -> dict[int, str]:
    return dict(Video.objects.filter(pk__in=list(ids)).values_list("pk", "content_hash"))


def videos_by_hash(hashes: Iterable[str]) -> dict[str, int]:
    """SHA-256 of a film -> its id here."""
    return dict(Video.objects.filter(content_hash__in=list(hashes)).values_list("content_hash", "pk"))
