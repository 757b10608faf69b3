"""Bags and accessories."""

from stoa.world.artwork.colour import darker, lighter, mix
from stoa.world.artwork.drapery import cloth
from stoa.world.artwork.geometry import (
    Point,
    arc,
    box,
    ellipse,
    mirror,
    ribbon,
    smooth,
)
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BRASS
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.pegs import peg_loop
from stoa.world.artwork.sewing import LEATHER, leather, stitches, strap
from stoa.world.artwork.shading import across, both, puff, slope


def tote(layer: Layer, look: Look) -> None:
    """A canvas bag, its handles meeting at the top."""
    grip = look.palette.accent if look.rng("grip").random() < 0.4 else mix(look.palette.main, look.palette.ink, 0.35)
    strap(
        layer,
        smooth([(-0.17, 0.7), (-0.15, 0.92), (-0.04, 1.13), (0.04, 1.13), (0.15, 0.92), (0.17, 0.7)], 8),
        0.05,
        darker(grip, 0.2),
    )
    sack = layer.shape(mirror([(0.0, -0.01), (0.2, -0.006), (0.38, 0.01), (0.41, 0.1), (0.405, 0.4), (0.385, 0.78)]))
    creases: list[list[Point]] = [
        [(0.22, 0.02), (0.25, 0.4)],
        [(0.78, 0.02), (0.74, 0.45)],
        [(0.12, 0.98), (0.3, 0.85)],
        [(0.9, 0.96), (0.7, 0.86)],
        [(0.5, 0.6), (0.56, 0.9)],
    ]
    cloth(layer, look, sack, (-0.41, 0, 0.41, 0.78), texture="twill", softness=0.035, creases=creases, scale=1.3)
    for y in (0.745, 0.735):
        stitches(layer, (-0.38, y), (0.38, y), lighter(look.palette.main, 0.35), 50)
    strap(
        layer,
        smooth([(-0.2, 0.66), (-0.19, 0.8), (-0.12, 1.0), (0, 1.1), (0.12, 1.0), (0.19, 0.8), (0.2, 0.66)], 8),
        0.055,
        grip,
    )
    for x in (-0.2, 0.2):
        patch = layer.shape(box(x - 0.045, 0.6, x + 0.045, 0.68, 0.006))
        leather(layer, patch, grip)


