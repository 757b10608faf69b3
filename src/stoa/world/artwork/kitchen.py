"""Tools and vessels of the kitchen."""

import math

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import Outline, arc, box, ellipse, moved, ribbon, smooth, turned
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer, Shape
from stoa.world.artwork.palettes import BLACK_STEEL, BRASS, STEEL
from stoa.world.artwork.revolve import Profile, body, lid, mouth
from stoa.world.artwork.shading import across, both, down, puff, slope


def wooden(layer: Layer, shape: Shape | None, colour: Colour, softness: float = 0.05, lying: bool = False) -> None:
    if shape is not None:
        layer.paint(shape, colour, puff(shape, softness), texture="wood", across=lying)


def knife(layer: Layer, look: Look) -> None:
    """Lies along x, edge down, point to the left."""
    rng = look.rng("form")
    belly = rng.uniform(0.09, 0.15)
    spine = smooth([(-0.62, 0.0), (-0.45, 0.07), (-0.1, 0.092), (0.16, 0.094)], 8)
    edge = smooth([(0.16, -belly), (-0.2, -belly), (-0.45, -belly * 0.66), (-0.62, 0.0)], 8)
    blade = layer.shape(spine + edge)
    if blade is not None:
        layer.paint(blade, STEEL, both(slope(blade, 170, 108, 250), puff(blade, 0.04)), texture="brushed")
    bevel = layer.shape([(x, y + 0.035) for x, y in edge[:-4]] + edge[::-1][4:])
    layer.veil(bevel, (255, 255, 255), None, 0.45)
    bolster = layer.shape(box(0.15, -0.06, 0.2, 0.094, 0.012))
    if bolster is not None:
        layer.paint(bolster, rng.choice((STEEL, BRASS)), down(bolster, "metal"))
    grip = layer.shape(
        smooth(
            [
                (0.19, 0.09),
                (0.42, 0.07),
                (0.62, 0.078),
                (0.67, 0.03),
                (0.63, -0.045),
                (0.42, -0.02),
                (0.19, -0.05),
            ],
            6,
            True,
        )
    )
    wooden(layer, grip, rng.choice((look.wood, look.palette.main)), 0.22, True)
    for x in (0.3, 0.42, 0.54):
        rivet = layer.shape(ellipse(x, 0.03, 0.014))
        if rivet is not None:
            layer.paint(rivet, BRASS, puff(rivet, 0.3))


def board(layer: Layer, look: Look) -> None:
    """A chopping board with a handle, hanging hole up."""
    rng, wood = look.rng("form"), look.wood
    round_one = rng.random() < 0.4
    plate: Outline = ellipse(0, 0.42, 0.42) if round_one else box(-0.36, 0, 0.36, 0.86, rng.choice((0.05, 0.14)))
    neck = box(-0.075, 0.8, 0.075, 1.14, 0.07)
    shape = layer.shape(plate, neck, holes=[ellipse(0, 1.07, 0.03)])
    if shape is None:
        return
    marks = []
    if look.pattern == "block":
        strips = [box(-0.5, y, 0.5, y + 0.1) for y in (0.08, 0.34, 0.6)]
        if layer.image is not None:
            marks = [(layer.inked(shape, strips), mix(wood, (96, 58, 40), 0.55))]
    elif look.pattern == "dip" and layer.image is not None:
        marks = [(layer.inked(shape, [box(-0.5, 0.98, 0.5, 1.3)]), look.palette.main)]
    layer.paint(shape, wood, puff(shape, 0.03), texture="wood", marks=marks, grain=1.2)
    cord = layer.shape(ribbon(smooth([(0, 1.07), (0.06, 1.16), (0.02, 1.22), (-0.05, 1.16), (0, 1.08)], 6), 0.012))
    layer.paint(cord, look.palette.accent)


