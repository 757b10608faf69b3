"""How a shop looks, as values: from a few colours to every token of the style sheet, each pair tested for contrast.

A merchant chooses six colours for light and six for dark. The others are derived so that they pass wherever the chosen
ones allow it; ``failures`` names the pairs that do not. Contrast is that of WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of the
relative luminances (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, #dfn-relative-luminance).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any

Rgb = tuple[int, int, int]
Tokens = dict[str, str]

TEXT = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum), level AA
PARTS = 3.0  # WCAG 2.2, 1.4.11 Non-text Contrast, level AA
_HEX = re.compile(r"#[0-9a-f]{6}")
WHITE, BLACK = "#ffffff", "#000000"


@dataclass(frozen=True, slots=True)
class Palette:
    """Six colours as ``#rrggbb`` in lower case."""

    background: str
    surface: str
    text: str
    brand: str
    accent: str
    sale: str


COLOURS = tuple(each.name for each in fields(Palette))
LIGHT = Palette("#fbfaf7", "#ffffff", "#1d1b18", "#26473a", "#26473a", "#a3371f")
DARK = Palette("#161513", "#201e1b", "#f3f0ea", "#b9d8c6", "#b9d8c6", "#f2a48f")

_SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
# What is on the reader's machine already, by the kind of face; only the first is fetched (it lies in the shop).
FACES: Mapping[str, str] = {
    "figtree": f'Figtree, "Figtree fallback", {_SANS}',
    "system": _SANS,
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, sans-serif',
    "geometric": 'Avenir, Montserrat, Corbel, "URW Gothic", source-sans-pro, sans-serif',
    "grotesque": '"Helvetica Neue", Inter, Arial, "Liberation Sans", sans-serif',
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif',
    "oldstyle": '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, serif',
    "slab": 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
}
RADII: Mapping[str, tuple[str, str, str]] = {
    "square": ("0", "0", "0"),
    "soft": ("0.25rem", "0.375rem", "0.375rem"),
    "round": ("0.625rem", "1rem", "99rem"),
    "very-round": ("1rem", "1.75rem", "99rem"),
}
# Factor of the rhythm, height of controls (never below 44 px).
DENSITIES: Mapping[str, tuple[float, str]] = {
    "compact": (0.8, "2.75rem"), "normal": (1.0, "3rem"), "airy": (1.25, "3.25rem")
}  # fmt: skip
_SPACES = {"--space-4": 1.0, "--space-5": 1.5, "--space-6": 2.0, "--space-7": 3.0}
OWN_FACE = "own:"


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a merchant may set. ``body`` and ``headings``: a key of ``FACES``, or ``own:<sha256>``."""

    light: Palette = LIGHT
    dark: Palette = DARK
    body: str = "figtree"
    headings: str = "figtree"
    radius: str = "round"
    density: str = "normal"


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on another one, somewhere in the shop. ``blame``: the chosen colour that can be changed to mend it."""

    front: str
    back: str
    least: float
    blame: str