def backpack(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    strap(layer, smooth([(-0.08, 0.98), (-0.07, 1.07), (0.07, 1.07), (0.08, 0.98)], 6), 0.035, look.palette.ink)
    for side in (-1, 1):
        pouch = layer.shape(box(min(side * 0.34, side * 0.47), 0.06, max(side * 0.34, side * 0.47), 0.36, 0.05))
        leather(layer, pouch, darker(colour, 0.12), 0.2)
    sack = layer.shape(
        mirror(
            smooth(
                [(0.0, -0.01), (0.32, 0.0), (0.4, 0.06), (0.42, 0.4), (0.38, 0.8), (0.26, 0.97), (0.0, 1.01)],
                6,
            )
        )
    )
    cloth(
        layer,
        look,
        sack,
        (-0.42, 0, 0.42, 1.0),
        texture="twill",
        softness=0.12,
        scale=1.2,
        creases=[[(0.1, 0.6), (0.3, 0.58)], [(0.9, 0.45), (0.75, 0.5)]],
    )
    flap = layer.shape(
        mirror(smooth([(0.0, 0.56), (0.28, 0.57), (0.375, 0.62), (0.38, 0.8), (0.27, 0.975), (0.0, 1.015)], 6))
    )
    layer.veil(layer.shape(mirror([(0.0, 0.53), (0.38, 0.56), (0.4, 0.7)])), (30, 20, 20), None, 0.3)
    top = mix(colour, look.palette.ink, 0.25) if rng.random() < 0.5 else look.palette.second
    if flap is not None:
        layer.paint(flap, top, puff(flap, 0.1), texture="twill")
    pocket = layer.shape(box(-0.28, 0.07, 0.28, 0.44, 0.05))
    if pocket is not None:
        layer.paint(pocket, lighter(colour, 0.06), puff(pocket, 0.08, 1.2), texture="twill")
    stitches(layer, (-0.25, 0.39), (0.25, 0.39), lighter(colour, 0.4), 40)
    for x in (-0.16, 0.16):
        leather(layer, layer.shape(box(x - 0.028, 0.4, x + 0.028, 0.74, 0.012)), LEATHER, 0.2)
        buckle = layer.shape(
            box(x - 0.042, 0.475, x + 0.042, 0.55, 0.012), holes=[box(x - 0.026, 0.49, x + 0.026, 0.535)]
        )
        layer.paint(buckle, BRASS, puff(buckle, 0.1) if buckle else None)


def wallet(layer: Layer, look: Look) -> None:
    """A folded leather wallet, cards showing."""
    rng = look.rng("form")
    colour = rng.choice((LEATHER, look.palette.main, look.palette.ink))
    for i, tone in enumerate((look.palette.second, look.palette.accent)):
        card = layer.shape(box(-0.36, -0.2, 0.36, 0.36 - i * 0.05, 0.03))
        if card is not None:
            layer.paint(card, tone, slope(card, 146, 118), texture="paper")
    bottom = layer.shape(box(-0.46, -0.34, 0.46, 0.27, 0.04))
    leather(layer, bottom, colour, 0.03)
    front = layer.shape([(-0.46, -0.3), (0.46, -0.3), (0.46, 0.2), *arc(0, 0.2, 0.1, 0.07, 0, -180, 16), (-0.46, 0.2)])
    leather(layer, front, lighter(colour, 0.05), 0.025)
    for a, b in (
        ((-0.44, 0.18), (-0.44, -0.3)),
        ((-0.44, -0.315), (0.44, -0.315)),
        ((0.44, -0.3), (0.44, 0.18)),
    ):
        stitches(layer, a, b, lighter(colour, 0.5), 36)
    stud = layer.shape(ellipse(0.33, -0.2, 0.03))
    layer.paint(stud, BRASS, puff(stud, 0.3) if stud else None)


def umbrella(layer: Layer, look: Look) -> None:
    """Rolled, handle up."""
    colour = look.palette.main
    crook = [(0.0, 0.9), (0.0, 1.12), *arc(0.09, 1.14, 0.09, 0.1, 180, 0, 16), (0.18, 1.08)]
    grip = layer.shape(ribbon(crook, 0.042))
    if grip is not None:
        layer.paint(grip, look.wood, puff(grip, 0.06), texture="wood")
    layer.paint(layer.shape(box(-0.02, 0.84, 0.02, 0.93)), BRASS)
    layer.paint(layer.shape(box(-0.012, -0.1, 0.012, 0.02)), BRASS)
    roll = layer.shape(
        mirror(smooth([(0.018, -0.02), (0.05, 0.1), (0.085, 0.45), (0.1, 0.7), (0.07, 0.84), (0.025, 0.87)], 6))
    )
    if roll is None:
        return
    marks = printed(layer, roll, look.pattern, (-0.12, 0, 0.12, 0.9), look.prints, look.rng("print"), scale=0.8)
    layer.paint(roll, colour, both(across(roll, "matte"), puff(roll, 0.1, 0.5, 128)), texture="linen", marks=marks)
    for i in range(5):
        y = 0.16 + i * 0.13
        half = 0.05 + i * 0.01
        layer.veil(
            layer.shape(ribbon(smooth([(-half, y), (0, y + 0.09), (half, y + 0.22)], 5), 0.012, 0.004)),
            (30, 20, 24),
            None,
            0.32,
        )
    band = layer.shape(ribbon([(-0.092, 0.6), (0.0, 0.575), (0.092, 0.59)], 0.05))
    if band is not None:
        layer.paint(band, look.palette.accent, across(band, "matte"))


CANVAS = ("plain", "stripes", "arches", "block", "leaves", "dip", "brush", "windowpane", "waves", "terrazzo")

KINDS: dict[str, Kind] = {
    "tote": Kind(
        tote,
        "flat",
        (-0.42, 0, 0.42, 1.16),
        CANVAS,
        (0.12, 0.6),
        ("scarf", "notebook", "wallet"),
        None,
        1.3,
        peg_loop,
    ),
    "backpack": Kind(
        backpack,
        "standing",
        (-0.48, 0, 0.48, 1.1),
        ("plain", "plain", "dip", "plaid"),
        (0.08, 0.52),
        ("umbrella", "plant", "throw"),
        None,
        1.5,
    ),
    "wallet": Kind(
        wallet,
        "flat",
        (-0.46, -0.36, 0.46, 0.38),
        ("plain",),
        (0.2, 0.0),
        ("pen", "notebook", "cap"),
        None,
        0.45,
    ),
    "umbrella": Kind(
        umbrella,
        "flat",
        (-0.12, -0.1, 0.2, 1.24),
        ("plain", "stripes", "dots", "plaid", "gingham"),
        (0.04, 0.75),
        ("scarf", "beanie"),
        None,
        2.2,
        peg_loop,
        lean=-24,
    ),
}
