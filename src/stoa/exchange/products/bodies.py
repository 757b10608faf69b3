"""HTML of a description as blocks: its text, its tables of facts, its films; its pictures apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

from stoa.catalogue.blocks.rules import film_at
from stoa.catalogue.products.cleaning import clean_html, plain_text
from stoa.catalogue.products.data import specification_block, text_block

MAX_ROWS = 60
_NAME, _VALUE = 80, 200
# Elements that have no end, and what is left of pages that were pasted.
_VOID = {"br", "hr", "img", "input", "meta", "link", "source", "area", "col", "embed", "wbr", "track", "param", "base"}
_EMPTY = re.compile(r"<(p|div|span|h[1-6]|li|ul|ol|strong|em|b|i)>(\s|&nbsp;|\u00a0|<br ?/?>)*</\1>")


@dataclass(slots=True)
class Body:
    """``blocks`` as product actions take them; ``pictures``: (address, alt text) in their order; ``notes``: what was left out."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def body_of(html: str, kinds: Collection[str] = ("text", "specification")) -> Body:
    """What a description says, in the blocks that there are (``kinds``). Scripts, styles and frames are gone."""
    if not html:
        return Body()
    if "<" not in html or not _PARTED.search(html):
        cleaned = _tidy(clean_html(html))
        return Body([text_block(cleaned)] if plain_text(cleaned) else [])
    parts = _Parts()
    parts.feed(html)
    parts.close()
    body = Body(pictures=list(dict.fromkeys(parts.pictures)))
    for kind, content in parts.parts():
        if kind == "film" and "video" in kinds:
            body.blocks.append(film_block(content))
        elif kind == "film":
            body.notes.append(f"the film {content} is not brought in")
        elif kind == "table" and (facts := facts_of(content)):
            body.blocks.append(specification_block(facts))
        elif kind == "frame":
            body.notes.append("an embedded frame is not brought in")
        elif plain_text(cleaned := _tidy(clean_html(content))):
            body.blocks.append(text_block(cleaned))
    return body


def film_block(url: str, title: str = "") -> dict[str, Any]:
    """A film at YouTube or Vimeo, as the editor would store it."""
    value = {"video": None, "url": url, "title": title, "poster": None, "caption": "", "is_in_gallery": False}
    return {"type": "video", "value": value}


_PARTED = re.compile(r"<(table|iframe|img|video|object|embed)\b", re.IGNORECASE)


def _tidy(html: str) -> str:
    before = None
    while before != html:
        before, html = html, _EMPTY.sub("", html)
    return html.strip()


def facts_of(table: str) -> list[tuple[str, str]]:
    """The rows of a table that is one of names and values, and of nothing else; empty for any other."""
    if re.search(r"(?:col|row)span\s*=\s*[\"']?[2-9]", table, re.IGNORECASE) or table.lower().count("<table") > 1:
        return []
    rows = re.split(r"<tr\b[^>]*>", table, flags=re.IGNORECASE)[1:]
    found = []
    for row in rows:
        cells = [plain_text(cell) for cell in re.split(r"<t[dh]\b[^>]*>", row, flags=re.IGNORECASE)[1:]]
        if len(cells) != 2 or not all(cells) or len(cells[0]) > _NAME or len(cells[1]) > _VALUE:
            return []
        found.append((cells[0].rstrip(":").strip() or cells[0], cells[1]))
    return found if 1 <= len(found) <= MAX_ROWS else []


class _Parts(HTMLParser):
    """Splits a description where a table or a film stands at its top, and gathers its pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.pictures: list[tuple[str, str]] = []
        self._parts: list[tuple[str, list[str]]] = [("text", [])]
        # Names of the elements that are open; those outside a table are closed around it and opened again.
        self._open: list[str] = []
        self._in_table = 0
        self._in_frame = ""

    def parts(self) -> list[tuple[str, str]]:
        return [(kind, "".join(texts)) for kind, texts in self._parts if texts]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "img":
            source = found.get("data-src") or found.get("src", "")
            source = f"https:{source}" if source.startswith("//") else source
            if source.startswith(("http://", "https://")):
                self.pictures.append((source[:2000], " ".join(found.get("alt", "").split())[:200]))
            return
        if tag in {"iframe", "embed", "object"}:
            self._frame(found.get("src") or found.get("data-src") or found.get("data", ""), tag)
            return
        if tag == "table" and not self._in_table:
            self._begin("table")
        self._in_table += tag == "table"
        if tag not in _VOID and not self._in_table and len(self._open) < 100:
            self._open.append(tag)
        self._write(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in_frame:
            self._in_frame = ""
            return
        self._write(f"</{tag}>")
        if tag == "table" and self._in_table:
            self._in_table -= 1
            if not self._in_table:
                self._begin("text")
        elif tag in self._open and not self._in_table:
            while self._open and self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def _write(self, text: str) -> None:
        if not self._in_frame:
            self._parts[-1][1].append(text)

    def _frame(self, source: str, tag: str) -> None:
        film = film_at(f"https:{source}" if source.startswith("//") else source)
        if film is not None:
            self._between("film", film.page_url)
        elif source:
            self._between("frame", source)
        self._in_frame = tag if tag != "embed" else ""

    def _between(self, kind: str, content: str) -> None:
        if self._in_table:
            self._write(f'<a href="{escape(content)}">{escape(content)}</a>' if kind == "film" else "")
            return
        self._begin(kind)
        self._parts[-1][1].append(content)
        self._begin("text")

    def _begin(self, kind: str) -> None:
        """Close what is open in the part before, and open it again in the next text."""
        if self._parts[-1][0] == "text":
            self._parts[-1][1].extend(f"</{tag}>" for tag in reversed(self._open))
        self._parts.append((kind, []))
        if kind == "text":
            self._parts[-1][1].extend(f"<{tag}>" for tag in self._open)
