"""Hats and scarves."""

from stoa.world.artwork.colour import darker, lighter
from stoa.world.artwork.drapery import cloth, fringe
from stoa.world.artwork.geometry import (
    Outline,
    Point,
    box,
    ellipse,
    mirror,
    moved,
    ribbon,
    smooth,
    turned,
)
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.pegs import peg_loop
from stoa.world.artwork.sewing import LEATHER, leather
from stoa.world.artwork.shading import both, folds, puff


def beanie(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    if rng.random() < 0.5:
        ball = layer.shape(ellipse(0, 0.83, 0.14))
        if ball is not None:
            layer.paint(ball, look.palette.second, puff(ball, 0.3), texture="pile")
    crown = layer.shape(mirror(smooth([(0.4, 0.12), (0.41, 0.35), (0.34, 0.58), (0.18, 0.73), (0.0, 0.77)], 6)))
    creases: list[list[Point]] = [
        [(0.5, 0), (0.44, 0.3)],
        [(0.5, 0), (0.6, 0.32)],
        [(0.5, 0.0), (0.3, 0.24)],
        [(0.5, 0), (0.72, 0.24)],
    ]
    if crown is not None:
        marks = printed(layer, crown, look.pattern, (-0.42, 0.1, 0.42, 0.8), look.prints, look.rng("print"))
        layer.paint(crown, colour, both(puff(crown, 0.16), folds(crown, creases, 34)), texture="knit", marks=marks)
    cuff = layer.shape(
        smooth(
            [
                (0.42, 0.02),
                (0.43, 0.13),
                (0.41, 0.23),
                (0, 0.25),
                (-0.41, 0.23),
                (-0.43, 0.13),
                (-0.42, 0.02),
                (0, -0.01),
            ],
            6,
            True,
        )
    )
    layer.veil(layer.shape(box(-0.4, 0.2, 0.4, 0.28)), (30, 20, 20), None, 0.22)
    if cuff is not None:
        layer.paint(cuff, lighter(colour, 0.05), puff(cuff, 0.2), texture="rib")
    leather(layer, layer.shape(box(0.16, 0.06, 0.28, 0.17, 0.008)), LEATHER, 0.1)


def scarf(layer: Layer, look: Look) -> None:
    """Folded in two and hung; both fringed ends show."""
    colour = look.palette.main
    for x0, x1, foot in ((-0.04, 0.2, 0.12), (-0.2, 0.06, 0.0)):
        tail: Outline = [
            (x0, foot),
            (x1, foot),
            *smooth([(x1 - 0.015, 0.5), (x1 - 0.05, 0.98), (x1 - 0.09, 1.1)], 5),
            *smooth([(x0 + 0.09, 1.1), (x0 + 0.04, 0.98), (x0 + 0.01, 0.5)], 5),
        ]
        fringe(
            layer,
            (x0 + 0.01, foot + 0.01),
            (x1 - 0.01, foot + 0.01),
            (0, -0.09),
            colour,
            12,
            look.rng("fringe"),
        )
        layer.veil(layer.shape(moved(tail, 0.014, -0.012)), (30, 20, 20), None, 0.25)
        cloth(
            layer,
            look,
            layer.shape(tail),
            (x0, 0, x1, 1.12),
            texture="wool",
            softness=0.1,
            creases=[[(0.35, 0), (0.3, 1)], [(0.7, 0), (0.75, 1)]],
            depth=34,
        )


def cap(layer: Layer, look: Look) -> None:
    """A cotton cap, seen from the side."""
    colour = look.palette.main
    peak = layer.shape(
        smooth([(0.16, 0.1), (0.44, 0.09), (0.66, 0.0), (0.6, -0.04), (0.38, 0.0), (0.14, 0.02)], 6, True)
    )
    leather(layer, peak, darker(colour, 0.1), 0.2)
    crown = layer.shape(
        [
            *smooth(
                [
                    (0.36, 0.06),
                    (0.35, 0.26),
                    (0.2, 0.44),
                    (-0.02, 0.5),
                    (-0.25, 0.42),
                    (-0.37, 0.22),
                    (-0.38, 0.04),
                ],
                8,
            ),
            (-0.1, 0.0),
            (0.2, 0.02),
        ]
    )
    cloth(layer, look, crown, (-0.4, 0, 0.4, 0.5), texture="twill", softness=0.16)
    for path in ([(-0.02, 0.5), (0.1, 0.3), (0.14, 0.03)], [(-0.02, 0.5), (-0.18, 0.3), (-0.2, 0.02)]):
        layer.veil(layer.shape(ribbon(smooth(path, 6), 0.006)), darker(colour, 0.6), None, 0.5)
    leather(layer, layer.shape(turned(box(-0.04, 0.49, 0.02, 0.525, 0.015), 4)), darker(colour, 0.2), 0.3)


KINDS: dict[str, Kind] = {
    "beanie": Kind(
        beanie,
        "flat",
        (-0.43, -0.02, 0.43, 0.96),
        ("plain", "breton", "bands", "diamonds"),
        (0.1, 0.22),
        ("scarf", "socks", "wallet"),
        None,
        0.9,
    ),
    "scarf": Kind(
        scarf,
        "flat",
        (-0.21, -0.1, 0.21, 1.12),
        ("plaid", "stripes", "gingham", "herringbone", "windowpane", "plain"),
        (0.02, 0.3),
        ("beanie", "wallet"),
        None,
        1.8,
        peg_loop,
    ),
    "cap": Kind(
        cap,
        "flat",
        (-0.4, -0.05, 0.67, 0.53),
        ("plain", "pinstripe", "plain", "gingham"),
        (0.05, 0.2),
        ("wallet", "scarf", "socks"),
        None,
        0.9,
    ),
}
