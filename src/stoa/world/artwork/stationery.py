"""Paper goods and the things of a desk, all seen from above."""

import math

from stoa.world.artwork.colour import Colour, darker, mix
from stoa.world.artwork.geometry import arc, box, ellipse, moved, ribbon, turned
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer, Shape
from stoa.world.artwork.palettes import BRASS
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.pegs import peg_loop
from stoa.world.artwork.shading import across, down, puff, slope


def notebook(layer: Layer, look: Look) -> None:
    """A bound book: page edges, patterned cover, cloth spine, sometimes an elastic or a ribbon."""
    rng = look.rng("form")
    pages = layer.shape(box(-0.36, -0.52, 0.382, 0.5, 0.02))
    if pages is not None:
        layer.paint(pages, look.palette.paper, slope(pages, 130, 90), texture="paper")
    for i in range(4):
        layer.veil(layer.shape(box(-0.35, -0.505 - i * 0.004, 0.38, -0.504 - i * 0.004)), (120, 100, 88), None, 0.5)
    if rng.random() < 0.6:
        layer.paint(layer.shape(ribbon([(0.1, -0.5), (0.11, -0.57), (0.09, -0.63)], 0.022)), look.palette.accent)
    cover = layer.shape(box(-0.37, -0.5, 0.37, 0.52, 0.025))
    if cover is None:
        return
    marks = printed(layer, cover, look.pattern, (-0.37, -0.5, 0.37, 0.52), look.prints, look.rng("print"), scale=1.2)
    layer.paint(
        cover,
        look.palette.main,
        puff(cover, 0.012),
        texture="paper" if rng.random() < 0.5 else "linen",
        marks=marks,
    )
    spine = layer.shape(box(-0.37, -0.5, -0.25, 0.52, 0.02))
    if spine is not None:
        layer.paint(spine, darker(look.palette.second, 0.12), slope(spine, 156, 112, 0), texture="linen")
    layer.veil(layer.shape(box(-0.25, -0.5, -0.24, 0.52)), (40, 28, 28), None, 0.28)
    plate = layer.shape(box(-0.06, 0.18, 0.2, 0.32, 0.01))
    if plate is not None and rng.random() < 0.7:
        layer.paint(plate, look.palette.paper, slope(plate, 140, 122), texture="paper")
        for y in (0.23, 0.27):
            layer.paint(layer.shape(box(-0.02, y - 0.003, 0.16, y + 0.003)), look.palette.ink, opacity=0.6)
    if rng.random() < 0.45:
        band = layer.shape(box(0.27, -0.51, 0.295, 0.53))
        layer.paint(band, look.palette.ink, puff(band, 0.2) if band else None)


def pen(layer: Layer, look: Look) -> None:
    """A fountain pen beside its cap, lying along y."""
    metal, colour = look.metal, look.palette.main
    barrel = layer.shape(
        [
            (-0.035, 0.5),
            *moved(arc(0, 0, 0.045, 0.045, 0, 180, 10), -0.08, 0.5),
            (-0.119, -0.2),
            (-0.041, -0.2),
        ]
    )
    _rod(layer, barrel, colour)
    section = layer.shape([(-0.115, -0.2), (-0.045, -0.2), (-0.056, -0.37), (-0.104, -0.37)])
    _rod(layer, section, darker(look.palette.ink, 0.2))
    nib = layer.shape([(-0.105, -0.37), (-0.055, -0.37), (-0.06, -0.43), (-0.08, -0.54), (-0.1, -0.43)])
    _rod(layer, nib, BRASS)
    layer.paint(layer.shape(ribbon([(-0.08, -0.43), (-0.08, -0.53)], 0.004)), (60, 46, 36))
    cap = layer.shape([(0.13, -0.1), *moved(arc(0, 0, 0.05, 0.05, 0, 180, 10), 0.08, 0.32), (0.03, -0.1)])
    _rod(layer, cap, colour)
    for y, x in ((-0.2, -0.08), (-0.085, 0.08)):
        _rod(layer, layer.shape(box(x - 0.05, y, x + 0.05, y + 0.022)), metal)
    clip = layer.shape(box(0.07, -0.02, 0.092, 0.3, 0.01))
    layer.veil(layer.shape(box(0.078, -0.03, 0.1, 0.29, 0.01)), (30, 22, 22), None, 0.35)
    _rod(layer, clip, metal)


def _rod(layer: Layer, shape: Shape | None, colour: Colour) -> None:
    if shape is not None:
        layer.paint(shape, colour, puff(shape, 0.32, 1.3))