# Every text on every ground that the style sheet knows. A test compares it with the style sheet.
PAIRS: tuple[Pair, ...] = (
    *(Pair("--ink", back, TEXT, "text") for back in
      ("--paper", "--surface", "--sunken", "--info-surface", "--good-surface", "--bad-surface")),
    *(Pair("--ink-soft", back, TEXT, "text") for back in ("--paper", "--surface", "--sunken", "--info-surface")),
    *(Pair("--link", back, TEXT, "accent") for back in ("--paper", "--surface", "--sunken", "--info-surface")),
    *(Pair("--sale", back, TEXT, "sale") for back in ("--paper", "--surface", "--sunken")),
    Pair("--on-accent", "--accent", TEXT, "brand"),
    Pair("--on-accent", "--accent-hover", TEXT, "brand"),
    *(Pair("--good", back, TEXT, "text") for back in ("--paper", "--surface", "--sunken", "--good-surface")),
    *(Pair("--warn", back, TEXT, "text") for back in ("--paper", "--surface", "--sunken")),
    *(Pair("--bad", back, TEXT, "text") for back in ("--paper", "--surface", "--sunken", "--bad-surface")),
    *(Pair("--accent", back, PARTS, "brand") for back in ("--paper", "--surface", "--sunken")),
    *(Pair("--line-strong", back, PARTS, "text") for back in ("--paper", "--surface", "--sunken")),
    *(Pair("--focus", back, PARTS, "text") for back in ("--paper", "--surface", "--sunken")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """A pair below its mark. ``scheme`` is "light" or "dark"; ``ratio`` what it reaches."""

    scheme: str
    pair: Pair
    ratio: float


# -- colours ---------------------------------------------------------------------------------------------------------


def is_colour(text: object) -> bool:
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=50_000)
def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(part / 255) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """``one`` with ``share`` (0 to 1) of ``other``."""
    parts = (round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def is_dark(colour: str) -> bool:
    """Whether white reads better on it than black."""
    return contrast(colour, WHITE) >= contrast(colour, BLACK)


def nearest(colour: str, passes: Callable[[str], bool]) -> str | None:
    """The colour nearest to ``colour`` that passes, going towards black and towards white; None where none does."""
    steps = 64
    for step in range(steps + 1):
        for pole in (BLACK, WHITE) if is_dark(colour) else (WHITE, BLACK):
            candidate = mix(colour, pole, step / steps)
            if passes(candidate):
                return candidate
    return None


# -- from six colours to all -----------------------------------------------------------------------------------------


def tokens(palette: Palette) -> Tokens:
    """Every colour token of the style sheet."""
    paper, surface, ink = palette.background, palette.surface, palette.text
    sunken = _ground(paper, ink, ink, 0.055)
    info = _ground(paper, ink, ink, 0.07)
    night = is_dark(paper)
    good, warn, bad = ("#93d3ae", "#eec27e", "#f5a79c") if night else ("#1f6a43", "#8a5200", "#a8241c")
    good_surface, bad_surface = _ground(paper, good, ink, 0.1), _ground(paper, bad, ink, 0.08)
    grounds = (paper, surface, sunken)
    on_accent = _on(palette.brand, paper, surface, ink)
    return {
        "--paper": paper,
        "--surface": surface,
        "--sunken": sunken,
        "--ink": ink,
        "--ink-soft": _faded(ink, paper, 0.32, TEXT, (*grounds, info)),
        "--line": mix(paper, ink, 0.13),
        "--line-strong": _faded(ink, paper, 0.5, PARTS, grounds),
        "--accent": palette.brand,
        "--accent-hover": _hover(palette.brand, on_accent, grounds),
        "--on-accent": on_accent,
        "--link": palette.accent,
        "--sale": palette.sale,
        "--good": _readable(good, ink, (*grounds, good_surface)),
        "--warn": _readable(warn, ink, grounds),
        "--bad": _readable(bad, ink, (*grounds, bad_surface)),
        "--bad-surface": bad_surface,
        "--good-surface": good_surface,
        "--info-surface": info,
        "--focus": _readable("#8ab4ff" if night else "#1d5fd1", ink, grounds, PARTS),
    }


def _ground(paper: str, tint: str, ink: str, share: float) -> str:
    """``paper`` with a little of ``tint``: less where the text would no longer pass on it, or nothing."""
    for part in (share, share * 0.75, share * 0.5, share * 0.25):
        found = mix(paper, tint, part)
        if contrast(ink, found) >= TEXT + 0.1:
            return found
    return paper


def _faded(ink: str, paper: str, share: float, least: float, grounds: tuple[str, ...]) -> str:
    """``ink`` gone towards ``paper`` as far as ``share``, or as far as it stays readable."""
    for step in range(20):
        found = mix(ink, paper, share * (1 - step / 20))
        if all(contrast(found, ground) >= least for ground in grounds):
            return found
    return ink


def _readable(colour: str, ink: str, grounds: tuple[str, ...], least: float = TEXT) -> str:
    """``colour``, gone towards ``ink`` until it passes on all grounds."""
    for step in range(33):
        found = mix(colour, ink, step / 32)
        if all(contrast(found, ground) >= least for ground in grounds):
            return found
    return ink


def _on(brand: str, paper: str, surface: str, ink: str) -> str:
    """What stands on a button: a colour of the shop where one reads well, else black or white."""
    for candidate in (WHITE, paper, surface, ink) if is_dark(brand) else (ink, paper, surface):
        if contrast(candidate, brand) >= 7:
            return candidate
    return WHITE if is_dark(brand) else BLACK


def _hover(brand: str, on_accent: str, grounds: tuple[str, ...]) -> str:
    """A little further from what stands on it; towards the grounds only as far as the button stays visible."""
    pole = BLACK if luminance(on_accent) > luminance(brand) else WHITE
    for share in (0.22, 0.14, 0.07):
        found = mix(brand, pole, share)
        if all(contrast(found, ground) >= PARTS for ground in grounds):
            return found
    return brand


# -- tests and suggestions -------------------------------------------------------------------------------------------


def failures(look: Look) -> list[Failure]:
    """Every pair that is too faint, light first."""
    return [*_failures("light", look.light), *_failures("dark", look.dark)]


def _failures(scheme: str, palette: Palette) -> Iterator[Failure]:
    made = tokens(palette)
    for pair in PAIRS:
        ratio = contrast(made[pair.front], made[pair.back])
        if ratio < pair.least:
            yield Failure(scheme, pair, ratio)


def passes(palette: Palette) -> bool:
    return next(_failures("", palette), None) is None


def suggestion(palette: Palette) -> Palette:
    """The nearest palette that passes. The background stays; the others move only as far as they must.

    Text on any background can be made to pass (black or white reach 4.58 on every colour), so there always is one.
    """
    if passes(palette):
        return palette
    ink, surface = _text_and_surface(palette)
    found = replace(palette, text=ink, surface=surface)
    for name, front in (("accent", "--link"), ("sale", "--sale"), ("brand", "--accent")):
        found = _mended(found, name, front)
    return found


def _text_and_surface(palette: Palette) -> tuple[str, str]:
    """The nearest text that passes on background and surface; the surface goes towards the background where none can."""
    for step in range(9):
        surface = mix(palette.surface, palette.background, step / 8)

        def is_readable(ink: str, surface: str = surface) -> bool:
            return not any(
                failure.pair.blame == "text" for failure in _failures("", replace(palette, text=ink, surface=surface))
            )

        if (ink := nearest(palette.text, is_readable)) is not None:
            return ink, surface
    return (WHITE if is_dark(palette.background) else BLACK), palette.background


def _mended(palette: Palette, name: str, front: str) -> Palette:
    def is_good(colour: str) -> bool:
        return not any(failure.pair.blame == name for failure in _failures("", replace(palette, **{name: colour})))

    colour = nearest(getattr(palette, name), is_good)
    return replace(palette, **{name: colour if colour is not None else palette.text})


# -- reading and writing ---------------------------------------------------------------------------------------------


def as_json(look: Look) -> dict[str, Any]:
    return asdict(look)


def from_json(data: Mapping[str, Any]) -> Look:
    """What was stored. What is missing or no longer known is as in a plain shop."""
    return Look(
        light=_palette(data.get("light"), LIGHT),
        dark=_palette(data.get("dark"), DARK),
        body=_face(data.get("body")),
        headings=_face(data.get("headings")),
        radius=_one_of(data.get("radius"), RADII, "round"),
        density=_one_of(data.get("density"), DENSITIES, "normal"),
    )


def _palette(data: Any, plain: Palette) -> Palette:
    given = data if isinstance(data, Mapping) else {}
    return Palette(**{name: given[name] if is_colour(given.get(name)) else getattr(plain, name) for name in COLOURS})


def _face(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"own:[0-9a-f]{64}", value):
        return value
    return _one_of(value, FACES, "figtree")


def _one_of(value: Any, known: Mapping[str, Any], plain: str) -> str:
    return value if isinstance(value, str) and value in known else plain


@dataclass(frozen=True, slots=True)
class OwnFace:
    """A typeface that the merchant has brought: its family name in the style sheet, and where the file lies."""

    family: str
    url: str


def stylesheet(look: Look, own: Mapping[str, OwnFace] | None = None) -> str:
    """What is put behind the shop's own style sheet. Blank for a plain look. ``own``: faces by their hash."""
    if look == PLAIN:
        return ""
    faces = {hash: face for hash, face in (own or {}).items() if f"{OWN_FACE}{hash}" in (look.body, look.headings)}
    parts = [
        f'@font-face{{font-family:"{face.family}";src:url("{face.url}") format("woff2");font-weight:100 900;font-display:swap}}'
        for face in faces.values()
    ]
    general = {"--font": _stack(look.body, faces), "--font-heading": _stack(look.headings, faces), **_shape(look)}
    parts.append("@layer tokens{" + _block({**general, **tokens(look.light), **_depth(look.light)}))
    parts.append(f"@media (prefers-color-scheme:dark){{{_block({**tokens(look.dark), **_depth(look.dark)})}}}}}")
    return "\n".join(parts) + "\n"


def _stack(face: str, own: Mapping[str, OwnFace]) -> str:
    if face.startswith(OWN_FACE):
        found = own.get(face.removeprefix(OWN_FACE))
        return f'"{found.family}", {_SANS}' if found else FACES["figtree"]
    return FACES[face]


def _shape(look: Look) -> Tokens:
    small, large, pill = RADII[look.radius]
    factor, control = DENSITIES[look.density]
    spaces = {name: f"{size * factor:g}rem" for name, size in _SPACES.items()}
    return {
        "--radius-small": f"min({small}, 0.375rem)",
        "--radius": small, "--radius-large": large, "--radius-pill": pill, "--control": control, **spaces,
        "--space-8": f"clamp({3.5 * factor:g}rem, {2.5 * factor:g}rem + 4vw, {6 * factor:g}rem)",
    }  # fmt: skip


def _depth(palette: Palette) -> Tokens:
    """Shadow and veil, by how dark the ground is."""
    red, green, blue = rgb(BLACK if is_dark(palette.background) else palette.text)
    near, far, veil = (40, 45, 60) if is_dark(palette.background) else (6, 9, 45)
    return {
        "--veil": f"rgb({red} {green} {blue} / {veil}%)",
        "--shadow": f"0 1px 2px rgb({red} {green} {blue} / {near}%), 0 8px 28px rgb({red} {green} {blue} / {far}%)",
    }


def _block(values: Tokens) -> str:
    return ":root{" + "".join(f"{name}:{value};" for name, value in values.items()) + "}"


def shown_ratio(ratio: float) -> str:
    """Rounded down, so that 4.499 does not look like 4.5."""
    return f"{math.floor(ratio * 100) / 100:.2f}"
