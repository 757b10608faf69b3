"""Pictures as pages show them: values, with the renditions that the worker has made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.storage import default_storage

if TYPE_CHECKING:
    from stoa.catalogue.media.models import Picture

# format -> [[width, height, url], ...], widths ascending; "focus" -> [x, y] in percent
Sources = dict[str, list[list[Any]]]


@dataclass(frozen=True, slots=True)
class PictureView:
    """``url`` is the largest JPEG, or the original until renditions exist. ``width`` and ``height`` are the original's."""

    id: int
    url: str
    width: int
    height: int
    alt: str = ""
    sources: Sources = field(default_factory=dict)

    @property
    def focus(self) -> tuple[int, int] | None:
        """Where the eye should rest when the picture is cropped, in percent from the left and the top, by tens."""
        found = self.sources.get("focus")
        return (int(found[0]), int(found[1])) if found else None  # type: ignore[call-overload]

    def url_for(self, width: int) -> str:
        """The smallest JPEG at least ``width`` wide, for places that take one address (OpenGraph, mails, feeds)."""
        return next((url for w, _, url in self.sources.get("jpeg", ()) if w >= width), self.url)


def view_of_row(picture_id: int, file: str, width: int, height: int, sources: Sources | None, alt: str) -> PictureView:
    """From the columns of a query, without the model."""
    if sources and settings.STOA_CDN_URL:
        sources = _at_cdn(sources)
    jpegs = sources.get("jpeg") if sources else None
    url = jpegs[-1][2] if jpegs else default_storage.url(file)
    return PictureView(picture_id, url, width, height, alt, sources or {})


def _at_cdn(sources: Sources) -> Sources:
    """Rows hold paths, so that the CDN can change its name overnight."""
    host = settings.STOA_CDN_URL
    return {
        kind: rows if kind == "focus" else [[width, height, host + path] for width, height, path in rows]
        for kind, rows in sources.items()
    }


def picture_view(picture: Picture, alt: str = "") -> PictureView:
    """From a picture that has been read."""
    text = alt or picture.description or ""
    return view_of_row(picture.pk, picture.file.name, picture.width, picture.height, picture.sources, text)
