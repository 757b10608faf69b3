"""The drawing surface: unit-space outlines in, antialiased lit shapes out.

A layer maps units (x right, y up, the object's own origin) to pixels of one image. A *ghost* layer has no
image and only collects coverage: scenes draw each object once as a small ghost to cast its shadow, then once
for real on top of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from stoa.world.artwork.colour import Colour, brightness, tint
from stoa.world.artwork.geometry import Outline, Point, ribbon
from stoa.world.artwork.textures import TEXTURES, lay

MID = 128
# Textures with a direction.
GRAINED = {"weave", "twill", "knit", "rib", "wood"}
HALF = [MID + (i - MID) * 11 // 20 for i in range(256)]


@dataclass(slots=True)
class Shape:
    """An antialiased mask. `mask` covers the pixels from (x, y); `full` is the unclipped box in pixels."""

    mask: Image.Image
    x: int
    y: int
    full: tuple[float, float, float, float]
    outlines: list[Outline]
    # Of a ghost layer only the coverage counts: its light need not be worked out.
    ghost: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return self.mask.size

    @property
    def full_size(self) -> tuple[float, float]:
        return max(self.full[2] - self.full[0], 1.0), max(self.full[3] - self.full[1], 1.0)

    def fit(self, small: Image.Image, pad: float = 0.0) -> Image.Image:
        """Stretch `small` over the unclipped box (plus `pad` pixels each side), and crop it to the mask."""
        width, height = self.full_size[0] + 2 * pad, self.full_size[1] + 2 * pad
        sx, sy = small.width / width, small.height / height
        left, top = (self.x - self.full[0] + pad) * sx, (self.y - self.full[1] + pad) * sy
        area = (left, top, left + self.size[0] * sx, top + self.size[1] * sy)
        # The mask is rounded outwards to whole pixels; what lies beyond the tone's edge repeats the edge.
        left, top = min(max(area[0], 0.0), small.width - 0.5), min(max(area[1], 0.0), small.height - 0.5)
        right, bottom = max(min(area[2], small.width), left + 0.5), max(min(area[3], small.height), top + 0.5)
        return small.resize(self.size, Image.Resampling.BILINEAR, box=(left, top, right, bottom))


class Layer:
    def __init__(
        self,
        image: Image.Image | None,
        size: tuple[int, int],
        origin: Point,
        unit: float,
        *,
        pivot: Point = (0.0, 0.0),
        angle: float = 0.0,
    ) -> None:
        """`origin`: the pixel of unit point `pivot`; `unit`: pixels a unit; `angle`: degrees."""
        self.image = image
        self.size = size
        self.origin = origin
        self.unit = unit
        self.pivot = pivot
        self.angle = angle
        self.cover = Image.new("L", size if image is None else (1, 1), 0)
        self._cos, self._sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def px(self, point: Point) -> Point:
        x, y = point[0] - self.pivot[0], point[1] - self.pivot[1]
        return (
            self.origin[0] + (x * self._cos - y * self._sin) * self.unit,
            self.origin[1] - (x * self._sin + y * self._cos) * self.unit,
        )

    def shape(self, *outlines: Sequence[Point], holes: Sequence[Sequence[Point]] = ()) -> Shape | None:
        """The union of `outlines` less `holes` as a mask, or None when it falls outside the image."""
        solid = [[self.px(p) for p in outline] for outline in outlines]
        empty = [[self.px(p) for p in hole] for hole in holes]
        xs = [p[0] for outline in solid for p in outline]
        ys = [p[1] for outline in solid for p in outline]
        full = (min(xs), min(ys), max(xs), max(ys))
        x0, y0 = max(0, math.floor(full[0])), max(0, math.floor(full[1]))
        x1, y1 = min(self.size[0], math.ceil(full[2]) + 1), min(self.size[1], math.ceil(full[3]) + 1)
        if x1 <= x0 or y1 <= y0:
            return None
        mask = _rasterise(solid, empty, (x0, y0, x1, y1))
        return Shape(mask, x0, y0, full, solid, self.image is None)

    def line(self, points: Sequence[Point], width: float, end_width: float | None = None) -> Shape | None:
        return self.shape(ribbon(points, width, end_width))

    def paint(
        self,
        shape: Shape | None,
        colour: Colour,
        tone: Image.Image | None = None,
        *,
        texture: str | None = None,
        across: bool = False,
        grain: float = 1.0,
        opacity: float = 1.0,
        marks: Sequence[tuple[Image.Image, Colour]] = (),
    ) -> None:
        """Lay `colour` through `shape`, lit by `tone` ("L", mid 128, the shape's size).

        `marks`: masks of the shape's size with the colours of its pattern, lit by the same tone.
        `grain` scales the texture to a finer (below 1) or coarser weave.
        """
        if shape is None:
            return
        at = (shape.x, shape.y)
        if self.image is None:
            self.cover.paste(255, at, shape.mask)
            return
        lit = tone or Image.new("L", shape.size, MID)
        if texture:
            tooth = self._tooth(shape, texture, across, grain)
            if brightness(colour) > 0.7:
                # On pale things the same tooth shows twice as much, and in the shade only: like dirt.
                tooth = tooth.point(HALF)
            lit = ImageChops.add(lit, tooth, 1, -MID)
        body = tint(lit, colour)
        for mask, mark_colour in marks:
            body.paste(tint(lit, mark_colour), (0, 0), mask)
        mask = shape.mask if opacity >= 1 else shape.mask.point([round(i * opacity) for i in range(256)])
        self.image.paste(body, at, mask)

    def veil(self, shape: Shape | None, colour: Colour, mask: Image.Image | None = None, opacity: float = 1.0) -> None:
        """A thin wash of flat colour (a cast shade, a glint); it casts no shadow itself."""
        if shape is None or self.image is None:
            return
        area = shape.mask if mask is None else ImageChops.multiply(shape.mask, mask)
        self.image.paste(colour, (shape.x, shape.y), area.point([round(i * opacity) for i in range(256)]))

    def inked(self, shape: Shape, polygons: Sequence[Sequence[Point]], opacity: float = 1.0) -> Image.Image:
        """Antialiased mask of the shape's size with `polygons` (units) filled: the ink of a pattern."""
        drawn = [[self.px(p) for p in polygon] for polygon in polygons]
        x1, y1 = shape.x + shape.size[0], shape.y + shape.size[1]
        mask = _rasterise(drawn, [], (shape.x, shape.y, x1, y1))
        return mask if opacity >= 1 else mask.point([round(i * opacity) for i in range(256)])

    def _tooth(self, shape: Shape, texture: str, across: bool, grain: float) -> Image.Image:
        side = max(8, round(TEXTURES[texture][1] * self.unit * grain))
        # Hung on the object rather than the picture, so that a texture does not slide under a moved object.
        if abs(self.angle) > 4 and texture in GRAINED:
            return self._turned_tooth(shape, texture, side, across)
        fx, fy = math.floor(shape.full[0]) - shape.x, math.floor(shape.full[1]) - shape.y
        origin = (-(-fx % (2 * side)), -(-fy % (2 * side)))
        return lay(texture, shape.size, side, origin, across)

    def _turned_tooth(self, shape: Shape, texture: str, side: int, across: bool) -> Image.Image:
        """The texture turned with the object: stitches and grain that stayed upright would give it away."""
        width, height = shape.size
        reach = math.ceil(math.hypot(width, height)) + 2
        field = lay(texture, (reach, reach), side, (0, 0), across)
        c, s, half = self._cos, self._sin, reach / 2
        matrix = (
            c,
            -s,
            half - c * width / 2 + s * height / 2,
            s,
            c,
            half - s * width / 2 - c * height / 2,
        )
        return field.transform(shape.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def _rasterise(
    solid: Sequence[Sequence[Point]], holes: Sequence[Sequence[Point]], area: tuple[int, int, int, int]
) -> Image.Image:
    x0, y0, x1, y1 = area
    pixels = (x1 - x0) * (y1 - y0)
    fold = 4 if pixels < 60_000 else 3 if pixels < 800_000 else 2
    mask = Image.new("L", ((x1 - x0) * fold, (y1 - y0) * fold), 0)
    draw = ImageDraw.Draw(mask)
    for fill, group in ((255, solid), (0, holes)):
        for outline in group:
            draw.polygon([((x - x0) * fold, (y - y0) * fold) for x, y in outline], fill=fill)
    return mask.reduce(fold)
