"""What is wrong with a page on a phone, what of it blocks, and what of it is new. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from stoa.marketing.phone.fields import asked, has_right_keyboard, is_filled_in
from stoa.marketing.phone.reading import Picture, Seen, read
from stoa.marketing.phone.styles import pixels

# CSS pixels of the narrowest phone that is served, and of the smallest thing to press (WCAG 2.5.5).
NARROWEST = 360
SMALLEST_TARGET = 44
SMALLEST_TEXT = 12
# The page's own margins, left and right together.
MARGINS = 32
# Wide enough for a phone with two device pixels to a CSS pixel.
WANTED_PICTURE = NARROWEST * 2
# What a character of a table and the room around a cell take, in CSS pixels: enough for a guess.
CHARACTER, CELL = 8, 16
# Bytes of HTML and pictures. At 1.6 Mbit/s, a slow mobile line, the first takes 10 seconds, the second half a minute.
HEAVY, TOO_HEAVY = 2_000_000, 6_000_000

# A finding blocks if it is read exactly and stops somebody from seeing, reading or pressing something; the others warn:
# they are guesses (wide_table), or matters of taste and of search engines.
BLOCKING = frozenset({
    "page_fails", "no_title", "no_heading", "many_headings", "no_alt", "no_size", "missing_picture", "no_name", "no_label",
    "wrong_keyboard", "no_autofill", "too_wide", "tiny_text", "small_target", "too_heavy", "foreign_frame", "broken_link",
})  # fmt: skip
WARNING = frozenset({"no_description", "heading_jump", "wide_table", "heavy"})


@dataclass(frozen=True, slots=True)
class Found:
    """``about`` tells two findings of one kind apart; ``detail`` may differ from day to day."""

    code: str
    about: str = ""
    detail: str = ""

    @property
    def is_blocking(self) -> bool:
        return self.code in BLOCKING


@dataclass(frozen=True, slots=True)
class Verdict:
    """``blocking``: new and serious. ``warnings``: everything else that was found. ``is_unchecked``: the check itself failed."""

    blocking: tuple[Found, ...] = ()
    warnings: tuple[Found, ...] = ()
    is_unchecked: bool = False


def compare(draft: Iterable[Found], live: Iterable[Found]) -> Verdict:
    """What of a draft's findings is a regression. The same finding twice is one more than once."""
    before = Counter((each.code, each.about) for each in live)
    blocking, warnings = [], []
    for each in draft:
        key = (each.code, each.about)
        if each.is_blocking and not before[key]:
            blocking.append(each)
        else:
            warnings.append(each)
            before[key] -= 1
    return Verdict(tuple(blocking), tuple(warnings))


def findings(seen: Seen, host: str, sizes: Mapping[str, int | None], broken: Iterable[str] = ()) -> list[Found]:
    """About one page. ``host``: the shop's, with its port. ``sizes``: bytes of each picture that is kept here, None where
    its file is gone. ``broken``: paths of the shop, among the page's links, that lead nowhere.
    """
    return [
        *_words(seen), *_pictures(seen, sizes), *_pressed(seen), *_asked(seen), *_widths(seen),
        *(Found("tiny_text", about[:200], f"{size:g} px") for about, size in seen.tiny if 0 < size < SMALLEST_TEXT),
        *(Found("foreign_frame", each[:200]) for each in seen.frames if is_elsewhere(each, host)),
        *(Found("broken_link", path[:200]) for path in broken),
        *_weight(seen, sizes),
    ]  # fmt: skip


# What the page audit finds by itself.
AUDITED = frozenset({
    "no_title", "no_description", "no_heading", "many_headings", "no_alt", "no_size", "broken_link", "heavy", "too_heavy",
})  # fmt: skip


def on_a_phone(html: str, base: str) -> list[Found]:
    """What the page audit would not find by itself. ``base``: scheme and host of the shop."""
    found = findings(read(html), urlsplit(base).netloc, {})
    return list(dict.fromkeys(each for each in found if each.code not in AUDITED))


