"""Uploads as they came, in the private storage: pages never show them, but renditions can be made of them anew one day."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from stoa.catalogue.media.metadata import without_metadata
from stoa.catalogue.media.rules import looks_like

SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
ORIENTATION = 0x0112


def keep_original(data: bytes, digest: str) -> str:
    """Store a picture's file without its metadata (place, camera, comments); its pixels stay as they are, bit for bit.

    Returns the name in the private storage, the same for the same ``digest``; "" for a format that cannot be kept so.
    The file may still turn out to be damaged: call this beside ``imaging.reencode``, which judges it.
    """
    kind = looks_like(data)
    bare = without_metadata(data, kind, _orientation(data, kind))
    if bare is None:
        return ""
    name = f"originals/{digest[:2]}/{digest}.{SUFFIXES[kind]}"
    private = storages["private"]
    return name if private.exists(name) else private.save(name, ContentFile(bare))


def _orientation(data: bytes, kind: str) -> int:
    if kind not in SUFFIXES:
        return 1
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            found = image.getexif().get(ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, Image.DecompressionBombError):
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1
