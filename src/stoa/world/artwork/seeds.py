"""Bulbs and seed packets."""

import random
from collections.abc import Callable

from stoa.world.artwork.colour import darker, lighter
from stoa.world.artwork.foliage import leaf
from stoa.world.artwork.geometry import Outline, arc, box, ellipse, moved, ribbon, smooth, turned
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import LEAF
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.shading import both, puff, slope


def bulbs(layer: Layer, look: Look) -> None:
    """Tulip bulbs spilled from a paper bag."""
    rng = look.rng("form")
    bag = layer.shape(box(-0.3, 0.02, 0.3, 0.62, 0.01))
    if bag is not None:
        marks = printed(layer, bag, look.pattern, (-0.3, 0.02, 0.3, 0.5), look.prints, look.rng("print"), scale=0.9)
        layer.paint(bag, look.palette.main, both(puff(bag, 0.05), slope(bag, 140, 116)), texture="paper", marks=marks)
    fold = layer.shape(box(-0.305, 0.5, 0.305, 0.63, 0.008))
    if fold is not None:
        layer.paint(fold, lighter(look.palette.main, 0.14), puff(fold, 0.08), texture="paper")
    for x, y, size in (
        (-0.26, -0.08, 0.13),
        (0.02, -0.04, 0.15),
        (0.28, -0.12, 0.13),
        (-0.12, -0.3, 0.14),
        (0.16, -0.36, 0.13),
    ):
        _bulb(layer, x, y, size, rng)


def _bulb(layer: Layer, x: float, y: float, size: float, rng: random.Random) -> None:
    turn = rng.uniform(-50, 50)
    drop = smooth(
        [
            (0, -0.8),
            (0.62, -0.62),
            (0.82, 0.0),
            (0.36, 0.7),
            (0.0, 1.3),
            (-0.36, 0.7),
            (-0.82, 0.0),
            (-0.62, -0.62),
        ],
        5,
        True,
    )
    outline = [(px * size + x, py * size + y) for px, py in turned(drop, turn)]
    layer.veil(layer.shape(moved(outline, 0.016, -0.022)), (30, 20, 20), None, 0.35)
    skin = layer.shape(outline)
    if skin is not None:
        layer.paint(skin, (164, 104, 62), puff(skin, 0.26, 1.1), texture="wood", grain=0.5)
    for bend in (-0.4, 0.05, 0.45):
        vein = smooth([(bend * 0.8, -0.6), (bend, 0.0), (bend * 0.3, 0.9)], 5)
        layer.veil(
            layer.shape(ribbon([(px * size + x, py * size + y) for px, py in turned(vein, turn)], 0.006)),
            (92, 54, 34),
            None,
            0.5,
        )


def _placer(angle: float, dx: float, dy: float) -> Callable[[Outline], Outline]:
    return lambda points: moved(turned(points, angle), dx, dy)


def seeds(layer: Layer, look: Look) -> None:
    """Two seed packets with a drawn plant on each."""
    for angle, dx, dy, turn in ((12, 0.18, 0.06, 1), (-7, -0.14, -0.03, 0)):
        tone = look.palette.main if turn == 0 else look.palette.second
        place = _placer(angle, dx, dy)
        outline = place(box(-0.26, -0.38, 0.26, 0.38, 0.006))
        layer.veil(layer.shape(moved(outline, 0.014, -0.02)), (30, 20, 20), None, 0.3)
        packet = layer.shape(outline)
        if packet is not None:
            layer.paint(packet, tone, both(slope(packet, 142, 118), puff(packet, 0.03, 0.6, 128)), texture="paper")
        window = layer.shape(
            place(
                [
                    (-0.17, -0.22),
                    (0.17, -0.22),
                    (0.17, 0.1),
                    *arc(0, 0.1, 0.17, 0.17, 0, 180, 18),
                    (-0.17, 0.1),
                ]
            )
        )
        if window is not None:
            layer.paint(window, look.palette.paper, slope(window, 136, 122), texture="paper")
        green = LEAF[turn]
        layer.paint(layer.shape(place(ribbon([(0, -0.2), (0, 0.12)], 0.012))), green)
        for k in range(4):
            for side in (-1, 1):
                x, y = place([(0, -0.14 + k * 0.07)])[0]
                leaf(layer, x, y, 0.12, 0.032, angle + 90 - side * 52, green, False)
        for x, y in place([(0, 0.16)]):
            for k in range(7):
                leaf(layer, x, y, 0.075, 0.024, angle + k * 51, look.palette.accent, False)
            layer.paint(layer.shape(ellipse(x, y, 0.022)), darker(look.palette.accent, 0.5))
        layer.paint(
            layer.shape(place(box(-0.12, -0.31, 0.12, -0.295)), place(box(-0.08, -0.34, 0.08, -0.328))),
            look.palette.ink,
            opacity=0.6,
        )


KINDS: dict[str, Kind] = {
    "bulbs": Kind(
        bulbs,
        "flat",
        (-0.42, -0.52, 0.42, 0.64),
        ("arches", "leaves", "stripes", "dots", "waves"),
        (0.02, -0.02),
        ("trowel", "seeds"),
        None,
        0.9,
    ),
    "seeds": Kind(seeds, "flat", (-0.5, -0.46, 0.52, 0.5), ("plain",), (-0.1, 0.02), ("trowel", "bulbs"), None, 0.6),
}
