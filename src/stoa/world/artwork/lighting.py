"""Lamps, candles and lanterns. Lit ones carry their own warm light."""

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import arc, box, ellipse, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BRASS
from stoa.world.artwork.revolve import Profile, body, lid, mouth
from stoa.world.artwork.shading import across, puff, soft_spot

LIGHT: Colour = (255, 236, 190)
WAX: Colour = (246, 237, 218)


def glow(layer: Layer, x: float, y: float, reach: float, strength: float = 0.5) -> None:
    """Warm light spilling on whatever is behind."""
    halo = layer.shape(ellipse(x, y, reach))
    if halo is not None:
        layer.veil(halo, LIGHT, soft_spot(halo, 0.5, 0.5, 0.3, 0.3), strength)


def _lit_shade(layer: Layer, look: Look, form: Profile, colour: Colour) -> None:
    """A translucent shade: brightest where the bulb is."""
    shape = body(
        layer,
        form,
        lighter(colour, 0.2),
        look=look,
        gloss="matte",
        texture="linen",
        pattern_area=(form.low, form.high),
    )
    if shape is not None:
        layer.veil(shape, LIGHT, soft_spot(shape, 0.5, 0.62, 0.34, 0.36), 0.62)


def table_lamp(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    glow(layer, 0, 0.84, 0.9, 0.4)
    feet = (
        [(0.2, 0), (0.24, 0.04), (0.28, 0.2), (0.2, 0.38), (0.07, 0.48), (0.05, 0.54)],
        [(0.23, 0), (0.23, 0.035), (0.06, 0.06), (0.035, 0.12), (0.035, 0.54)],
        [
            (0.13, 0),
            (0.2, 0.06),
            (0.2, 0.16),
            (0.12, 0.23),
            (0.18, 0.31),
            (0.16, 0.4),
            (0.06, 0.47),
            (0.05, 0.54),
        ],
    )
    foot = rng.choice(feet)
    material = rng.choice((colour, look.wood, look.metal))
    body(layer, Profile(foot), material, gloss="metal" if material == look.metal else "satin", texture="clay")
    layer.paint(layer.shape(box(-0.022, 0.53, 0.022, 0.64)), BRASS)
    low, high = rng.choice(((0.42, 0.26), (0.38, 0.34), (0.46, 0.18)))
    shade = Profile([(low, 0.6), ((low + high) / 2, 0.82), (high, 1.05)], curved=False)
    inside = layer.shape(ellipse(0, 0.6, low, low * 0.1))
    layer.paint(inside, LIGHT)
    _lit_shade(layer, look, shade, look.palette.second if material == colour else colour)
    rim = layer.shape(ellipse(0, 1.05, high, high * 0.17), holes=[ellipse(0, 1.05, high - 0.012, high * 0.155)])
    mouth(layer, shade, LIGHT, wall=0.01)
    layer.paint(rim, darker(look.palette.second, 0.1))


def pendant(layer: Layer, look: Look) -> None:
    """Hangs from (0, 0); its cord runs up out of any picture."""
    rng, colour = look.rng("form"), look.palette.main
    glow(layer, 0, -0.72, 0.9, 0.45)
    layer.paint(layer.shape(box(-0.007, -0.2, 0.007, 4)), darker(look.palette.ink, 0.3))
    forms = (
        [(0.56, -0.74), (0.5, -0.6), (0.34, -0.42), (0.1, -0.3), (0.05, -0.22)],
        [(0.4, -0.84), (0.39, -0.6), (0.3, -0.4), (0.1, -0.28), (0.05, -0.2)],
        [(0.6, -0.62), (0.46, -0.5), (0.16, -0.38), (0.06, -0.28), (0.05, -0.2)],
        [(0.22, -0.9), (0.44, -0.76), (0.48, -0.6), (0.4, -0.42), (0.12, -0.28), (0.05, -0.2)],
    )
    form = Profile(rng.choice(forms), tilt=0.12)
    under = layer.shape(ellipse(0, form.low, form.points[0][0], form.points[0][0] * 0.12))
    body(layer, form, colour, look=look, gloss="satin", pattern_area=(form.low, form.high))
    if under is not None:
        layer.paint(under, (255, 240, 206))
        layer.veil(under, (255, 255, 250), soft_spot(under, 0.5, 0.5, 0.25, 0.3), 0.9)
    cap = Profile([(0.05, -0.22), (0.05, -0.17), (0.02, -0.14)], curved=False, tilt=0.12)
    body(layer, cap, BRASS, gloss="metal")


def flame(layer: Layer, x: float, y: float, size: float = 0.1) -> None:
    glow(layer, x, y + size * 0.6, size * 4.5, 0.6)
    layer.paint(layer.line([(x, y - 0.02), (x + 0.004, y + size * 0.3)], 0.01), (60, 48, 42))
    for scale, colour in ((1.0, (255, 190, 92)), (0.62, (255, 244, 206))):
        tall, wide = size * scale, size * 0.3 * scale
        drop = smooth(
            [
                (x, y + tall * 0.1),
                (x + wide, y + tall * 0.45),
                (x, y + tall * 1.35),
                (x - wide, y + tall * 0.45),
            ],
            8,
            True,
        )
        layer.paint(layer.shape(drop), colour)


def candle(layer: Layer, look: Look) -> None:
    """A tapered candle in a low holder with a ring to carry it by."""
    rng, colour = look.rng("form"), look.palette.main
    flame(layer, 0, 0.83 + 0.16, 0.1)
    dish = Profile([(0.2, 0), (0.3, 0.02), (0.34, 0.07)])
    ring = layer.shape(ellipse(0.38, 0.07, 0.09, 0.075), holes=[ellipse(0.38, 0.07, 0.055, 0.042)])
    layer.paint(ring, colour, puff(ring, 0.1) if ring else None)
    body(layer, dish, colour, gloss="satin", texture="clay")
    mouth(layer, dish, colour, wall=0.02)
    socket = Profile([(0.08, 0.03), (0.075, 0.12), (0.09, 0.17)])
    body(layer, socket, colour, gloss="satin", texture="clay")
    wax = rng.choice((WAX, look.palette.accent, look.palette.second))
    taper = Profile([(0.065, 0.14), (0.055, 0.97)], curved=False)
    stick = body(layer, taper, wax, gloss="matte", texture="paper")
    if stick is not None:
        layer.veil(stick, LIGHT, soft_spot(stick, 0.5, 0.0, 0.6, 0.28), 0.75)
    lid(layer, taper, lighter(wax, 0.3))


def scented_candle(layer: Layer, look: Look) -> None:
    """Wax poured into a patterned beaker, its label in front."""
    colour = look.palette.main
    form = Profile([(0.3, 0), (0.33, 0.03), (0.345, 0.62)])
    body(layer, form, colour, look=look, gloss="satin", texture="clay", pattern_area=(0.02, 0.6))
    label = layer.shape([form.bend(p) for p in box(-0.22, 0.17, 0.22, 0.42)])
    label = layer.shape(
        [form.bend((-0.22 + 0.44 * i / 12, 0.17)) for i in range(13)]
        + [form.bend((0.22 - 0.44 * i / 12, 0.42)) for i in range(13)]
    )
    if label is not None:
        layer.paint(label, look.palette.paper, across(label, [(0, 138), (0.5, 132), (1, 100)]), texture="paper")
        layer.paint(layer.shape(ellipse(0, 0.265, 0.045, 0.045)), look.palette.accent)
    mouth(layer, form, colour, fill=WAX, level=0.03)
    flame(layer, 0, 0.62, 0.1)


def lantern(layer: Layer, look: Look) -> None:
    """A glazed metal lantern with a candle inside."""
    metal = darker(look.palette.main, 0.1)
    glow(layer, 0, 0.45, 0.75, 0.35)
    handle = layer.shape(ribbon(arc(0, 0.92, 0.17, 0.22, 0, 180, 30), 0.018))
    layer.paint(handle, metal)
    layer.paint(layer.shape(box(-0.27, 0.1, 0.27, 0.8)), mix(metal, LIGHT, 0.62), None, opacity=0.6)
    taper = Profile([(0.1, 0.12), (0.1, 0.4)], curved=False)
    body(layer, taper, WAX, gloss="matte")
    lid(layer, taper, WAX)
    flame(layer, 0, 0.41, 0.11)
    pane = layer.shape(box(-0.27, 0.1, 0.27, 0.8))
    layer.veil(pane, (255, 255, 255), None, 0.07)
    layer.veil(layer.shape([(-0.24, 0.76), (-0.12, 0.76), (-0.22, 0.14), (-0.24, 0.14)]), (255, 255, 255), None, 0.3)
    for x0, y0, x1, y1 in (
        (-0.32, 0, 0.32, 0.11),
        (-0.32, 0.1, -0.275, 0.8),
        (0.275, 0.1, 0.32, 0.8),
        (-0.012, 0.1, 0.012, 0.8),
        (-0.32, 0.78, 0.32, 0.83),
    ):
        bar = layer.shape(box(x0, y0, x1, y1, 0.012))
        if bar is not None:
            layer.paint(bar, metal, across(bar, [(0, 150), (0.3, 160), (1, 90)]))
    roof = layer.shape([(-0.36, 0.82), (0.36, 0.82), (0.14, 0.95), (-0.14, 0.95)])
    if roof is not None:
        layer.paint(roof, metal, across(roof, "satin"))
    cap = Profile([(0.1, 0.94), (0.1, 1.0), (0.05, 1.03)], curved=False)
    body(layer, cap, metal, gloss="satin")


def floor_lamp(layer: Layer, look: Look) -> None:
    """A reading lamp on three wooden legs."""
    glow(layer, 0, 1.32, 0.7, 0.35)
    wood = look.wood
    for x, y in ((0.0, 0.06), (-0.34, 0.0), (0.34, -0.02)):
        leg = layer.shape(ribbon([(x * 0.1, 1.08), (x, y)], 0.04, 0.026))
        if leg is not None:
            layer.paint(leg, wood, across(leg, "satin"), texture="wood")
    layer.paint(layer.shape(box(-0.05, 1.04, 0.05, 1.12, 0.015)), BRASS)
    shade = Profile([(0.36, 1.12), (0.3, 1.55)], curved=False)
    _lit_shade(layer, look, shade, look.palette.main)
    mouth(layer, shade, LIGHT, wall=0.01)


SHADES = ("plain", "pinstripe", "bands", "stripes", "leaves", "arches", "plain", "waves")

KINDS: dict[str, Kind] = {
    "table_lamp": Kind(
        table_lamp,
        "standing",
        (-0.46, -0.05, 0.46, 1.13),
        SHADES,
        (0.05, 0.72),
        ("vase", "notebook", "plant"),
        None,
        1.3,
    ),
    "pendant": Kind(
        pendant,
        "hanging",
        (-0.6, -0.95, 0.6, 0),
        ("plain", "plain", "bands", "dip"),
        (0.05, -0.5),
        ("fruit_bowl", "vase", "jug"),
    ),
    "candle": Kind(
        candle,
        "standing",
        (-0.36, -0.06, 0.48, 1.16),
        ("plain",),
        (0.06, 0.3),
        ("lantern", "bowl", "vase"),
        None,
        0.75,
    ),
    "scented_candle": Kind(
        scented_candle,
        "standing",
        (-0.36, -0.06, 0.36, 0.84),
        ("plain", "bands", "speckle", "stripes", "terrazzo"),
        (0, 0.42),
        ("soap", "bottle", "vase"),
        None,
        0.5,
    ),
    "lantern": Kind(
        lantern,
        "standing",
        (-0.38, -0.02, 0.38, 1.16),
        ("plain",),
        (0.02, 0.5),
        ("plant", "candle"),
        None,
        1.1,
    ),
    "floor_lamp": Kind(
        floor_lamp,
        "standing",
        (-0.38, -0.05, 0.38, 1.62),
        SHADES,
        (0.0, 1.15),
        ("plant", "planter"),
        None,
        2.6,
    ),
}
