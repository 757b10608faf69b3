"""What of a page the audit looks at, read from its HTML in one pass. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_SILENT = {"script", "style", "template", "noscript", "svg"}
_LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


@dataclass(slots=True)
class Seen:
    """``links`` and ``words`` are those of the main part; header and footer are the same on every page."""

    title: str = ""
    description: str = ""
    canonical: str = ""
    is_noindex: bool = False
    headings: int = 0
    words: int = 0
    links: list[str] = field(default_factory=list)
    without_alt: list[str] = field(default_factory=list)
    without_size: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    broken_data: int = 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self._main = 0
        self._silent = 0
        self._data: list[str] | None = None
        self._title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        seen = self.seen
        if tag == "script" and has.get("type") == "application/ld+json":
            self._data = []
        if tag == "main":
            self._main += 1
        elif tag == "title" and not self._silent:
            self._title = []
        elif tag == "meta":
            self._meta(has)
        elif tag == "link":
            if has.get("rel") == "canonical":
                seen.canonical = has.get("href", "")
            elif has.get("rel") in ("stylesheet", "icon", "preload"):
                seen.loaded.append(has.get("href", ""))
        elif tag == "h1":
            seen.headings += 1
        elif tag == "a" and self._main and has.get("href"):
            seen.links.append(has["href"])
        elif tag == "img":
            if "alt" not in has:
                seen.without_alt.append(has.get("src", ""))
            if not (has.get("width") and has.get("height")):
                seen.without_size.append(has.get("src", ""))
        if tag in _LOADED and has.get(_LOADED[tag]):
            seen.loaded.append(has[_LOADED[tag]])
        if tag in _SILENT:
            self._silent += 1

    def _meta(self, has: dict[str, str]) -> None:
        if has.get("name") == "description":
            self.seen.description = has.get("content", "").strip()
        elif has.get("name") == "robots":
            self.seen.is_noindex = "noindex" in has.get("content", "").lower()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag == "script" and self._data is not None:
            try:
                self.seen.data.append(json.loads("".join(self._data)))
            except ValueError:
                self.seen.broken_data += 1
            self._data = None
        elif tag == "main" and self._main:
            self._main -= 1
        elif tag == "title" and self._title is not None:
            self.seen.title = self.seen.title or " ".join("".join(self._title).split())
            self._title = None

    def handle_data(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)
        elif self._title is not None:
            self._title.append(data)
        elif self._main and not self._silent:
            self.seen.words += len(data.split())


def read(html: str) -> Seen:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen
