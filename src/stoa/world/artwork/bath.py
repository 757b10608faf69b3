"""Soap, bottles and brushes, incense and matches."""

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import arc, box, ellipse, mirror, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.kitchen import wooden
from stoa.world.artwork.labels import label_on, mark, ruled_lines
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BLACK_STEEL, BRASS
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.revolve import Profile, body
from stoa.world.artwork.shading import across, down, puff, slope

AMBER: Colour = (150, 84, 34)


def soap(layer: Layer, look: Look) -> None:
    """Bars stacked on a wooden dish; the top one wrapped in a printed band."""
    rng, colour = look.rng("form"), look.palette.main
    dish = layer.shape(box(-0.56, 0, 0.56, 0.07, 0.02))
    if dish is not None:
        layer.paint(dish, look.wood, down(dish, "satin"), texture="wood", across=True)
    tones = (mix(look.palette.second, colour, 0.25), colour)
    for i, tone in enumerate(tones):
        low, dx = 0.07 + i * 0.22, 0.0 if i == 0 else rng.uniform(-0.05, 0.05)
        bevel = [(-0.44, 0.2), (-0.36, 0.3), (0.38, 0.3), (0.46, 0.2)]
        edge = smooth([(x + dx, low + y) for x, y in bevel], 4)
        top = layer.shape([*edge, (0.46 + dx, low + 0.16), (-0.44 + dx, low + 0.16)])
        if top is not None:
            layer.paint(top, lighter(tone, 0.22), slope(top, 160, 124), texture="clay")
        face = layer.shape(box(-0.45 + dx, low, 0.47 + dx, low + 0.22, 0.045))
        if face is not None:
            layer.paint(face, tone, puff(face, 0.12), texture="clay")
        if i:
            _sleeve(layer, look, dx, low)
        else:
            mark(layer, 0.0, low + 0.115, 0.11, darker(tone, 0.28))


def _sleeve(layer: Layer, look: Look, dx: float, low: float) -> None:
    top = layer.shape(
        [(-0.2 + dx, low + 0.2), (-0.17 + dx, low + 0.304), (0.21 + dx, low + 0.304), (0.24 + dx, low + 0.2)]
    )
    face = layer.shape(box(-0.2 + dx, low - 0.002, 0.24 + dx, low + 0.222, 0.02))
    inks = (look.palette.accent, look.palette.main)
    for part, start, end in ((top, 168, 140), (face, 136, 112)):
        if part is not None:
            marks = printed(
                layer,
                part,
                look.pattern,
                (-0.2 + dx, low, 0.24 + dx, low + 0.31),
                inks,
                look.rng("print"),
                scale=0.6,
            )
            layer.paint(part, look.palette.paper, slope(part, start, end), texture="paper", marks=marks)


def bottle(layer: Layer, look: Look) -> None:
    """A pump bottle: amber glass or the palette's colour, with a paper label."""
    rng = look.rng("form")
    colour = AMBER if rng.random() < 0.4 else look.palette.main
    form = Profile([(0.22, 0), (0.245, 0.03), (0.25, 0.3), (0.248, 0.54), (0.2, 0.64), (0.09, 0.7), (0.08, 0.75)])
    body(layer, form, colour, gloss="glazed", look=look if colour != AMBER else None, pattern_area=(0.02, 0.1))
    label_on(layer, form, 0.14, 0.46, 0.26, look.palette.paper)
    x, y = form.bend((0.0, 0.38))
    mark(layer, x, y, 0.1, look.palette.main if colour == AMBER else look.palette.ink)
    ruled_lines(layer, form, 0.27, (0.12, 0.08, 0.1), look.palette.ink)
    collar = Profile([(0.09, 0.74), (0.09, 0.82)], curved=False)
    black = BLACK_STEEL if rng.random() < 0.6 else BRASS
    spout = layer.shape(ribbon(smooth([(0.02, 0.94), (-0.16, 0.945), (-0.21, 0.91)], 5), 0.035))
    layer.paint(layer.shape(box(-0.018, 0.8, 0.018, 0.93)), darker(black, 0.2))
    body(layer, collar, black, gloss="satin")
    layer.paint(spout, black, puff(spout, 0.2) if spout else None)
    head = Profile([(0.06, 0.915), (0.06, 0.965), (0.04, 0.975)], curved=False)
    body(layer, head, black, gloss="satin")


