"""Paper labels and the house mark on packages."""

from stoa.world.artwork.colour import Colour
from stoa.world.artwork.geometry import Point, box, ribbon
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.revolve import Profile
from stoa.world.artwork.shading import across


def mark(layer: Layer, x: float, y: float, size: float, colour: Colour) -> None:
    """The house mark for labels: three pillars under a lintel."""
    posts = [
        box(
            x + (k - 1) * size * 0.36 - size * 0.07,
            y - size * 0.5,
            x + (k - 1) * size * 0.36 + size * 0.07,
            y + size * 0.26,
        )
        for k in range(3)
    ]
    bars = [
        box(x - size * 0.54, y + size * 0.32, x + size * 0.54, y + size * 0.46),
        box(x - size * 0.54, y - size * 0.66, x + size * 0.54, y - size * 0.55),
    ]
    layer.paint(layer.shape(*posts, *bars), colour)


def label_on(layer: Layer, form: Profile, low: float, high: float, half: float, colour: Colour) -> None:
    """Paper stuck on a round body."""
    foot: list[Point] = [form.bend((-half + 2 * half * i / 14, low)) for i in range(15)]
    head: list[Point] = [form.bend((half - 2 * half * i / 14, high)) for i in range(15)]
    paper = layer.shape(foot + head)
    if paper is not None:
        layer.paint(paper, colour, across(paper, [(0, 122), (0.3, 140), (1, 96)]), texture="paper")


def ruled_lines(layer: Layer, form: Profile, y: float, widths: tuple[float, ...], colour: Colour) -> None:
    for i, half in enumerate(widths):
        path = [form.bend((-half + 2 * half * k / 6, y - i * 0.035)) for k in range(7)]
        layer.paint(layer.shape(ribbon(path, 0.01)), colour, opacity=0.75)
