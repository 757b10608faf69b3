from __future__ import annotations

import hashlib
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from stoa.catalogue.models import Video
from stoa.catalogue.videos import actions, rules
from stoa.catalogue.videos.actions import store_video
from stoa.catalogue.videos.errors import CaptionsRefusedError, VideoRefusedError, VideoTooLargeError
from stoa.kernel.actors import SYSTEM

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"\x00" * 64
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87" + b"\x00" * 64
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nA mug.\n"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (MP4, "mp4"),
        (WEBM, "webm"),
        (MP4.replace(b"isom", b"qt  "), ""),
        (WEBM.replace(b"webm", b"matr"), ""),
        (b"<html><script>x()</script>", ""),
        (b"\xff\xd8\xff", ""),
        (b"", ""),
    ],
)
def test_what_is_a_film(head: bytes, kind: str) -> None:
    assert rules.looks_like(head[: rules.HEAD]) == kind


def test_what_are_captions() -> None:
    assert rules.are_captions(VTT)
    assert rules.are_captions(b"\xef\xbb\xbfWEBVTT - English\n")
    for wrong in (b"", b"WEBVTTX", b"<html>", "WEBVTT\n".encode("utf-16"), b"WEBVTT\n\x00"):
        assert not rules.are_captions(wrong)


@pytest.mark.django_db
def test_a_film_is_named_after_what_is_in_it() -> None:
    video = store_video(ContentFile(MP4, "../../evil.html"), "Mug", actor=SYSTEM, captions=ContentFile(VTT, "c.php"))
    assert (video.kind, video.bytes) == ("mp4", len(MP4))
    # The storage may add a mark where the name is taken.
    assert re.fullmatch(rf"videos/{video.content_hash[:20]}(_\w+)?\.mp4", video.file.name)
    assert video.captions.name.endswith(".vtt")
    assert store_video(ContentFile(MP4, "again.mp4"), "Again", actor=SYSTEM).pk == video.pk


@pytest.mark.django_db
def test_what_is_refused_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(VideoRefusedError):
        store_video(ContentFile(b"<script>", "a.mp4"), "x", actor=SYSTEM)
    with pytest.raises(CaptionsRefusedError):
        store_video(ContentFile(MP4, "a.mp4"), "x", actor=SYSTEM, captions=ContentFile(b"<script>", "a.vtt"))
    monkeypatch.setattr(rules, "MAX_BYTES", 10)
    with pytest.raises(VideoTooLargeError):
        store_video(ContentFile(MP4, "a.mp4"), "x", actor=SYSTEM)
    assert not Video.objects.exists()


@pytest.mark.django_db
def test_a_film_whose_row_cannot_be_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    film = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"one that fails" * 8

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the audit trail is full")

    monkeypatch.setattr(actions, "record", fail)
    with pytest.raises(RuntimeError):
        store_video(ContentFile(film, "a.mp4"), "A", actor=SYSTEM, captions=ContentFile(b"WEBVTT\n\nno such\n"))
    digest = hashlib.sha256(film).hexdigest()[:20]
    stored = default_storage.listdir("videos")[1] if default_storage.exists("videos") else []
    assert [name for name in stored if name.startswith(digest)] == []
    assert not Video.objects.exists()
