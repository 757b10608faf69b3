"""What holds a thing on the wall: a peg, or a clothes hanger on it.

The layer's pivot is the peg; each is drawn in the hung object's units, whose top comes 0.06 below the peg.
"""

from stoa.world.artwork.geometry import Point, arc, ribbon, smooth
from stoa.world.artwork.kind import Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import STEEL
from stoa.world.artwork.shading import puff


def peg_loop(layer: Layer, look: Look) -> None:
    """Nothing but the peg: the thing has a loop or straps of its own."""


def hanger(layer: Layer, look: Look) -> None:
    """A wooden clothes hanger, its hook over the peg; shoulders 0.7 units wide, under the garment's neck."""
    x, y = layer.pivot
    hook: list[Point] = [*arc(x, y - 0.03, 0.04, 0.045, 200, -90, 18), (x, y - 0.12)]
    layer.paint(layer.shape(ribbon(hook, 0.012)), STEEL)
    for side in (-1, 1):
        arm = layer.shape(
            ribbon(
                smooth([(x, y - 0.11), (x + side * 0.16, y - 0.15), (x + side * 0.36, y - 0.25)], 6),
                0.045,
                0.03,
            )
        )
        if arm is not None:
            layer.paint(arm, look.wood, puff(arm, 0.3), texture="wood", across=True)
