"""Straps, stitches and leather: the parts that bags, clothes and wraps share."""

from stoa.world.artwork.colour import Colour
from stoa.world.artwork.geometry import (
    Outline,
    Point,
    ribbon,
)
from stoa.world.artwork.layer import Layer, Shape
from stoa.world.artwork.shading import puff

LEATHER: Colour = (150, 96, 60)


def strap(layer: Layer, path: Outline, width: float, colour: Colour, texture: str = "twill") -> None:
    band = layer.shape(ribbon(path, width))
    if band is not None:
        layer.paint(band, colour, puff(band, 0.03), texture=texture)


def stitches(layer: Layer, start: Point, end: Point, colour: Colour, count: int = 30) -> None:
    dashes = []
    for i in range(count):
        a, b = i / count, (i + 0.6) / count
        p = [(start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t) for t in (a, b)]
        dashes.append(ribbon(p, 0.005))
    layer.veil(layer.shape(*dashes), colour, None, 0.7)


def leather(layer: Layer, shape: Shape | None, colour: Colour, softness: float = 0.05) -> None:
    if shape is not None:
        layer.paint(shape, colour, puff(shape, softness), texture="leather")
