"""The style sheet: small files in the source, one request in the browser, no build step.

``collectstatic`` finds ``storefront/shop.css`` here as if it were a file: the parts of ``styles/`` in their order, without
comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

SOURCES = Path(__file__).resolve().parent.parent / "styles"
NAME = "storefront/shop.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s*\n\s*")


def parts() -> list[Path]:
    """In the order of the cascade: tokens name the layers, components come last."""
    return [
        SOURCES / "tokens.css",
        SOURCES / "base.css",
        SOURCES / "layout.css",
        *sorted(SOURCES.glob("components/*.css")),
    ]


def bundle() -> str:
    text = "\n".join(part.read_text("utf-8") for part in parts())
    return _BLANKS.sub("\n", _COMMENT.sub("", text)).strip() + "\n"


class BundleStorage(Storage):
    """A storage of one file that is made when it is read."""

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        return ContentFile(bundle().encode("utf-8"), name)

    def exists(self, name: str) -> bool:
        return name == NAME

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(max(part.stat().st_mtime for part in parts()), UTC)

    def path(self, name: str) -> str:
        """For ``runserver`` and ``findstatic``, which want a real file."""
        target = Path(settings.STOA_HOME) / "bundle" / NAME
        target.parent.mkdir(parents=True, exist_ok=True)
        text = bundle()
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
        return str(target)


class BundleFinder(BaseFinder):
    storage = BundleStorage()

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield NAME, self.storage
