"""Bodies of revolution: everything thrown on a wheel, blown, spun or turned on a lathe."""

import math
from bisect import bisect_left
from collections.abc import Sequence

from PIL import Image, ImageChops

from stoa.world.artwork.colour import Colour, darker, lighter
from stoa.world.artwork.geometry import Outline, Point, arc, ellipse, smooth
from stoa.world.artwork.kind import Look
from stoa.world.artwork.layer import MID, Layer, Shape
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.shading import FINISHES, finish, soft_spot, strip

# How far the camera looks down: the short radius of a level circle over its long one.
TILT = 0.17


class Profile:
    """The outline of a body: (radius, height) points from foot to rim, in units."""

    def __init__(self, points: Sequence[Point], *, curved: bool = True, tilt: float = TILT) -> None:
        self.points = smooth(points, 8) if curved else list(points)
        self.tilt = tilt
        self.heights = [y for _, y in self.points]
        self.widest = max(r for r, _ in self.points)
        self.low, self.high = self.points[0][1], self.points[-1][1]

    def radius(self, y: float) -> float:
        i = min(max(bisect_left(self.heights, y), 1), len(self.points) - 1)
        (r0, y0), (r1, y1) = self.points[i - 1], self.points[i]
        t = min(max((y - y0) / (y1 - y0 or 1), 0), 1)
        return r0 + (r1 - r0) * t

    def outline(self) -> Outline:
        """Silhouette: both sides, the far half of the rim, the near half of the foot."""
        foot, rim = self.points[0][0], self.points[-1][0]
        right = [(r, y) for r, y in self.points]
        left = [(-r, y) for r, y in reversed(self.points)]
        return (
            right
            + arc(0, self.high, rim, rim * self.tilt, 0, 180, 30)
            + left
            + arc(0, self.low, foot, foot * self.tilt, 180, 360, 30)
        )

    def bend(self, point: Point) -> Point:
        """A point of the unrolled surface (x along the girth, y up) as seen from the front."""
        x, y = point
        turn = min(max(x / self.widest, -math.pi / 2), math.pi / 2)
        r = self.radius(y)
        return r * math.sin(turn), y - r * self.tilt * math.cos(turn)

    def ring(self, y: float, extra: float = 0.0) -> Outline:
        r = self.radius(y) + extra
        return ellipse(0, y, r, r * self.tilt)

    def band(self, low: float, high: float) -> Outline:
        """The visible surface between two heights."""
        steps = [low + (high - low) * i / 10 for i in range(11)]
        right = [(self.radius(y), y) for y in steps]
        top = [(math.sin(a), -math.cos(a)) for a in (math.pi * (0.5 - i / 24) for i in range(25))]
        r1, r0 = self.radius(high), self.radius(low)
        upper = [(r1 * s, high + r1 * self.tilt * c) for s, c in top]
        lower = [(r0 * s, low + r0 * self.tilt * c) for s, c in reversed(top)]
        return right + upper + [(-r, y) for r, y in reversed(right)] + lower

    def tone(self, look_finish: str) -> Image.Image:
        """Light over the unclipped silhouette, as a small "L" image."""
        rows, columns = 120, 240
        top, bottom = self.high + self.points[-1][0] * self.tilt, self.low - self.points[0][0] * self.tilt
        light = finish(look_finish)
        field = Image.new("L", (columns, rows), FINISHES[look_finish][-1][1].__int__())
        leaning = []
        for row in range(rows):
            y = top - (row + 0.5) / rows * (top - bottom)
            r = self.radius(y)
            # A little wider than the form, so that no edge pixel is left without light.
            wide = max(2, round(columns * r / self.widest) + 4)
            field.paste(light.resize((wide, 1), Image.Resampling.BILINEAR), ((columns - wide) // 2, row))
            lean = (self.radius(y + 0.01) - self.radius(y - 0.01)) / 0.02
            fall = 14 * (row / rows - 0.4) + 34 * max(0.0, row / rows - 0.8) / 0.2
            leaning.append(round(min(max(MID - 30 * math.tanh(lean * 0.8) - fall, 0), 255)))
        column = Image.frombytes("L", (1, rows), bytes(leaning)).resize((columns, rows))
        return ImageChops.add(field, column, 1, -MID)


def body(
    layer: Layer,
    profile: Profile,
    colour: Colour,
    *,
    look: Look | None = None,
    gloss: str = "satin",
    texture: str | None = None,
    pattern_area: tuple[float, float] | None = None,
    scale: float = 1.0,
    opacity: float = 1.0,
) -> Shape | None:
    """Draw the outside of a body; with a `look`, its pattern is wrapped round it (between two heights)."""
    shape = layer.shape(profile.outline())
    if shape is None or layer.image is None:
        layer.paint(shape, colour)
        return shape
    marks = []
    if look is not None:
        low, high = pattern_area or (
            profile.low - profile.widest * TILT,
            profile.high + profile.widest * TILT,
        )
        reach = profile.widest * math.pi / 2
        area = (-reach, low, reach, high)
        marks = printed(
            layer, shape, look.pattern, area, look.prints, look.rng("print"), scale=scale, bend=profile.bend
        )
    layer.paint(shape, colour, shape.fit(profile.tone(gloss)), texture=texture, marks=marks, opacity=opacity)
    return shape


def mouth(
    layer: Layer,
    profile: Profile,
    colour: Colour,
    *,
    wall: float = 0.014,
    fill: Colour | None = None,
    level: float = 0.06,
) -> None:
    """The open top: a rim as thick as `wall`, the dark inside, and what it holds, `level` units down."""
    r, y = profile.points[-1][0], profile.high
    layer.paint(layer.shape(ellipse(0, y, r, r * profile.tilt)), lighter(colour, 0.35), None)
    inner = r - wall
    well = layer.shape(ellipse(0, y - wall * 0.15, inner, inner * profile.tilt))
    if well is None:
        return
    inside = strip(((0, 34), (0.25, 58), (0.6, 100), (0.85, 132), (1, 120))).resize((128, 2))
    layer.paint(well, darker(colour, 0.08), well.fit(inside))
    layer.veil(well, (40, 28, 28), soft_spot(well, 0.42, 0.1, 0.5, 0.4), 0.35)
    if fill is not None and layer.image is not None:
        surface = layer.shape(ellipse(0, y - level, inner * 0.985, inner * 0.985 * profile.tilt))
        _within(layer, surface, well, fill)


def _within(layer: Layer, surface: Shape | None, well: Shape, colour: Colour) -> None:
    """Paint `surface` only where it shows through the mouth `well`."""
    if surface is None:
        return
    window = Image.new("L", surface.size, 0)
    window.paste(well.mask, (well.x - surface.x, well.y - surface.y))
    surface.mask = ImageChops.multiply(surface.mask, window)
    tone = strip(((0, 110), (0.3, 150), (0.5, 132), (1, 100))).resize((128, 2))
    layer.paint(surface, colour, surface.fit(tone))


def lid(layer: Layer, profile: Profile, colour: Colour, gloss: str = "satin", texture: str | None = None) -> None:
    """A closed top: the flat disc that ends a body, catching the light from above."""
    r = profile.points[-1][0]
    top = layer.shape(ellipse(0, profile.high, r, r * profile.tilt))
    if top is not None:
        layer.paint(
            top,
            lighter(colour, 0.12),
            top.fit(strip(((0, 176), (0.5, 150), (1, 118))).resize((128, 2))),
            texture=texture,
        )
