"""How fired clay is finished: shared by all the pots, cups and plates."""

from stoa.world.artwork.colour import Colour
from stoa.world.artwork.geometry import Point, ribbon, smooth
from stoa.world.artwork.kind import Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.revolve import Profile
from stoa.world.artwork.shading import across, puff

TEA: Colour = (150, 84, 40)


COFFEE: Colour = (74, 46, 32)


def gloss_of(look: Look) -> str:
    return look.rng("gloss").choice(("glazed", "satin", "satin", "matte"))


def raw_foot(layer: Layer, profile: Profile, height: float) -> None:
    """The unglazed ring of clay on which a piece stands in the kiln."""
    foot = layer.shape(profile.band(profile.low, profile.low + height))
    if foot is not None:
        layer.paint(foot, (196, 160, 126), across(foot, "matte"), texture="clay")


def handle(layer: Layer, path: list[Point], colour: Colour, width: float, end: float | None = None) -> None:
    grip = layer.shape(ribbon(smooth(path, 8), width, end))
    if grip is not None:
        layer.paint(grip, colour, puff(grip, 0.06, 1.0, 112))


CLAY = (
    "plain",
    "speckle",
    "bands",
    "dip",
    "brush",
    "stripes",
    "waves",
    "dots",
    "leaves",
    "arches",
    "plain",
    "breton",
)
