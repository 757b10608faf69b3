"""Clothes, laid flat or hung from a hanger. Shoulders are about 0.7 units wide; the neck is at the top."""

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.drapery import cloth
from stoa.world.artwork.geometry import Outline, Point, arc, box, ellipse, mirror, moved, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BRASS
from stoa.world.artwork.pegs import hanger, peg_loop
from stoa.world.artwork.sewing import stitches, strap
from stoa.world.artwork.shading import puff

BODY_CREASES: list[list[Point]] = [
    [(0.3, 0.3), (0.36, 0.6), (0.34, 1.0)],
    [(0.7, 0.28), (0.62, 0.55), (0.66, 1.0)],
    [(0.24, 0.42), (0.34, 0.34)],
    [(0.76, 0.42), (0.66, 0.34)],
    [(0.5, 0.7), (0.54, 1.0)],
]


def _trunk(hem: float = 0.0, width: float = 0.35) -> Outline:
    return [
        (0.0, hem - 0.008),
        *smooth([(width, hem), (width - 0.01, 0.4), (width - 0.02, 0.72)], 4),
        (0.36, 0.92),
        (0.14, 1.0),
        (0.0, 1.0),
    ]


def _sleeves(layer: Layer, look: Look, reach: Outline, texture: str, colour: Colour, scale: float = 1.0) -> None:
    """Both sleeves, behind the trunk; `reach` is the right one's outline."""
    for side in (1, -1):
        sleeve = layer.shape([(x * side, y) for x, y in reach])
        cloth(
            layer,
            look,
            sleeve,
            (-0.8, -0.1, 0.8, 1.0),
            colour=colour,
            texture=texture,
            softness=0.09,
            scale=scale,
            creases=[[(0.3, 0.2), (0.55, 0.5)], [(0.7, 0.3), (0.5, 0.66)]],
            depth=30,
            pattern=colour == look.palette.main,
        )


def _neck(
    layer: Layer, look: Look, width: float, drop: float, colour: Colour, texture: str, band: float = 0.035
) -> None:
    inside = layer.shape(ellipse(0, 1.0, width, drop * 0.45))
    if inside is not None:
        layer.paint(inside, darker(look.palette.main, 0.4), None, texture=texture)
    collar = layer.shape(ribbon(arc(0, 1.0, width, drop, 180, 360, 28), band))
    back = layer.shape(ribbon(arc(0, 1.0, width, drop * 0.38, 0, 180, 24), band))
    for part in (back, collar):
        if part is not None:
            layer.paint(part, colour, puff(part, 0.06), texture=texture)


def _neck_hole(layer: Layer, look: Look, width: float, drop: float) -> None:
    hole = layer.shape(arc(0, 1.0, width, drop, 180, 360, 28) + arc(0, 1.0, width, drop * 0.35, 0, 180, 20))
    if hole is not None:
        layer.paint(hole, darker(look.palette.main, 0.42), puff(hole, 0.05), texture="linen")