def _words(seen: Seen) -> Iterator[Found]:
    if not seen.title:
        yield Found("no_title")
    if not seen.description:
        yield Found("no_description")
    mains = [words for level, words in seen.headings if level == 1]
    if not mains:
        yield Found("no_heading")
    for words in mains[1:]:
        yield Found("many_headings", words[:200])
    before = 0
    for level, words in seen.headings:
        if before and level > before + 1:
            yield Found("heading_jump", words[:200], f"h{before} > h{level}")
        before = level


def _pictures(seen: Seen, sizes: Mapping[str, int | None]) -> Iterator[Found]:
    for picture in seen.pictures:
        about = picture.src[:200]
        if picture.alt is None or (not picture.alt.strip() and picture.is_described and not picture.is_named):
            yield Found("no_alt", about)
        if not picture.has_size:
            yield Found("no_size", about)
        if not picture.src or any(sizes.get(each, 0) is None for each in addresses(picture)):
            yield Found("missing_picture", about)


def _pressed(seen: Seen) -> Iterator[Found]:
    for each in seen.pressed:
        # A link that is a picture without words is told of once, by its picture.
        if not each.is_named and not each.has_picture:
            yield Found("no_name", each.about[:200], each.kind)
        if (size := _smallest(each.style)) is not None:
            yield Found("small_target", each.about[:200], f"{size:g} px")


def _asked(seen: Seen) -> Iterator[Found]:
    for each in seen.asked:
        about = (each.name or each.id or each.kind)[:200]
        if not each.is_labelled:
            yield Found("no_label", about)
        if each.kind not in ("checkbox", "radio", "file") and (size := _smallest(each.style)) is not None:
            yield Found("small_target", about, f"{size:g} px")
        ask = asked(each.name or each.id)
        if ask is None or each.kind in ("checkbox", "radio", "textarea"):
            continue
        if each.kind != "select" and not has_right_keyboard(ask, each.kind, each.mode):
            yield Found("wrong_keyboard", about, each.mode or each.kind or "text")
        if not is_filled_in(ask, each.autocomplete):
            yield Found("no_autofill", about, each.autocomplete[:60])


def _smallest(style: Mapping[str, str]) -> float | None:
    """The side that an inline style makes too small to press, in px."""
    small = []
    for side in ("height", "width"):
        least = pixels(style.get(f"min-{side}", ""))
        if least is not None and least >= SMALLEST_TARGET:
            continue
        laid_down = [pixels(style.get(name, "")) for name in (side, f"max-{side}")]
        small += [each for each in laid_down if each is not None and 0 < each < SMALLEST_TARGET]
    return min(small, default=None)


def _widths(seen: Seen) -> Iterator[Found]:
    for each in seen.sized:
        if each.width > NARROWEST:
            yield Found("too_wide", each.about[:200], f"{each.width:g} px")
    for words, columns in seen.tables:
        width = sum(longest * CHARACTER + CELL for longest in columns)
        if width > NARROWEST - MARGINS:
            yield Found("wide_table", words, f"{width} px")


def _weight(seen: Seen, sizes: Mapping[str, int | None]) -> Iterator[Found]:
    wanted = {asked_for(picture) for picture in seen.pictures}
    weight = seen.weight + sum(sizes.get(each) or 0 for each in wanted)
    if weight > HEAVY:
        yield Found("too_heavy" if weight > TOO_HEAVY else "heavy", detail=f"{weight / 1_000_000:.1f} MB")


def addresses(picture: Picture) -> set[str]:
    """What a phone may ask for: the address of the picture itself, and the one that it would choose."""
    return {each for each in (picture.src, asked_for(picture)) if each}


def asked_for(picture: Picture) -> str:
    """The address that a phone takes: the first that is wide enough, else the widest."""
    wide = (address for address, width in picture.candidates if width >= WANTED_PICTURE)
    last = picture.candidates[-1][0] if picture.candidates else picture.src
    return next(wide, last)


def is_elsewhere(address: str, host: str) -> bool:
    """Whether ``address`` leads to another server than the shop's."""
    try:
        there = urlsplit(address).netloc
    except ValueError:
        return True
    return bool(there) and there != host
