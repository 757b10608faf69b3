"""Things for the bath and the larder."""

from stoa.world.artwork.bath import WRAPPED
from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import Point, box, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.labels import label_on, mark, ruled_lines
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.revolve import Profile, body, lid
from stoa.world.artwork.sewing import strap
from stoa.world.artwork.shading import both, folds, puff, slope

HONEY: Colour = (218, 150, 44)


def tea_tin(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    tall = rng.uniform(0.62, 0.9)
    form = Profile([(0.29, 0), (0.3, 0.015), (0.3, tall)], curved=False)
    body(layer, form, colour, look=look, gloss="satin", pattern_area=(0.0, tall), scale=0.9)
    label_on(layer, form, tall * 0.3, tall * 0.68, 0.18, look.palette.paper)
    x, y = form.bend((0.0, tall * 0.53))
    mark(layer, x, y, 0.1, look.palette.main)
    ruled_lines(layer, form, tall * 0.4, (0.09, 0.06), look.palette.ink)
    cap = Profile([(0.31, tall), (0.31, tall + 0.12), (0.295, tall + 0.135)], curved=False)
    tone = look.metal if rng.random() < 0.5 else darker(colour, 0.2)
    body(layer, cap, tone, gloss="metal" if tone == look.metal else "satin")
    lid(layer, cap, tone)


def coffee_bag(layer: Layer, look: Look) -> None:
    """A folded-top paper bag with a broad label."""
    colour = look.palette.main if look.rng("form").random() < 0.7 else (196, 162, 122)
    outline = [
        (-0.33, 0.01),
        (0.0, -0.01),
        (0.33, 0.01),
        *smooth([(0.345, 0.4), (0.33, 0.75), (0.31, 0.92)], 4),
        *smooth([(-0.31, 0.92), (-0.33, 0.75), (-0.345, 0.4)], 4),
    ]
    bag = layer.shape(outline)
    if bag is not None:
        creases: list[list[Point]] = [
            [(0.14, 0.1), (0.1, 0.5), (0.14, 1)],
            [(0.87, 0.1), (0.9, 0.5), (0.86, 1)],
            [(0.2, 0.16), (0.5, 0.2), (0.8, 0.15)],
            [(0.3, 0.9), (0.6, 0.86)],
        ]
        marks = printed(layer, bag, look.pattern, (-0.35, 0, 0.35, 0.3), look.prints, look.rng("print"), scale=0.9)
        layer.paint(bag, colour, both(puff(bag, 0.1), folds(bag, creases, 36)), texture="paper", marks=marks)
    flap = layer.shape(box(-0.318, 0.84, 0.318, 0.98, 0.012))
    layer.veil(layer.shape(box(-0.31, 0.815, 0.322, 0.9)), (28, 20, 20), None, 0.28)
    if flap is not None:
        layer.paint(flap, lighter(colour, 0.06), puff(flap, 0.1), texture="paper")
    tie = layer.shape(box(-0.34, 0.89, 0.34, 0.93, 0.012))
    layer.paint(tie, look.palette.accent, puff(tie, 0.2) if tie else None)
    label = layer.shape(box(-0.22, 0.34, 0.22, 0.7, 0.008))
    if label is not None:
        layer.paint(label, look.palette.paper, slope(label, 144, 112), texture="paper")
    mark(layer, 0, 0.57, 0.14, look.palette.ink)
    for i, half in enumerate((0.14, 0.09)):
        layer.paint(layer.shape(box(-half, 0.42 - i * 0.035, half, 0.43 - i * 0.035)), look.palette.ink, opacity=0.7)


def honey_jar(layer: Layer, look: Look) -> None:
    rng = look.rng("form")
    fill = rng.choice((HONEY, (196, 62, 52), (232, 176, 84), (150, 44, 62)))
    form = Profile([(0.27, 0), (0.31, 0.03), (0.33, 0.2), (0.31, 0.44), (0.26, 0.52), (0.26, 0.56)])
    inside = Profile([(r * 0.94, y + 0.025) for r, y in form.points if y < 0.42], curved=False)
    body(layer, inside, fill, gloss="glazed")
    lid(layer, inside, lighter(fill, 0.3))
    body(layer, form, mix((240, 240, 232), fill, 0.25), gloss="glass", opacity=0.3)
    label_on(layer, form, 0.1, 0.32, 0.2, look.palette.paper)
    x, y = form.bend((0.0, 0.25))
    mark(layer, x, y, 0.08, look.palette.main)
    ruled_lines(layer, form, 0.165, (0.1, 0.06), look.palette.ink)
    cap = Profile([(0.28, 0.56), (0.285, 0.58), (0.285, 0.67), (0.27, 0.685)], curved=False)
    shape = body(
        layer,
        cap,
        look.palette.main,
        look=look,
        gloss="satin",
        texture="linen",
        pattern_area=(0.5, 0.75),
        scale=0.6,
    )
    lid(layer, cap, look.palette.main, texture="linen")
    if shape is not None:
        strap(
            layer,
            [(x, 0.575 - 0.048 * (1 - (x / 0.29) ** 2) ** 0.5) for x in (-0.285 + 0.57 * i / 16 for i in range(17))],
            0.018,
            look.palette.accent,
            "linen",
        )


KINDS: dict[str, Kind] = {
    "tea_tin": Kind(
        tea_tin,
        "standing",
        (-0.32, -0.06, 0.32, 1.06),
        WRAPPED,
        (0.02, 0.5),
        ("cup", "teapot", "honey_jar"),
        None,
        0.6,
    ),
    "coffee_bag": Kind(
        coffee_bag,
        "standing",
        (-0.35, -0.01, 0.35, 1.0),
        ("dip", "stripes", "arches", "waves", "diamonds"),
        (0.04, 0.6),
        ("mug", "cup", "jar"),
        None,
        0.85,
    ),
    "honey_jar": Kind(
        honey_jar,
        "standing",
        (-0.34, -0.06, 0.34, 0.76),
        ("gingham", "stripes", "dots", "plain", "windowpane"),
        (0.02, 0.4),
        ("cup", "tea_tin", "teapot"),
        None,
        0.5,
    ),
}
