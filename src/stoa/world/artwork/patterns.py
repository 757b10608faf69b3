"""Printed, woven and glazed patterns: polygons on a flat surface, in units; round things bend them."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from stoa.world.artwork.colour import Colour
from stoa.world.artwork.geometry import Outline, Point, arc, box, cut, ellipse, ribbon, smooth, turned
from stoa.world.artwork.layer import Layer, Shape

Area = tuple[float, float, float, float]
Bend = Callable[[Point], Point]


@dataclass(slots=True)
class Ink:
    """Polygons printed in one colour: tone 0 is the palette's second colour, tone 1 its accent."""

    polygons: list[Outline]
    tone: int = 0
    opacity: float = 1.0


def _steps(start: float, end: float, pitch: float) -> Iterator[float]:
    for i in range(max(1, math.ceil((end - start) / pitch)) + 1):
        yield start + i * pitch


def _grid(area: Area, pitch: float, offset_rows: bool = False) -> Iterator[tuple[int, float, float]]:
    """Cells' centres with a running number; every other row moved by half a cell when asked."""
    for row, y in enumerate(_steps(area[1], area[3], pitch)):
        for col, x in enumerate(_steps(area[0], area[2], pitch)):
            yield row * 1000 + col, x + (pitch / 2 if offset_rows and row % 2 else 0), y


def _uprights(area: Area, pitch: float, width: float) -> list[Outline]:
    return [box(x - width / 2, area[1], x + width / 2, area[3]) for x in _steps(area[0] + pitch / 2, area[2], pitch)]


def _levels(area: Area, pitch: float, width: float) -> list[Outline]:
    return [box(area[0], y - width / 2, area[2], y + width / 2) for y in _steps(area[1] + pitch / 2, area[3], pitch)]


