"""An S3-compatible bucket as a place for files. Visitors never see its address: the shop (or its CDN) hands files out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from storages.backends.s3 import S3Storage


class ObjectStorage(S3Storage):
    """Names are answered below MEDIA_URL, where ``MediaLayer`` fetches from the bucket what a node does not have yet."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return f"{settings.MEDIA_URL}{quote(name)}"
