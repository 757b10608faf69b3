"""Mugs, cups and teapots."""

from stoa.world.artwork.ceramics import CLAY, COFFEE, TEA, gloss_of, handle, raw_foot
from stoa.world.artwork.colour import lighter
from stoa.world.artwork.geometry import ellipse, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.revolve import Profile, body, mouth
from stoa.world.artwork.shading import puff, soft_spot


def mug(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    height, waist = rng.uniform(0.66, 0.84), rng.uniform(-0.03, 0.03)
    foot = rng.uniform(0.24, 0.31)
    form = Profile([(foot - 0.03, 0), (foot, 0.03), (0.31 + waist, height * 0.45), (0.31, height)])
    handle(
        layer,
        [
            (0.28, height * 0.8),
            (0.46, height * 0.82),
            (0.52, height * 0.5),
            (0.44, height * 0.24),
            (0.26, height * 0.2),
        ],
        colour,
        0.07,
        0.055,
    )
    body(
        layer,
        form,
        colour,
        look=look,
        gloss=gloss_of(look),
        texture="clay",
        pattern_area=(0.06, height - 0.03),
    )
    raw_foot(layer, form, 0.045)
    mouth(layer, form, colour, fill=rng.choice((TEA, COFFEE, COFFEE)), level=0.05)


def cup(layer: Layer, look: Look) -> None:
    """A handleless cup on its saucer."""
    rng, colour = look.rng("form"), look.palette.main
    saucer = Profile([(0.18, 0), (0.3, 0.02), (0.45, 0.07)])
    body(layer, saucer, look.palette.second, gloss="satin", texture="clay")
    mouth(layer, saucer, look.palette.second, wall=0.02, fill=lighter(look.palette.second, 0.1), level=0.0)
    height = rng.uniform(0.5, 0.66)
    form = Profile([(0.15, 0.06), (0.2, 0.1), (0.27, 0.06 + height * 0.55), (0.28, 0.06 + height)])
    shade = layer.shape(ellipse(0.05, 0.06, 0.24, 0.06))
    if shade is not None:
        layer.veil(shade, (50, 34, 30), soft_spot(shade, 0.5, 0.5, 0.42, 0.34), 0.5)
    body(layer, form, colour, look=look, gloss=gloss_of(look), texture="clay")
    mouth(layer, form, colour, fill=COFFEE, level=0.05)


def teapot(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    squat = rng.uniform(0.88, 1.12)
    form = Profile([(0.2, 0), (0.26, 0.03), (0.4, 0.24 * squat), (0.36, 0.42 * squat), (0.2, 0.54 * squat)])
    top = 0.54 * squat
    spout = layer.shape(
        ribbon(smooth([(-0.3, 0.22), (-0.46, 0.34), (-0.52, 0.5), (-0.62, 0.56 * squat)], 8), 0.17, 0.06)
    )
    if spout is not None:
        layer.paint(spout, colour, puff(spout, 0.2, 1.0, 120), texture="clay")
    if rng.random() < 0.5:
        handle(
            layer,
            [(0.3, 0.44 * squat), (0.5, 0.52), (0.6, 0.36), (0.5, 0.16), (0.36, 0.14)],
            colour,
            0.075,
            0.055,
        )
    else:
        hoop = smooth([(-0.26, 0.46 * squat), (-0.27, 0.74), (0, 0.96), (0.27, 0.74), (0.26, 0.46 * squat)], 8)
        bow = layer.shape(ribbon(hoop, 0.04))
        layer.paint(bow, look.wood, puff(bow, 0.05) if bow else None)
    body(layer, form, colour, look=look, gloss=gloss_of(look), texture="clay", pattern_area=(0.05, top * 0.9))
    cover = Profile([(0.2, top), (0.19, top + 0.03), (0.1, top + 0.075), (0.03, top + 0.085)])
    body(layer, cover, colour, gloss="satin", texture="clay")
    knob = Profile([(0.028, top + 0.085), (0.05, top + 0.12), (0.045, top + 0.15), (0.012, top + 0.165)])
    body(layer, knob, look.wood if rng.random() < 0.5 else look.palette.second, gloss="satin")


KINDS: dict[str, Kind] = {
    "mug": Kind(
        mug,
        "standing",
        (-0.34, -0.06, 0.54, 0.86),
        CLAY,
        (0.06, 0.5),
        ("teapot", "plate", "coffee_bag"),
        heft=0.5,
    ),
    "cup": Kind(cup, "standing", (-0.46, -0.08, 0.46, 0.78), CLAY, (0, 0.42), ("teapot", "jug", "tea_tin"), heft=0.42),
    "teapot": Kind(
        teapot,
        "standing",
        (-0.66, -0.06, 0.6, 0.98),
        CLAY,
        (0.02, 0.42),
        ("cup", "mug", "tea_tin"),
        None,
        0.7,
    ),
}
