"""What a phone has to cope with on a page, read from its HTML in one pass. Pure.

Only the main part is read for what people see and press: header and footer are the shop's, not the page's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from stoa.marketing.phone.styles import attribute_pixels, declarations, pixels

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PRESSED = frozenset({"a", "button", "summary"})
_ASKING = frozenset({"input", "select", "textarea"})
# Types of input that nobody writes into, or that name themselves.
_SILENT_INPUTS = frozenset({"hidden", "submit", "button", "reset", "image"})
# What scrolls by itself, by the shop's own style sheet.
SCROLLING = frozenset(
    {"table-scroll", "table-wrap", "pictures-list", "gallery-strip", "gallery-thumbs", "viewer-strip"}
)


# Frames of the blocks in which merchants say what a picture shows. In others an empty ``alt`` is the template's own decision.
DESCRIBED = frozenset({"block-gallery", "block-picture", "block-story", "block-hero"})


@dataclass(slots=True)
class Picture:
    """``alt`` is None where there is none.

    ``is_described``: a merchant was asked what it shows. ``is_named``: it stands in a link that says where it leads.
    """

    src: str
    alt: str | None
    has_size: bool
    candidates: list[tuple[str, int]]
    is_described: bool
    is_named: bool = False


@dataclass(slots=True)
class Pressed:
    """Something to press. ``about``: where it leads, or what it is called in the HTML."""

    kind: str
    about: str
    is_named: bool
    has_picture: bool
    style: dict[str, str]


@dataclass(slots=True)
class Asked:
    """A field to fill in."""

    name: str
    id: str
    kind: str
    mode: str
    autocomplete: str
    is_labelled: bool
    style: dict[str, str]


@dataclass(slots=True)
class Sized:
    """Something whose width is laid down, in px."""

    about: str
    width: float


@dataclass(slots=True)
class Seen:
    title: str = ""
    description: str = ""
    weight: int = 0
    headings: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    sized: list[Sized] = field(default_factory=list)
    # First words, and the longest word of each column in characters.
    tables: list[tuple[str, list[int]]] = field(default_factory=list)
    tiny: list[tuple[str, float]] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    tag: str
    has: dict[str, str]
    text: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    # Of a table: the longest word by column, and the column that is being read.
    columns: list[int] = field(default_factory=list)
    column: int = -1

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self.open: list[_Open] = []
        self.labels: set[str] = set()
        self._candidates: list[tuple[str, int]] = []

    # -- where we are ------------------------------------------------------------------------------------------------

    def _is_inside(self, *tags: str) -> bool:
        return any(each.tag in tags for each in self.open)

    def _is_shown(self) -> bool:
        return self._is_inside("main") and not any(
            each.tag in _UNSEEN or "hidden" in each.has or each.has.get("aria-hidden") == "true" for each in self.open
        )

    def _scrolls(self) -> bool:
        for each in self.open:
            style = declarations(each.has.get("style", ""))
            flows = {style.get("overflow", ""), style.get("overflow-x", "")}
            if flows & {"auto", "scroll"} or SCROLLING & set(each.has.get("class", "").split()):
                return True
        return False

    # -- tags --------------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Browsers keep the first of two attributes with one name.
        has = {name: value or "" for name, value in reversed(attrs)}
        if tag == "meta" and has.get("name", "").lower() == "description":
            self.seen.description = has.get("content", "").strip()
        if tag not in _VOID:
            self.open.append(_Open(tag, has))
        if not self._is_shown() or "hidden" in has or has.get("aria-hidden") == "true":
            return
        self._style(tag, has)
        if tag == "a" and has.get("href"):
            self.seen.links.append(has["href"])
        elif tag == "source" and self._is_inside("picture") and not self._candidates:
            self._candidates = _srcset(has.get("srcset", ""))
        elif tag == "img":
            self._picture(has)
        elif tag == "iframe":
            self.seen.frames.append(has.get("src", ""))
        elif tag in _ASKING:
            self._field(tag, has)
        elif tag in ("td", "th"):
            self._cell(has)
        elif tag == "tr" and (table := self._nearest("table")) is not None:
            table.column = -1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        # In HTML the slash means nothing; inside of SVG it closes.
        if tag not in _VOID and self._is_inside("svg"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._is_inside(tag):
            return
        while self.open:
            shown = self._is_shown()
            closed = self.open.pop()
            if shown or closed.tag == "title":
                self._close(closed)
            if self.open and closed.tag not in _UNSEEN:
                self.open[-1].text += closed.text
                self.open[-1].pictures += closed.pictures
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1].tag in _UNSEEN:
            return
        self.open[-1].text.append(data)
        table = self._nearest("table")
        if table is not None and 0 <= table.column < len(table.columns):
            longest = max((len(word) for word in data.split()), default=0)
            table.columns[table.column] = max(table.columns[table.column], longest)

    # -- things ------------------------------------------------------------------------------------------------------

    def _nearest(self, tag: str) -> _Open | None:
        return next((each for each in reversed(self.open) if each.tag == tag), None)

    def _close(self, closed: _Open) -> None:
        tag, has = closed.tag, closed.has
        if tag == "title" and not self._is_inside("svg", "body"):
            self.seen.title = self.seen.title or closed.words
        elif tag == "label" and has.get("for") and closed.words:
            self.labels.add(has["for"])
        elif tag in _HEADINGS:
            self.seen.headings.append((_HEADINGS[tag], closed.words))
        elif tag in _PRESSED and (tag != "a" or "href" in has):
            self._press(tag, closed)
        elif tag == "picture":
            self._candidates = []
        elif tag == "table" and not self._scrolls():
            self.seen.tables.append((closed.words[:60], closed.columns))

    def _press(self, tag: str, closed: _Open) -> None:
        has = closed.has
        said = closed.words or any(picture.alt for picture in closed.pictures)
        is_named = bool(said or _own_name(has))
        if closed.words or _own_name(has):
            for picture in closed.pictures:
                picture.is_named = True
        kind = "link" if tag == "a" else "button"
        about = has.get("href") or has.get("id") or has.get("name") or has.get("class") or tag
        style = declarations(has.get("style", ""))
        self.seen.pressed.append(Pressed(kind, about, is_named, bool(closed.pictures), style))

    def _picture(self, has: dict[str, str]) -> None:
        src = has.get("src", "")
        is_quiet = has.get("role") in ("presentation", "none")
        candidates = self._candidates or _srcset(has.get("srcset", "")) or ([(src, 0)] if src else [])
        picture = Picture(
            src=src, alt="" if is_quiet else has.get("alt"), has_size=bool(has.get("width") and has.get("height")),
            candidates=candidates, is_described=self._is_described(), is_named=is_quiet,
        )  # fmt: skip
        self._candidates = []
        self.seen.pictures.append(picture)
        if self.open:
            self.open[-1].pictures.append(picture)

    def _is_described(self) -> bool:
        return any(DESCRIBED & set(each.has.get("class", "").split()) for each in self.open)

    def _field(self, tag: str, has: dict[str, str]) -> None:
        kind = has.get("type", "").lower() if tag == "input" else tag
        if kind in _SILENT_INPUTS:
            if kind != "hidden":
                name = _own_name(has) or has.get("value") or kind in ("submit", "reset") or has.get("alt")
                about = has.get("id") or has.get("name") or kind
                style = declarations(has.get("style", ""))
                self.seen.pressed.append(Pressed("button", about, bool(name), False, style))
            return
        self.seen.asked.append(
            Asked(
                has.get("name", ""), has.get("id", ""), kind, has.get("inputmode", "").lower(), has.get("autocomplete", ""),
                bool(_own_name(has)) or self._is_inside("label"), declarations(has.get("style", "")),
            )
        )  # fmt: skip

    def _cell(self, has: dict[str, str]) -> None:
        table = self._nearest("table")
        if table is not None:
            span = has.get("colspan", "")
            table.column += int(span) if span.isascii() and span.isdigit() and 0 < int(span) < 50 else 1
            table.columns += [0] * (table.column + 1 - len(table.columns))

    def _style(self, tag: str, has: dict[str, str]) -> None:
        style = declarations(has.get("style", ""))
        about = has.get("id") or has.get("class") or tag
        size = pixels(style.get("font-size", ""))
        if size is not None:
            self.seen.tiny.append((about, size))
        # Pictures shrink by the style sheet, whatever their attributes say; tables and frames do not.
        by_attribute = (
            attribute_pixels(has.get("width", "")) if tag in ("table", "td", "th", "iframe", "object") else None
        )
        widths = [pixels(style.get("width", "")), pixels(style.get("min-width", "")), by_attribute]
        width = max((each for each in widths if each is not None), default=0)
        is_held = "max-width" in style and pixels(style.get("min-width", "")) is None
        if width and not is_held and not self._scrolls():
            self.seen.sized.append(Sized(about, width))


def _own_name(has: dict[str, str]) -> str:
    return has.get("aria-label", "").strip() or has.get("aria-labelledby", "").strip() or has.get("title", "").strip()


def _srcset(value: str) -> list[tuple[str, int]]:
    """``"/a.avif 320w, /b.avif 640w"``, narrow ones first; without widths (``2x``) there is nothing to choose by."""
    found = []
    for part in value.split(","):
        address, _, width = part.strip().partition(" ")
        number = width.strip().removesuffix("w")
        if address and width.strip().endswith("w") and number.isascii() and number.isdigit():
            found.append((address, int(number)))
    return sorted(found, key=lambda each: each[1])


def read(html: str) -> Seen:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    seen = reader.seen
    seen.weight = len(html.encode("utf-8", "replace"))
    for each in seen.asked:
        each.is_labelled = each.is_labelled or each.id in reader.labels
    return seen