def pencils(layer: Layer, look: Look) -> None:
    """A set in a row, sharpened ends up at uneven heights."""
    rng = look.rng("form")
    tones = (
        look.palette.main,
        look.palette.second,
        look.palette.accent,
        look.palette.ink,
        mix(look.palette.main, look.palette.accent, 0.5),
    )
    for i in range(6):
        x, rise, colour = -0.3 + i * 0.12, rng.uniform(-0.05, 0.05), tones[i % 5]
        _pencil(layer, x, rise, colour, look)
    sleeve = layer.shape(box(-0.38, -0.2, 0.38, 0.02, 0.012))
    layer.veil(layer.shape(box(-0.37, -0.225, 0.39, 0.0)), (40, 28, 28), None, 0.25)
    if sleeve is not None:
        marks = printed(
            layer, sleeve, look.pattern, (-0.38, -0.2, 0.38, 0.02), look.prints, look.rng("print"), scale=0.7
        )
        layer.paint(sleeve, look.palette.main, puff(sleeve, 0.05), texture="paper", marks=marks)


def _pencil(layer: Layer, x: float, rise: float, colour: Colour, look: Look) -> None:
    low, high = -0.55 + rise, 0.38 + rise
    wood = layer.shape([(x - 0.042, high), (x + 0.042, high), (x + 0.012, high + 0.14), (x - 0.012, high + 0.14)])
    _rod(layer, wood, (226, 190, 142))
    layer.paint(
        layer.shape([(x - 0.013, high + 0.135), (x + 0.013, high + 0.135), (x, high + 0.19)]),
        darker(colour, 0.35),
    )
    scallop = [
        (x + 0.042, high),
        (x + 0.028, high + 0.014),
        (x + 0.014, high),
        (x, high + 0.014),
        (x - 0.014, high),
        (x - 0.028, high + 0.014),
        (x - 0.042, high),
    ]
    rod = layer.shape([(x - 0.042, low), (x + 0.042, low), *scallop])
    if rod is not None:
        layer.paint(rod, colour, across(rod, [(0, 120), (0.28, 118), (0.34, 170), (0.66, 150), (0.7, 92), (1, 78)]))
    _rod(layer, layer.shape(box(x - 0.043, low - 0.02, x + 0.043, low + 0.05, 0.008)), BRASS)


def desk_tray(layer: Layer, look: Look) -> None:
    """A leather or wooden tray holding small things."""
    rng = look.rng("form")
    wood = rng.random() < 0.55
    colour, tooth = (look.wood, "wood") if wood else (look.palette.main, "leather")
    outer = layer.shape(box(-0.55, -0.32, 0.55, 0.32, 0.07))
    if outer is None:
        return
    layer.paint(outer, colour, puff(outer, 0.03), texture=tooth, across=True)
    inner = layer.shape(box(-0.51, -0.28, 0.51, 0.28, 0.05))
    if inner is not None:
        marks = printed(layer, inner, look.pattern, (-0.51, -0.28, 0.51, 0.28), look.prints, look.rng("print"))
        floor = darker(colour, 0.1) if wood else mix(look.palette.main, look.palette.paper, 0.25)
        layer.paint(inner, floor, slope(inner, 92, 148), texture=tooth, across=True, marks=marks)
    layer.veil(
        layer.shape(box(-0.51, 0.235, 0.51, 0.28, 0.03), box(-0.51, -0.25, -0.47, 0.28, 0.02)),
        (40, 26, 24),
        None,
        0.3,
    )
    _rod(layer, layer.shape(ribbon([(-0.36, -0.12), (0.1, 0.06)], 0.045)), look.palette.accent)
    _rod(layer, layer.shape(ribbon([(0.1, 0.06), (0.17, 0.087)], 0.04, 0.012)), BRASS)
    for x, y in ((0.34, 0.08), (0.38, -0.06), (0.28, -0.1)):
        layer.paint(layer.shape(ellipse(x, y, 0.038), holes=[ellipse(x, y, 0.026)]), BRASS)


def calendar(layer: Layer, look: Look) -> None:
    """A wall calendar: a print above, a month of small squares below."""
    sheet = layer.shape(box(-0.38, 0, 0.38, 1.08))
    if sheet is None:
        return
    layer.paint(sheet, look.palette.paper, slope(sheet, 146, 116), texture="paper")
    picture = layer.shape(box(-0.32, 0.48, 0.32, 1.0))
    if picture is not None:
        layer.paint(
            picture,
            mix(look.palette.main, look.palette.paper, 0.25),
            slope(picture, 150, 116),
            texture="paper",
        )
    _calendar_print(layer, look)
    for i in range(31):
        col, row = (i + 2) % 7, (i + 2) // 7
        x, y = -0.27 + col * 0.09, 0.36 - row * 0.066
        day = layer.shape(ellipse(x, y, 0.02, n=16))
        layer.paint(
            day,
            look.palette.accent if i == 16 else look.palette.ink,
            opacity=1.0 if i == 16 else 0.32 if col < 5 else 0.18,
        )
    bar = layer.shape(box(-0.4, 1.06, 0.4, 1.1, 0.01))
    if bar is not None:
        layer.paint(bar, look.wood, down(bar, "satin"), texture="wood", across=True)
    layer.paint(layer.shape(ribbon([(-0.2, 1.1), (0, 1.18), (0.2, 1.1)], 0.009)), look.palette.ink)