def kettle(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    spout = layer.shape(ribbon(smooth([(-0.36, 0.22), (-0.5, 0.3), (-0.55, 0.46), (-0.66, 0.52)], 8), 0.13, 0.055))
    if spout is not None:
        layer.paint(spout, colour, puff(spout, 0.22))
    form = Profile(
        [(0.42, 0), (0.45, 0.04), (0.44, 0.2), (0.36, 0.4), (0.22, 0.5)]
        if rng.random() < 0.5
        else [(0.36, 0), (0.4, 0.04), (0.43, 0.26), (0.36, 0.46), (0.22, 0.54)]
    )
    top = form.high
    bow = smooth([(-0.34, 0.38), (-0.36, 0.68), (-0.2, 0.86), (0.2, 0.86), (0.36, 0.68), (0.34, 0.38)], 8)
    layer.paint(layer.shape(ribbon(bow, 0.032)), BLACK_STEEL)
    grip = layer.shape(ribbon(smooth([(-0.22, 0.855), (0, 0.885), (0.22, 0.855)], 6), 0.07))
    wooden(layer, grip, look.wood, 0.3, True)
    body(layer, form, colour, look=look, gloss="glazed", pattern_area=(0.02, 0.42))
    cover = Profile([(0.22, top), (0.2, top + 0.03), (0.05, top + 0.06)])
    body(layer, cover, colour, gloss="glazed")
    knob = Profile([(0.03, top + 0.055), (0.055, top + 0.09), (0.045, top + 0.12), (0.01, top + 0.13)])
    body(layer, knob, look.wood, gloss="satin")


def pan(layer: Layer, look: Look) -> None:
    """A frying pan seen from the side and a little above."""
    colour = darker(look.palette.main, 0.18)
    stick = layer.shape(ribbon(smooth([(0.4, 0.17), (0.62, 0.22), (1.0, 0.27)], 6), 0.05, 0.075))
    wooden(layer, stick, look.wood, 0.3, True)
    layer.paint(layer.shape(ribbon([(0.36, 0.16), (0.56, 0.21)], 0.05)), STEEL)
    form = Profile([(0.38, 0), (0.42, 0.03), (0.5, 0.2)], tilt=0.26)
    body(layer, form, colour, gloss="satin")
    mouth(layer, form, colour, wall=0.014)
    _pan_floor(layer)


def _pan_floor(layer: Layer) -> None:
    floor = layer.shape(ellipse(0, 0.165, 0.41, 0.082))
    if floor is not None:
        layer.paint(floor, BLACK_STEEL, slope(floor, 80, 160, 330), texture="brushed")


def pan_top(layer: Layer, look: Look) -> None:
    colour = darker(look.palette.main, 0.18)
    stick = layer.shape(ribbon([(0.34, 0), (0.72, 0)], 0.07, 0.095), holes=[ellipse(0.7, 0, 0.02)])
    wooden(layer, stick, look.wood, 0.25, True)
    for r, tone, soft in (
        (0.42, colour, 0.03),
        (0.39, darker(BLACK_STEEL, 0.3), 0.02),
        (0.34, BLACK_STEEL, 0.01),
    ):
        ring = layer.shape(ellipse(0, 0, r, n=90))
        if ring is not None:
            layer.paint(ring, tone, both(puff(ring, soft), slope(ring, 112, 150)))


def casserole(layer: Layer, look: Look) -> None:
    """An enamelled pot with its lid on."""
    colour = look.palette.main
    for side in (-1, 1):
        ear = layer.shape(ellipse(side * 0.54, 0.34, 0.1, 0.055), holes=[ellipse(side * 0.56, 0.34, 0.05, 0.026)])
        layer.paint(ear, darker(colour, 0.1), puff(ear, 0.15) if ear else None)
    form = Profile([(0.44, 0), (0.48, 0.03), (0.5, 0.2), (0.51, 0.42)])
    body(layer, form, colour, look=look, gloss="glazed", pattern_area=(0.03, 0.36))
    rim = Profile([(0.53, 0.42), (0.53, 0.455)], curved=False)
    body(layer, rim, darker(colour, 0.08), gloss="glazed")
    dome = Profile([(0.52, 0.455), (0.44, 0.53), (0.24, 0.59), (0.06, 0.605)])
    body(layer, dome, colour, gloss="glazed")
    knob = Profile([(0.035, 0.6), (0.04, 0.635), (0.085, 0.665), (0.08, 0.69), (0.02, 0.7)])
    body(layer, knob, look.metal if look.rng("knob").random() < 0.6 else look.wood, gloss="metal")


FILLS: tuple[Colour, ...] = ((176, 120, 74), (226, 202, 152), (132, 66, 44), (150, 158, 98), (94, 60, 40))


def jar(layer: Layer, look: Look) -> None:
    """A glass storage jar: something dry inside, a wooden or clipped lid."""
    rng = look.rng("form")
    tall, fill = rng.uniform(0.66, 0.92), rng.choice(FILLS)
    level = tall * rng.uniform(0.55, 0.78)
    inside = Profile([(0.29, 0.03), (0.31, 0.06), (0.31, level)], curved=False)
    body(layer, inside, fill, gloss="matte", texture="pile")
    lid(layer, inside, lighter(fill, 0.15), texture="pile")
    form = Profile([(0.3, 0), (0.33, 0.03), (0.335, tall * 0.82), (0.3, tall * 0.94), (0.28, tall)])
    body(layer, form, (228, 236, 234), gloss="glass", opacity=0.34)
    label = layer.shape(
        [form.bend((-0.17 + 0.34 * i / 10, 0.18)) for i in range(11)]
        + [form.bend((0.17 - 0.34 * i / 10, 0.36)) for i in range(11)]
    )
    if label is not None:
        layer.paint(label, look.palette.paper, across(label, [(0, 134), (1, 108)]), texture="paper")
        layer.paint(layer.shape(ribbon([form.bend((-0.1, 0.27)), form.bend((0.1, 0.27))], 0.012)), look.palette.main)
    cap = Profile([(0.31, tall), (0.31, tall + 0.09)], curved=False)
    material, tooth = (look.wood, "wood") if rng.random() < 0.6 else (look.palette.main, "paper")
    body(layer, cap, material, gloss="satin", texture=tooth)
    lid(layer, cap, material, texture=tooth)


def pepper_mill(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    forms = (
        [(0.17, 0), (0.18, 0.04), (0.15, 0.16), (0.1, 0.4), (0.14, 0.6), (0.16, 0.66)],
        [(0.17, 0), (0.17, 0.3), (0.15, 0.5), (0.15, 0.66)],
        [(0.18, 0), (0.2, 0.08), (0.14, 0.3), (0.17, 0.52), (0.13, 0.66)],
    )
    lower = Profile(rng.choice(forms))
    material, tooth = (look.wood, "wood") if rng.random() < 0.5 else (colour, None)
    body(layer, lower, material, gloss="satin", texture=tooth)
    joint = Profile([(0.14, 0.66), (0.14, 0.685)], curved=False)
    body(layer, joint, STEEL, gloss="metal")
    upper = Profile([(0.15, 0.69), (0.17, 0.76), (0.15, 0.88), (0.07, 0.95), (0.03, 0.96)])
    body(
        layer,
        upper,
        colour if material != colour else look.wood,
        gloss="satin",
        texture=None if material != colour else "wood",
    )
    nut = Profile([(0.03, 0.96), (0.045, 0.985), (0.04, 1.01), (0.01, 1.02)])
    body(layer, nut, BRASS, gloss="metal")


def spoons(layer: Layer, look: Look) -> None:
    """Three wooden spoons and a spatula, lying fanned."""
    for i, (angle, wood) in enumerate(((-16, look.wood), (-4, darker(look.wood, 0.2)), (9, lighter(look.wood, 0.15)))):
        x = -0.26 + i * 0.26
        stem = ribbon([(0, -0.1), (0, 0.7)], 0.05, 0.036)
        heads = (
            ellipse(0, -0.22, 0.11, 0.16),
            box(-0.1, -0.36, 0.1, -0.06, 0.04),
            ellipse(0, -0.2, 0.125, 0.145),
        )
        parts = [moved(turned(part, angle), x, -0.18) for part in (stem, heads[i])]
        wooden(layer, layer.shape(*parts), wood, 0.1)
        if i != 1:
            bowl = layer.shape(moved(turned(ellipse(0, -0.22, 0.075, 0.115), angle), x, -0.18))
            if bowl is not None:
                layer.paint(bowl, wood, slope(bowl, 84, 160), texture="wood")
        tip = moved(turned(ribbon([(0, 0.56), (0, 0.7)], 0.042, 0.038), angle), x, -0.18)
        dipped = layer.shape(tip)
        if dipped is not None:
            layer.paint(dipped, (look.palette.main, look.palette.accent, look.palette.second)[i], puff(dipped, 0.2))


def whisk(layer: Layer, look: Look) -> None:
    """Steel loops on a turned handle."""
    for k in range(5):
        bulge = 0.17 * math.cos(k * math.pi / 5.2)
        loop = smooth(
            [
                (0, 0.02),
                (bulge * 0.7, -0.2),
                (bulge, -0.42),
                (0, -0.6),
                (-bulge, -0.42),
                (-bulge * 0.7, -0.2),
                (0, 0.02),
            ],
            7,
        )
        layer.paint(layer.shape(ribbon(loop, 0.013)), lighter(STEEL, 0.15 * k % 0.4))
    stick = layer.shape([*arc(0, 0.62, 0.05, 0.05, 0, 180, 10), (-0.036, 0.0), (0.036, 0.0)])
    if stick is not None:
        layer.paint(stick, look.wood, across(stick, "satin"), texture="wood")
    collar = layer.shape(box(-0.045, -0.02, 0.045, 0.06, 0.01))
    if collar is not None:
        layer.paint(collar, look.palette.main, across(collar, "satin"))


KINDS: dict[str, Kind] = {
    "knife": Kind(
        knife,
        "flat",
        (-0.62, -0.16, 0.68, 0.1),
        ("plain",),
        (0.22, 0.0),
        ("board", "tea_towel", "spoons"),
        None,
        0.9,
        lean=52,
    ),
    "board": Kind(
        board,
        "flat",
        (-0.42, 0, 0.42, 1.2),
        ("plain", "block", "dip"),
        (0.05, 0.85),
        ("knife", "tea_towel", "spoons"),
        None,
        1.3,
    ),
    "kettle": Kind(
        kettle,
        "standing",
        (-0.7, -0.07, 0.46, 0.92),
        ("plain", "plain", "dip", "speckle"),
        (-0.05, 0.5),
        ("mug", "tea_tin", "cup"),
        None,
        0.85,
    ),
    "pan": Kind(
        pan,
        "standing",
        (-0.5, -0.1, 1.04, 0.34),
        ("plain",),
        (0.3, 0.18),
        ("pepper_mill", "jar", "carafe"),
        pan_top,
        0.9,
    ),
    "casserole": Kind(
        casserole,
        "standing",
        (-0.64, -0.08, 0.64, 0.7),
        ("plain", "plain", "speckle"),
        (0.1, 0.46),
        ("pepper_mill", "bowl", "jar"),
        None,
        0.9,
    ),
    "jar": Kind(
        jar,
        "standing",
        (-0.34, -0.06, 0.34, 1.04),
        ("plain",),
        (0.02, 0.5),
        ("canister", "pepper_mill", "coffee_bag"),
        None,
        0.7,
    ),
    "pepper_mill": Kind(
        pepper_mill,
        "standing",
        (-0.2, -0.04, 0.2, 1.02),
        ("plain",),
        (0, 0.66),
        ("casserole", "bowl", "jar"),
        None,
        0.7,
    ),
    "spoons": Kind(
        spoons,
        "flat",
        (-0.48, -0.58, 0.46, 0.56),
        ("plain",),
        (0.0, -0.34),
        ("tea_towel", "board", "knife"),
        None,
        1.0,
    ),
    "whisk": Kind(
        whisk,
        "flat",
        (-0.24, -0.62, 0.24, 0.68),
        ("plain",),
        (0.0, -0.1),
        ("spoons", "tea_towel"),
        None,
        0.95,
        lean=-24,
    ),
}
