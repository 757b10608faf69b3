"""Plants and the things that tend them."""

import math

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.foliage import FOLIAGE, leaf
from stoa.world.artwork.geometry import box, mirror, ribbon, smooth, turned
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.kitchen import wooden
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BRASS, LEAF, STEEL
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.revolve import Profile, body, mouth
from stoa.world.artwork.shading import across, both, down, puff, slope

SOIL: Colour = (72, 52, 42)
TERRACOTTA: Colour = (190, 112, 78)


def plant(layer: Layer, look: Look) -> None:
    """A plant in a pot; the pot is the product's colour."""
    rng = look.rng("form")
    pot = Profile(
        rng.choice(
            (
                [(0.2, 0), (0.24, 0.03), (0.3, 0.46)],
                [(0.22, 0), (0.3, 0.08), (0.33, 0.26), (0.28, 0.46)],
                [(0.28, 0), (0.3, 0.03), (0.3, 0.44)],
            )
        )
    )
    colour = TERRACOTTA if rng.random() < 0.25 else look.palette.main
    mouth(layer, pot, colour, fill=SOIL, level=0.02)
    rng.choice(FOLIAGE)(layer, rng, pot.high, pot.points[-1][0], rng.choice(LEAF))
    front = Profile([p for p in pot.points if p[1] <= pot.high], curved=False, tilt=pot.tilt)
    _pot_front(layer, front, colour, look)


def _pot_front(layer: Layer, pot: Profile, colour: Colour, look: Look) -> None:
    """The near wall only, so that the plant stays behind the rim."""
    near = Profile(pot.points, curved=False, tilt=pot.tilt)
    shape = layer.shape(near.band(near.low, near.high))
    if shape is None:
        return
    reach = near.widest * math.pi / 2
    marks = printed(
        layer,
        shape,
        look.pattern,
        (-reach, near.low - 0.06, reach, near.high),
        look.prints,
        look.rng("print"),
        bend=near.bend,
    )
    layer.paint(shape, colour, shape.fit(near.tone("satin")), texture="clay", marks=marks)


def planter(layer: Layer, look: Look) -> None:
    """A long box of herbs."""
    rng = look.rng("form")
    for i in range(5):
        x = -0.44 + i * 0.22
        green = rng.choice(LEAF)
        for _ in range(9):
            angle = rng.uniform(40, 140)
            reach = rng.uniform(0.06, 0.26)
            px, py = x + reach * math.cos(math.radians(angle)), 0.34 + reach * math.sin(math.radians(angle))
            layer.paint(layer.line([(x, 0.32), (px, py)], 0.008), darker(green, 0.2))
            leaf(
                layer,
                px,
                py,
                rng.uniform(0.1, 0.16),
                0.04,
                angle + rng.uniform(-30, 30),
                mix(green, lighter(green, 0.3), rng.random()),
                False,
            )
    front = layer.shape([(-0.6, 0.36), (0.6, 0.36), (0.56, 0.0), (-0.56, 0.0)])
    if front is not None:
        marks = printed(layer, front, look.pattern, (-0.6, 0, 0.6, 0.36), look.prints, look.rng("print"))
        layer.paint(
            front,
            look.palette.main,
            both(slope(front, 146, 104), puff(front, 0.05, 0.6, 128)),
            texture="clay",
            marks=marks,
        )
    rim = layer.shape(box(-0.62, 0.34, 0.62, 0.39, 0.015))
    if rim is not None:
        layer.paint(rim, lighter(look.palette.main, 0.1), down(rim, "satin"), texture="clay")


def watering_can(layer: Layer, look: Look) -> None:
    colour = look.palette.main
    spout = layer.shape(ribbon([(-0.2, 0.12), (-0.42, 0.42), (-0.62, 0.74)], 0.1, 0.05))
    if spout is not None:
        layer.paint(spout, colour, puff(spout, 0.2))
    rose = layer.shape(turned([(-0.56, 0.69), (-0.68, 0.69), (-0.74, 0.83), (-0.5, 0.83)], 26, (-0.62, 0.74)))
    if rose is not None:
        layer.paint(rose, BRASS, puff(rose, 0.2))
    bow = layer.shape(ribbon(smooth([(0.26, 0.12), (0.5, 0.3), (0.46, 0.64), (0.16, 0.76), (-0.08, 0.62)], 8), 0.042))
    if bow is not None:
        layer.paint(bow, darker(colour, 0.08), puff(bow, 0.04))
    form = Profile([(0.3, 0), (0.31, 0.02), (0.28, 0.5), (0.27, 0.56)], curved=False)
    body(layer, form, colour, look=look, gloss="satin", pattern_area=(0.03, 0.52))
    mouth(layer, form, colour)
    for y in (0.03, 0.5):
        hoop = layer.shape(form.band(y, y + 0.018))
        layer.paint(hoop, lighter(colour, 0.15), across(hoop, "satin") if hoop else None)


def trowel(layer: Layer, look: Look) -> None:
    blade = layer.shape(
        mirror(smooth([(0.0, -0.62), (0.07, -0.5), (0.12, -0.3), (0.12, -0.1), (0.07, -0.02), (0.0, 0.0)], 6))
    )
    if blade is not None:
        layer.paint(
            blade,
            STEEL,
            across(blade, [(0, 100), (0.3, 196), (0.5, 92), (0.62, 120), (1, 160)]),
            texture="brushed",
        )
    stem = layer.shape(ribbon([(0, -0.08), (0, 0.16)], 0.04))
    layer.paint(stem, darker(STEEL, 0.15), puff(stem, 0.3) if stem else None)
    grip = layer.shape(mirror(smooth([(0.035, 0.12), (0.06, 0.3), (0.045, 0.46), (0.062, 0.56), (0.0, 0.6)], 6)))
    wooden(layer, grip, look.wood, 0.3)
    ring = layer.shape(box(-0.045, 0.11, 0.045, 0.16, 0.01))
    layer.paint(ring, BRASS, across(ring, "metal") if ring else None)
    dip = layer.shape(mirror(smooth([(0.047, 0.48), (0.062, 0.56), (0.0, 0.605)], 6)))
    layer.paint(dip, look.palette.main, puff(dip, 0.2) if dip else None)


POTS = ("plain", "plain", "speckle", "bands", "dip", "arches", "waves", "terrazzo", "diamonds", "brush")

KINDS: dict[str, Kind] = {
    "plant": Kind(
        plant,
        "standing",
        (-0.5, -0.06, 0.5, 1.3),
        POTS,
        (0.04, 0.42),
        ("watering_can", "vase", "candle"),
        None,
        1.1,
    ),
    "planter": Kind(
        planter,
        "standing",
        (-0.62, -0.01, 0.62, 0.8),
        POTS,
        (0.1, 0.36),
        ("watering_can", "plant"),
        None,
        1.5,
    ),
    "watering_can": Kind(
        watering_can,
        "standing",
        (-0.76, -0.06, 0.5, 0.88),
        ("plain", "plain", "bands", "dip", "speckle"),
        (-0.08, 0.42),
        ("plant", "planter"),
        None,
        1.1,
    ),
    "trowel": Kind(
        trowel,
        "flat",
        (-0.13, -0.63, 0.13, 0.61),
        ("plain",),
        (0.0, 0.0),
        ("seeds", "bulbs"),
        None,
        1.0,
        lean=-28,
    ),
}