def _calendar_print(layer: Layer, look: Look) -> None:
    """Hills, a sun and an arch: one small landscape in the palette's tones."""
    rng = look.rng("form")
    sun = rng.uniform(-0.14, 0.16)
    layer.paint(layer.shape(ellipse(sun, 0.84, 0.075)), look.palette.accent)
    for i, colour in enumerate((look.palette.second, mix(look.palette.main, look.palette.ink, 0.35), look.palette.ink)):
        start, height = rng.uniform(0, 6), 0.72 - i * 0.08
        ridge = [(-0.32 + 0.64 * k / 24, height + 0.04 * math.sin(start + k * 0.3)) for k in range(25)]
        hill = layer.shape([(-0.32, 0.48), *ridge, (0.32, 0.48)])
        if hill is not None:
            layer.paint(hill, colour, slope(hill, 146, 108, 270), texture="paper")


def cards(layer: Layer, look: Look) -> None:
    """Greeting cards fanned over their envelopes."""
    flap = look.palette.second
    for angle, x, y, kind in (
        (14, 0.2, 0.06, "envelope"),
        (-12, -0.18, -0.02, "card"),
        (3, 0.04, -0.06, "front"),
    ):
        outline = moved(turned(box(-0.27, -0.37, 0.27, 0.37, 0.008), angle), x, y)
        layer.veil(layer.shape(moved(outline, 0.014, -0.02)), (40, 28, 28), None, 0.22)
        sheet = layer.shape(outline)
        if sheet is None:
            continue
        if kind == "envelope":
            layer.paint(sheet, flap, slope(sheet, 142, 116), texture="paper")
            edge = moved(turned([(-0.27, 0.37), (0, 0.06), (0.27, 0.37)], angle), x, y)
            layer.paint(layer.shape(ribbon(edge, 0.006)), darker(flap, 0.3))
            continue
        ground = look.palette.paper if kind == "card" else look.palette.main
        inks = (look.palette.main, look.palette.accent) if kind == "card" else look.prints
        marks = printed(layer, sheet, look.pattern, (-0.5, -0.6, 0.6, 0.6), inks, look.rng(kind), scale=1.3)
        layer.paint(sheet, ground, slope(sheet, 144, 118), texture="paper", marks=marks)


PRINTS = (
    "arches",
    "leaves",
    "terrazzo",
    "dots",
    "waves",
    "plain",
    "block",
    "brush",
    "stripes",
    "diamonds",
    "cross",
)

KINDS: dict[str, Kind] = {
    "notebook": Kind(
        notebook,
        "flat",
        (-0.38, -0.56, 0.39, 0.53),
        PRINTS,
        (-0.12, 0.2),
        ("pen", "pencils", "cards"),
        None,
        0.7,
    ),
    "pen": Kind(
        pen,
        "flat",
        (-0.14, -0.55, 0.14, 0.56),
        ("plain",),
        (-0.02, -0.12),
        ("notebook", "cards", "desk_tray"),
        None,
        0.45,
        lean=-26,
    ),
    "pencils": Kind(pencils, "flat", (-0.38, -0.62, 0.38, 0.6), PRINTS, (0.0, 0.28), ("notebook", "cards"), None, 0.55),
    "desk_tray": Kind(
        desk_tray,
        "flat",
        (-0.55, -0.32, 0.55, 0.32),
        ("plain",),
        (0.14, -0.02),
        ("notebook", "pen", "cards"),
        None,
        0.85,
    ),
    "calendar": Kind(
        calendar,
        "flat",
        (-0.4, 0, 0.4, 1.18),
        ("plain",),
        (0.02, 0.5),
        ("pencils", "notebook"),
        None,
        1.3,
        peg_loop,
    ),
    "cards": Kind(
        cards,
        "flat",
        (-0.52, -0.46, 0.52, 0.5),
        PRINTS,
        (0.1, -0.05),
        ("pen", "notebook", "pencils"),
        None,
        0.7,
    ),
}