def _plain(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return []


def _stripes(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [Ink(_uprights(area, 0.11 * s, 0.055 * s))]


def _pinstripe(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [Ink(_uprights(area, 0.06 * s, 0.011 * s))]


def _breton(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [Ink(_levels(area, 0.085 * s, 0.03 * s))]


def _bands(area: Area, s: float, rng: random.Random) -> list[Ink]:
    low, height = area[1], area[3] - area[1]
    at = low + height * rng.uniform(0.5, 0.62)
    wide = [box(area[0], at, area[2], at + height * 0.15)]
    thin = [box(area[0], at + d, area[2], at + d + height * 0.022) for d in (-height * 0.06, height * 0.19)]
    return [Ink(wide), Ink(thin, 1)]


def _dip(area: Area, s: float, rng: random.Random) -> list[Ink]:
    level = area[1] + (area[3] - area[1]) * rng.uniform(0.36, 0.5)
    edge = [(x, level + 0.012 * s * math.sin(x * 9 / s + 1)) for x in _steps(area[0], area[2], 0.02)]
    return [Ink([[(area[0], area[1] - 1), *edge, (edge[-1][0], area[1] - 1)]])]


def _block(area: Area, s: float, rng: random.Random) -> list[Ink]:
    x0, y0, x1, y1 = area
    cx, cy = x0 + (x1 - x0) * 0.5, y0 + (y1 - y0) * 0.5
    return [
        Ink([box(x0, y0, cx, cy), box(cx, cy, x1, y1)]),
        Ink([arc(cx, cy, min(x1 - x0, y1 - y0) * 0.24, min(x1 - x0, y1 - y0) * 0.24, 90, 270, 24)], 1),
    ]


def _gingham(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [Ink(_uprights(area, 0.1 * s, 0.05 * s), 0, 0.55), Ink(_levels(area, 0.1 * s, 0.05 * s), 0, 0.55)]


def _windowpane(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [
        Ink(_uprights(area, 0.17 * s, 0.013 * s), 0, 0.9),
        Ink(_levels(area, 0.17 * s, 0.013 * s), 0, 0.9),
    ]


def _plaid(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [
        Ink(_uprights(area, 0.24 * s, 0.1 * s), 0, 0.4),
        Ink(_levels(area, 0.24 * s, 0.1 * s), 0, 0.4),
        Ink(_uprights((area[0] + 0.11 * s, *area[1:]), 0.24 * s, 0.014 * s), 1, 0.8),
        Ink(_levels((area[0], area[1] + 0.11 * s, *area[2:]), 0.24 * s, 0.014 * s), 1, 0.8),
    ]


def _dots(area: Area, s: float, rng: random.Random) -> list[Ink]:
    return [Ink([ellipse(x, y, 0.016 * s, n=14) for _, x, y in _grid(area, 0.085 * s, True)])]


def _cross(area: Area, s: float, rng: random.Random) -> list[Ink]:
    a, t = 0.024 * s, 0.0075 * s
    bars = [box(x - a, y - t, x + a, y + t) for _, x, y in _grid(area, 0.105 * s, True)]
    posts = [box(x - t, y - a, x + t, y + a) for _, x, y in _grid(area, 0.105 * s, True)]
    return [Ink(bars + posts)]


def _speckle(area: Area, s: float, rng: random.Random) -> list[Ink]:
    width, height = area[2] - area[0], area[3] - area[1]
    count = min(420, round(240 * width * height / s))
    spots: list[Outline] = []
    for _ in range(count):
        r = s * (0.0022 + 0.0055 * rng.random() ** 3)
        x, y = area[0] + width * rng.random(), area[1] + height * rng.random()
        spots.append(ellipse(x, y, r, r * rng.uniform(0.7, 1.2), n=8))
    cutoff = count * 4 // 5
    return [Ink(spots[:cutoff], 0, 0.85), Ink(spots[cutoff:], 1, 0.85)]


def _terrazzo(area: Area, s: float, rng: random.Random) -> list[Ink]:
    chips: list[Outline] = []
    for _, x, y in _grid(area, 0.075 * s, True):
        r, turn = s * rng.uniform(0.009, 0.026), rng.uniform(0, math.tau)
        corners = [turn + math.tau * (k + rng.uniform(-0.25, 0.25)) / 5 for k in range(5)]
        cx, cy = x + rng.uniform(-0.02, 0.02) * s, y + rng.uniform(-0.02, 0.02) * s
        chips.append([(cx + r * math.cos(a), cy + r * 0.8 * math.sin(a)) for a in corners])
    rng.shuffle(chips)
    return [Ink(chips[: len(chips) // 2]), Ink(chips[len(chips) // 2 :], 1)]


def _waves(area: Area, s: float, rng: random.Random) -> list[Ink]:
    lines: list[Outline] = []
    for y in _steps(area[1], area[3] + 0.03 * s, 0.06 * s):
        path = [(x, y + 0.015 * s * math.sin(x / s * 38)) for x in _steps(area[0], area[2], 0.02 * s)]
        lines.append(ribbon(path, 0.013 * s))
    return [Ink(lines)]


def _arches(area: Area, s: float, rng: random.Random) -> list[Ink]:
    """Nested arches, row on row: the shop's own colonnade as a print."""
    ink: list[Outline] = []
    core: list[Outline] = []
    for _, x, y in _grid(area, 0.13 * s, True):
        foot = y - 0.05 * s
        for r in (0.056 * s, 0.034 * s):
            path = [(x + r, foot), *arc(x, y, r, r, 0, 180, 14), (x - r, foot)]
            ink.append(ribbon(path, 0.011 * s))
        core.append([(x + 0.014 * s, foot), *arc(x, y, 0.014 * s, 0.014 * s, 0, 180, 8), (x - 0.014 * s, foot)])
    return [Ink(ink), Ink(core, 1)]


def _leaves(area: Area, s: float, rng: random.Random) -> list[Ink]:
    """Scattered two-leaved sprigs, each turned its own way."""
    stems: list[Outline] = []
    blades: list[Outline] = []
    blade = smooth([(0, 0), (0.014, 0.018), (0.012, 0.042), (0, 0.058), (-0.012, 0.042), (-0.014, 0.018)], 3, True)
    blade = [(x * s, y * s) for x, y in blade]
    for _, x, y in _grid(area, 0.125 * s, True):
        turn = rng.uniform(-60, 60)
        sprig = [turned([(px, py + 0.012 * s) for px, py in blade], a) for a in (-48, 0, 48)]
        blades.extend([(px + x, py + y) for px, py in turned(part, turn)] for part in sprig)
        stems.append([(px + x, py + y) for px, py in turned(ribbon([(0, -0.034 * s), (0, 0.02 * s)], 0.006 * s), turn)])
    return [Ink(blades), Ink(stems, 1)]


def _herringbone(area: Area, s: float, rng: random.Random) -> list[Ink]:
    bars: list[Outline] = []
    pitch, step = 0.09 * s, 0.032 * s
    for col, x in enumerate(_steps(area[0], area[2], pitch)):
        rise = pitch if col % 2 else -pitch
        for y in _steps(area[1] - pitch, area[3] + pitch, step):
            bars.append([(x, y), (x + pitch, y + rise), (x + pitch, y + rise + step * 0.45), (x, y + step * 0.45)])
    return [Ink(bars, 0, 0.8)]


def _diamonds(area: Area, s: float, rng: random.Random) -> list[Ink]:
    def diamond(x: float, y: float, r: float) -> Outline:
        return [(x + r * 0.72, y), (x, y + r), (x - r * 0.72, y), (x, y - r)]

    cells = list(_grid(area, 0.15 * s, True))
    return [
        Ink([diamond(x, y, 0.07 * s) for _, x, y in cells]),
        Ink([diamond(x, y, 0.03 * s) for _, x, y in cells], 1),
    ]


def _brush(area: Area, s: float, rng: random.Random) -> list[Ink]:
    """Loose hand-painted strokes."""
    strokes: list[Outline] = []
    for _, x, y in _grid(area, 0.095 * s, True):
        lean, length = rng.uniform(-0.012, 0.012) * s, s * rng.uniform(0.024, 0.038)
        path = smooth([(x - lean, y - length), (x + lean * 0.6, y), (x + lean, y + length)], 4)
        strokes.append(ribbon(path, 0.017 * s, 0.009 * s))
    return [Ink(strokes)]


PATTERNS: dict[str, Callable[[Area, float, random.Random], list[Ink]]] = {
    "plain": _plain,
    "stripes": _stripes,
    "pinstripe": _pinstripe,
    "breton": _breton,
    "bands": _bands,
    "dip": _dip,
    "block": _block,
    "gingham": _gingham,
    "windowpane": _windowpane,
    "plaid": _plaid,
    "dots": _dots,
    "cross": _cross,
    "speckle": _speckle,
    "terrazzo": _terrazzo,
    "waves": _waves,
    "arches": _arches,
    "leaves": _leaves,
    "herringbone": _herringbone,
    "diamonds": _diamonds,
    "brush": _brush,
}


def printed(
    layer: Layer,
    shape: Shape | None,
    pattern: str,
    area: Area,
    colours: tuple[Colour, Colour],
    rng: random.Random,
    *,
    scale: float = 1.0,
    bend: Bend | None = None,
) -> list[tuple[Image.Image, Colour]]:
    """The `marks` of `pattern` over `area` (units) for Layer.paint, bent by `bend` on a round surface."""
    if shape is None or layer.image is None:
        return []
    marks = []
    for ink in PATTERNS[pattern](area, scale, rng):
        polygons = ink.polygons
        if bend is not None:
            polygons = [[bend(p) for p in cut(polygon, 0.05)] for polygon in polygons]
        marks.append((layer.inked(shape, polygons, ink.opacity), colours[ink.tone]))
    return marks