def brush(layer: Layer, look: Look) -> None:
    """A bath brush with a long handle, bristles to the right."""
    hairs = [
        ribbon([(0.06 + 0.0, y), (0.2, y + 0.004 * ((k * 7) % 5 - 2))], 0.014, 0.008)
        for k, y in enumerate(-0.5 + 0.0155 * i for i in range(27))
    ]
    tuft = layer.shape(*hairs)
    if tuft is not None:
        layer.paint(tuft, (226, 206, 168), across(tuft, [(0, 84), (1, 140)]), texture="linen")
    back = layer.shape(
        smooth(
            [
                (0.08, -0.52),
                (0.1, -0.3),
                (0.08, -0.08),
                (0.035, 0.05),
                (0.03, 0.45),
                (0.045, 0.62),
                (0.0, 0.68),
                (-0.045, 0.62),
                (-0.03, 0.45),
                (-0.035, 0.05),
                (-0.09, -0.08),
                (-0.1, -0.3),
                (-0.08, -0.52),
                (0, -0.56),
            ],
            5,
            True,
        ),
        holes=[ellipse(0, 0.6, 0.014)],
    )
    wooden(layer, back, look.wood, 0.16)
    cord = layer.shape(ribbon(smooth([(0, 0.6), (0.06, 0.72), (0, 0.8), (-0.06, 0.72), (-0.002, 0.61)], 6), 0.016))
    layer.paint(cord, look.palette.main, puff(cord, 0.1) if cord else None)


def incense(layer: Layer, look: Look) -> None:
    """Incense sticks in a small ceramic dish."""
    for k, x in enumerate((-0.1, 0.0, 0.11)):
        layer.paint(layer.line([(x * 0.3, 0.1), (x, 0.9 - 0.03 * k)], 0.013), (122, 84, 60))
        layer.paint(
            layer.line([(x * 0.92, 0.82 - 0.03 * k), (x, 0.9 - 0.03 * k)], 0.022),
            mix((84, 60, 50), look.palette.accent, 0.3),
        )
    smoke = smooth([(0.0, 0.9), (0.05, 1.0), (-0.04, 1.12), (0.05, 1.26)], 8)
    layer.veil(layer.shape(ribbon(smoke, 0.02, 0.05)), (255, 255, 255), None, 0.22)
    dish = Profile([(0.2, 0), (0.32, 0.03), (0.4, 0.13)])
    body(layer, dish, look.palette.main, look=look, gloss="satin", texture="clay", pattern_area=(0.0, 0.12))
    rim = layer.shape(arc(0, dish.high, 0.4, 0.068, 180, 360, 30) + arc(0, dish.high, 0.385, 0.052, 360, 180, 30))
    layer.paint(rim, lighter(look.palette.main, 0.3))


def matches(layer: Layer, look: Look) -> None:
    """A long box of matches, half open, seen from above."""
    tray = layer.shape(box(-0.2, -0.1, 0.2, 0.56, 0.01))
    if tray is not None:
        layer.paint(tray, look.palette.paper, puff(tray, 0.03), texture="paper")
    well = layer.shape(box(-0.17, -0.1, 0.17, 0.53))
    if well is not None:
        layer.paint(well, darker(look.palette.paper, 0.3), slope(well, 84, 130))
    for i in range(9):
        x = -0.145 + i * 0.036
        layer.paint(layer.line([(x, -0.08), (x + 0.004, 0.44)], 0.024), (228, 196, 150))
        head = layer.shape(ellipse(x + 0.004, 0.45 + 0.01 * (i % 3), 0.018, 0.032))
        layer.paint(head, look.palette.accent, puff(head, 0.3) if head else None)
    sleeve = layer.shape(mirror([(0, -0.56), (0.215, -0.56), (0.215, 0.12), (0, 0.12)]))
    if sleeve is not None:
        marks = printed(layer, sleeve, look.pattern, (-0.215, -0.56, 0.215, 0.12), look.prints, look.rng("print"))
        layer.paint(sleeve, look.palette.main, puff(sleeve, 0.03), texture="paper", marks=marks)


WRAPPED = ("arches", "leaves", "stripes", "waves", "dots", "terrazzo", "diamonds", "brush", "cross")


KINDS: dict[str, Kind] = {
    "soap": Kind(
        soap,
        "standing",
        (-0.57, 0, 0.57, 0.6),
        WRAPPED,
        (0.02, 0.36),
        ("bottle", "bath_towel", "scented_candle"),
        None,
        0.5,
    ),
    "bottle": Kind(
        bottle,
        "standing",
        (-0.26, -0.05, 0.26, 1.0),
        ("plain",),
        (0.0, 0.52),
        ("soap", "bath_towel", "plant"),
        None,
        0.75,
    ),
    "brush": Kind(
        brush,
        "flat",
        (-0.11, -0.56, 0.21, 0.8),
        ("plain",),
        (0.04, -0.2),
        ("matches",),
        None,
        1.2,
        None,
        lean=-24,
    ),
    "incense": Kind(
        incense,
        "standing",
        (-0.41, -0.07, 0.41, 1.22),
        ("plain", "speckle", "bands"),
        (0.0, 0.25),
        ("scented_candle", "vase", "soap"),
        None,
        0.6,
    ),
    "matches": Kind(
        matches,
        "flat",
        (-0.22, -0.56, 0.22, 0.57),
        WRAPPED,
        (0.0, 0.06),
        ("cards", "pencils"),
        None,
        0.45,
        lean=-14,
    ),
}
