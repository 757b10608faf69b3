"""Cloth, fringes and folds: the parts that all textiles share."""

import random

from stoa.world.artwork.colour import Colour
from stoa.world.artwork.geometry import Point, box
from stoa.world.artwork.kind import Look
from stoa.world.artwork.layer import Layer, Shape
from stoa.world.artwork.patterns import Area, printed
from stoa.world.artwork.shading import both, down, folds, puff


def cloth(
    layer: Layer,
    look: Look,
    shape: Shape | None,
    area: Area,
    *,
    colour: Colour | None = None,
    texture: str = "linen",
    softness: float = 0.02,
    creases: list[list[Point]] | None = None,
    scale: float = 1.0,
    depth: int = 40,
    pattern: bool = True,
) -> None:
    """A piece of printed cloth: soft at the edge, creased along `creases` (shares of its box, y down)."""
    if shape is None:
        return
    tone = puff(shape, softness)
    if creases:
        tone = both(tone, folds(shape, creases, depth))
    marks = printed(layer, shape, look.pattern, area, look.prints, look.rng("print"), scale=scale) if pattern else []
    layer.paint(shape, colour or look.palette.main, tone, texture=texture, marks=marks)


def fringe(layer: Layer, start: Point, end: Point, drop: Point, colour: Colour, count: int, rng: random.Random) -> None:
    """Tassels along an edge, each hanging by `drop` (x, y)."""
    for i in range(count):
        t = (i + 0.5) / count
        x, y = start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
        sway = rng.uniform(-0.1, 0.1) * (drop[1] - drop[0])
        tip = (x + drop[0] + (sway if drop[1] else 0), y + drop[1] + (sway if drop[0] else 0))
        layer.paint(layer.line([(x, y), ((x + tip[0]) / 2, (y + tip[1]) / 2), tip], 0.009, 0.012), colour)


def folded(
    layer: Layer, look: Look, low: float, high: float, half: float, lean: float, colour: Colour, texture: str
) -> None:
    """One fold of a stack, its round edge to the viewer."""
    roll = layer.shape(box(-half + lean, low, half + lean, high, (high - low) * 0.48))
    if roll is None:
        return
    marks = printed(
        layer,
        roll,
        look.pattern,
        (-half + lean, low - 0.02, half + lean, high + 0.02),
        look.prints,
        look.rng("print"),
    )
    light = down(roll, [(0, 150), (0.25, 158), (0.6, 122), (0.9, 64), (1, 50)])
    layer.paint(
        roll,
        colour,
        both(light, puff(roll, 0.2, 0.5, 128)),
        texture=texture,
        marks=marks if colour == look.palette.main else [],
    )