def tshirt(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    sleeve_tone = look.palette.second if rng.random() < 0.15 else colour
    _sleeves(layer, look, [(0.33, 0.93), (0.56, 0.66), (0.42, 0.55), (0.3, 0.66)], "grain", sleeve_tone)
    trunk = layer.shape(mirror(_trunk()))
    cloth(
        layer,
        look,
        trunk,
        (-0.36, 0, 0.36, 1),
        texture="grain",
        softness=0.05,
        creases=BODY_CREASES,
        depth=30,
        scale=1.1,
    )
    _neck_hole(layer, look, 0.13, 0.11)
    _neck(layer, look, 0.135, 0.115, lighter(colour, 0.06), "rib", 0.03)
    for y in (0.025, 0.035):
        stitches(layer, (-0.345, y), (0.345, y), darker(colour, 0.25), 60)
    if look.pattern == "plain" and rng.random() < 0.7:
        pocket = layer.shape([(0.06, 0.56), (0.06, 0.75), (0.22, 0.75), (0.22, 0.56), (0.14, 0.53)])
        if pocket is not None:
            layer.veil(
                layer.shape(
                    moved([(0.06, 0.56), (0.06, 0.75), (0.22, 0.75), (0.22, 0.56), (0.14, 0.53)], 0.004, -0.006)
                ),
                (30, 20, 20),
                None,
                0.25,
            )
            layer.paint(pocket, colour, puff(pocket, 0.03), texture="grain")


def sweater(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    cuff = look.palette.second if rng.random() < 0.3 else lighter(colour, 0.04)
    arm = smooth([(0.32, 0.94), (0.46, 0.78), (0.56, 0.4), (0.6, 0.08)], 6) + smooth(
        [(0.46, 0.05), (0.4, 0.4), (0.3, 0.66)], 6
    )
    _sleeves(layer, look, arm, "knit", colour)
    for side in (1, -1):
        end = layer.shape([(side * x, y) for x, y in ((0.605, 0.1), (0.46, 0.07), (0.465, -0.02), (0.6, 0.0))])
        if end is not None:
            layer.paint(end, cuff, puff(end, 0.1), texture="rib")
    trunk = layer.shape(mirror(_trunk(0.06, 0.36)))
    cloth(
        layer,
        look,
        trunk,
        (-0.36, 0, 0.36, 1),
        texture="knit",
        softness=0.06,
        creases=BODY_CREASES,
        depth=32,
        scale=1.3,
    )
    hem = layer.shape(smooth([(0.36, 0.08), (0.35, 0.0), (0, -0.01), (-0.35, 0.0), (-0.36, 0.08), (0, 0.07)], 4, True))
    if hem is not None:
        layer.paint(hem, cuff, puff(hem, 0.12), texture="rib")
    _neck_hole(layer, look, 0.14, 0.09)
    _neck(layer, look, 0.145, 0.1, cuff, "rib", 0.055)


def overshirt(layer: Layer, look: Look) -> None:
    """A buttoned work shirt with two pockets."""
    colour = look.palette.main
    arm = smooth([(0.32, 0.94), (0.47, 0.76), (0.56, 0.4), (0.59, 0.02)], 6) + smooth(
        [(0.45, 0.0), (0.4, 0.4), (0.3, 0.66)], 6
    )
    _sleeves(layer, look, arm, "twill", colour)
    trunk = layer.shape(mirror(_trunk(0.0, 0.37)))
    cloth(
        layer,
        look,
        trunk,
        (-0.37, 0, 0.37, 1),
        texture="twill",
        softness=0.045,
        creases=BODY_CREASES,
        depth=28,
        scale=1.3,
    )
    _neck_hole(layer, look, 0.11, 0.08)
    placket = layer.shape(box(-0.03, 0.0, 0.035, 0.93))
    layer.veil(layer.shape(box(0.03, 0.0, 0.048, 0.93)), (24, 18, 20), None, 0.25)
    cloth(layer, look, placket, (-0.37, 0, 0.37, 1), texture="twill", scale=1.3)
    for side in (-1, 1):
        wing = layer.shape([(side * x, y) for x, y in ((0.0, 0.9), (0.16, 0.83), (0.19, 0.99), (0.1, 1.03))])
        layer.veil(
            layer.shape([(side * x, y - 0.014) for x, y in ((0.0, 0.9), (0.16, 0.83), (0.19, 0.99))]),
            (24, 18, 20),
            None,
            0.25,
        )
        cloth(
            layer,
            look,
            wing,
            (-0.37, 0, 0.37, 1.1),
            texture="twill",
            softness=0.08,
            pattern=look.pattern != "dip",
        )
        x0, x1 = sorted((side * 0.09, side * 0.27))
        pocket = layer.shape(box(x0, 0.5, x1, 0.7, 0.012))
        layer.veil(layer.shape(box(x0 + 0.006, 0.488, x1 + 0.006, 0.69, 0.012)), (24, 18, 20), None, 0.28)
        cloth(layer, look, pocket, (-0.37, 0, 0.37, 1), texture="twill", softness=0.05, scale=1.3)
        stitches(layer, (x0 + 0.01, 0.665), (x1 - 0.01, 0.665), lighter(colour, 0.45), 16)
    for i in range(5):
        button = layer.shape(ellipse(0.002, 0.1 + i * 0.18, 0.014))
        if button is not None:
            layer.paint(button, look.palette.paper, puff(button, 0.2))


def apron(layer: Layer, look: Look) -> None:
    colour = look.palette.main
    tie = mix(colour, look.palette.ink, 0.3)
    strap(layer, smooth([(-0.15, 0.96), (-0.12, 1.1), (0, 1.18), (0.12, 1.1), (0.15, 0.96)], 8), 0.035, tie)
    for side in (-1, 1):
        strap(
            layer,
            smooth([(side * 0.36, 0.58), (side * 0.45, 0.5), (side * 0.42, 0.3), (side * 0.48, 0.1)], 6),
            0.028,
            tie,
        )
    sheet = layer.shape(
        mirror(
            [
                (0.0, -0.006),
                (0.38, 0.0),
                (0.385, 0.3),
                (0.37, 0.6),
                (0.28, 0.66),
                (0.2, 0.8),
                (0.18, 0.98),
                (0.0, 0.985),
            ]
        )
    )
    cloth(
        layer,
        look,
        sheet,
        (-0.39, 0, 0.39, 1),
        texture="linen",
        softness=0.025,
        scale=1.2,
        creases=[[(0.25, 0.4), (0.2, 1)], [(0.72, 0.42), (0.8, 1)], [(0.5, 0.62), (0.48, 1)]],
        depth=36,
    )
    pocket = layer.shape(box(-0.22, 0.26, 0.22, 0.52, 0.015))
    layer.veil(layer.shape(box(-0.215, 0.245, 0.228, 0.5, 0.015)), (28, 20, 20), None, 0.25)
    cloth(layer, look, pocket, (-0.39, 0, 0.39, 1), texture="linen", softness=0.04, scale=1.2)
    stitches(layer, (-0.21, 0.5), (0.21, 0.5), lighter(colour, 0.45), 34)
    stitches(layer, (0.02, 0.27), (0.02, 0.5), lighter(colour, 0.45), 18)
    for x in (-0.15, 0.15):
        rivet = layer.shape(ellipse(x, 0.94, 0.014))
        layer.paint(rivet, BRASS, puff(rivet, 0.3) if rivet else None)


WORN = ("plain", "plain", "breton", "stripes", "dip", "pinstripe", "plain", "bands", "speckle")

KINDS: dict[str, Kind] = {
    "tshirt": Kind(
        tshirt,
        "flat",
        (-0.57, 0, 0.57, 1.04),
        WORN,
        (0.1, 0.76),
        ("socks", "cap", "beanie"),
        None,
        2.0,
        hanger,
    ),
    "sweater": Kind(
        sweater,
        "flat",
        (-0.62, -0.02, 0.62, 1.05),
        ("plain", "breton", "bands", "diamonds", "plain", "dip", "stripes", "cross"),
        (0.12, 0.7),
        ("beanie", "scarf"),
        None,
        2.1,
        hanger,
    ),
    "overshirt": Kind(
        overshirt,
        "flat",
        (-0.61, 0, 0.61, 1.04),
        ("plain", "plaid", "gingham", "plain", "windowpane", "pinstripe"),
        (0.08, 0.72),
        ("tshirt", "cap"),
        None,
        2.1,
        hanger,
    ),
    "apron": Kind(
        apron,
        "flat",
        (-0.5, 0, 0.5, 1.2),
        ("plain", "pinstripe", "stripes", "gingham", "plain", "windowpane", "leaves"),
        (0.1, 0.45),
        ("tea_towel", "spoons"),
        None,
        2.4,
        peg_loop,
    ),
}
