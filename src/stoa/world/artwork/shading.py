"""Light on forms: grey tones ("L", 128 = plain colour) that make a flat shape read as round, soft or folded.

The light always comes from the upper left, in every picture of the shop.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from stoa.world.artwork.layer import MID, Shape

Stop = tuple[float, float]

# Across a round body, left to right: (place 0..1, tone). "glazed" carries a bright narrow window of light.
FINISHES: dict[str, list[Stop]] = {
    "matte": [(0, 92), (0.1, 120), (0.32, 156), (0.55, 128), (0.8, 78), (0.95, 50), (1, 60)],
    "satin": [
        (0, 84),
        (0.1, 118),
        (0.24, 166),
        (0.3, 178),
        (0.4, 150),
        (0.6, 122),
        (0.85, 66),
        (0.95, 50),
        (1, 74),
    ],
    "glazed": [
        (0, 78),
        (0.1, 116),
        (0.185, 146),
        (0.215, 226),
        (0.255, 232),
        (0.285, 158),
        (0.5, 132),
        (0.66, 110),
        (0.86, 62),
        (0.94, 54),
        (0.965, 96),
        (1, 84),
    ],
    "metal": [
        (0, 70),
        (0.08, 110),
        (0.16, 205),
        (0.24, 236),
        (0.34, 168),
        (0.5, 110),
        (0.68, 74),
        (0.82, 98),
        (0.92, 150),
        (1, 84),
    ],
    "glass": [
        (0, 40),
        (0.05, 90),
        (0.1, 128),
        (0.16, 235),
        (0.22, 235),
        (0.25, 128),
        (0.8, 120),
        (0.9, 190),
        (0.95, 110),
        (1, 40),
    ],
    "inside": [(0, 40), (0.2, 60), (0.5, 92), (0.75, 128), (0.92, 140), (1, 120)],
}


@lru_cache(maxsize=64)
def strip(stops: tuple[Stop, ...], length: int = 128) -> Image.Image:
    """A one-pixel-high image of `length` running through the stops."""
    values = []
    for i in range(length):
        t = i / (length - 1)
        k = next(k for k in range(1, len(stops)) if t <= stops[k][0])
        (a, low), (b, high) = stops[k - 1], stops[k]
        s = (t - a) / (b - a or 1)
        values.append(round(low + (high - low) * s * s * (3 - 2 * s)))
    return Image.frombytes("L", (length, 1), bytes(values))


def finish(name: str) -> Image.Image:
    return strip(tuple(FINISHES[name]))


def across(shape: Shape, stops: Sequence[Stop] | str) -> Image.Image:
    """Light that changes from left to right only: rods, legs, standing cylinders."""
    one = finish(stops) if isinstance(stops, str) else strip(tuple(stops))
    return shape.fit(one.resize((one.width, 2)))


def down(shape: Shape, stops: Sequence[Stop] | str) -> Image.Image:
    """Light that changes from top to bottom only: lying rods, planks seen from the front."""
    one = finish(stops) if isinstance(stops, str) else strip(tuple(stops))
    return shape.fit(one.transpose(Image.Transpose.ROTATE_270).resize((2, one.width)))


def slope(shape: Shape, start: int, end: int, degrees: float = 315.0) -> Image.Image:
    """An even gradient from tone `start` to `end` towards `degrees` (anticlockwise from the right)."""
    if shape.ghost:
        return shape.mask
    dx, dy = math.cos(math.radians(degrees)), -math.sin(math.radians(degrees))
    reach = (abs(dx) + abs(dy)) / 2
    corners = [(x * dx + y * dy) / (2 * reach) + 0.5 for y in (-0.5, 0.5) for x in (-0.5, 0.5)]
    tones = bytes(round(min(max(start + (end - start) * t, 0), 255)) for t in corners)
    return shape.fit(Image.frombytes("L", (2, 2), tones).resize((64, 64), Image.Resampling.BILINEAR))


def puff(shape: Shape, softness: float = 0.12, strength: float = 1.0, base: int = MID + 6) -> Image.Image:
    """Light on a stuffed or bevelled form: its edge falls away over `softness` (of the shorter side)."""
    if shape.ghost:
        return shape.mask
    width, height = shape.full_size
    scale = min(1.0, 190 / max(width, height))
    radius = max(1.0, softness * min(width, height) * scale)
    pad = math.ceil(radius * 2) + 1
    small = Image.new("L", (max(2, round(width * scale)) + 2 * pad, max(2, round(height * scale)) + 2 * pad), 0)
    draw = ImageDraw.Draw(small)
    for outline in shape.outlines:
        draw.polygon(
            [((x - shape.full[0]) * scale + pad, (y - shape.full[1]) * scale + pad) for x, y in outline],
            fill=255,
        )
    soft = small.filter(ImageFilter.GaussianBlur(radius))
    step = max(1, round(radius * 0.7))
    towards, away = _shifted(soft, -step), _shifted(soft, step)
    relief = ImageChops.subtract(towards, away, 1.0, MID)
    table = [min(255, max(0, round(base + (i - MID) * 0.62 * strength))) for i in range(256)]
    rim = soft.point([round(MID + (i - 235) * 0.24 * strength) if i < 235 else MID for i in range(256)])
    return shape.fit(ImageChops.add(relief.point(table), rim, 1, -MID), pad / scale)


def _shifted(image: Image.Image, by: int) -> Image.Image:
    out = Image.new("L", image.size, 0)
    out.paste(image, (by, by))
    return out


def soft_spot(shape: Shape, cx: float, cy: float, rx: float, ry: float) -> Image.Image:
    """A blurred round spot, as a mask; centre and radii are shares of the shape's box, y from the top."""
    if shape.ghost:
        return shape.mask
    small = Image.new("L", (64, 64), 0)
    ImageDraw.Draw(small).ellipse(((cx - rx) * 64, (cy - ry) * 64, (cx + rx) * 64, (cy + ry) * 64), fill=255)
    return shape.fit(small.filter(ImageFilter.GaussianBlur(64 * min(rx, ry) * 0.6)))


def folds(
    shape: Shape, lines: Sequence[Sequence[tuple[float, float]]], depth: int = 46, width: float = 0.05
) -> Image.Image:
    """A tone of soft creases: lines of points, and their width, as shares of the shape's box, y down."""
    if shape.ghost:
        return shape.mask
    small = Image.new("L", (144, 144), MID)
    draw = ImageDraw.Draw(small)
    offset = width * 144 * 0.55
    for line in lines:
        path = [(x * 144, y * 144) for x, y in line]
        draw.line(
            [(x - offset, y - offset * 0.4) for x, y in path],
            fill=MID + depth // 2,
            width=round(width * 144),
            joint="curve",
        )
        draw.line(
            [(x + offset * 0.6, y) for x, y in path],
            fill=MID - depth,
            width=round(width * 110),
            joint="curve",
        )
    return shape.fit(small.filter(ImageFilter.GaussianBlur(width * 144 * 0.55)))


def both(a: Image.Image, b: Image.Image) -> Image.Image:
    """Two lights on one form."""
    return ImageChops.add(a, b, 1, -MID)
