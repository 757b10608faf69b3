"""Things for the bath and the larder."""

from stoa.world.artwork.bags import strap
from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import Point, arc, box, ellipse, mirror, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.kitchen import wooden
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BLACK_STEEL, BRASS
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.revolve import Profile, body, lid
from stoa.world.artwork.shading import across, both, down, folds, puff, slope

AMBER: Colour = (150, 84, 34)
HONEY: Colour = (218, 150, 44)


def mark(layer: Layer, x: float, y: float, size: float, colour: Colour) -> None:
    """The house mark for labels: three pillars under a lintel."""
    posts = [box(x + (k - 1) * size * 0.36 - size * 0.07, y - size * 0.5, x + (k - 1) * size * 0.36 + size * 0.07, y + size * 0.26) for k in range(3)]
    bars = [box(x - size * 0.54, y + size * 0.32, x + size * 0.54, y + size * 0.46), box(x - size * 0.54, y - size * 0.66, x + size * 0.54, y - size * 0.55)]
    layer.paint(layer.shape(*posts, *bars), colour)


def _label(layer: Layer, form: Profile, low: float, high: float, half: float, colour: Colour) -> None:
    """Paper stuck on a round body."""
    foot: list[Point] = [form.bend((-half + 2 * half * i / 14, low)) for i in range(15)]
    head: list[Point] = [form.bend((half - 2 * half * i / 14, high)) for i in range(15)]
    paper = layer.shape(foot + head)
    if paper is not None:
        layer.paint(paper, colour, across(paper, [(0, 122), (0.3, 140), (1, 96)]), texture="paper")


def _lines(layer: Layer, form: Profile, y: float, widths: tuple[float, ...], colour: Colour) -> None:
    for i, half in enumerate(widths):
        path = [form.bend((-half + 2 * half * k / 6, y - i * 0.035)) for k in range(7)]
        layer.paint(layer.shape(ribbon(path, 0.01)), colour, opacity=0.75)


def soap(layer: Layer, look: Look) -> None:
    """Bars stacked on a wooden dish; the top one wrapped in a printed band."""
    rng, colour = look.rng("form"), look.palette.main
    dish = layer.shape(box(-0.56, 0, 0.56, 0.07, 0.02))
    if dish is not None:
        layer.paint(dish, look.wood, down(dish, "satin"), texture="wood", across=True)
    tones = (mix(look.palette.second, colour, 0.25), colour)
    for i, tone in enumerate(tones):
        low, dx = 0.07 + i * 0.22, 0.0 if i == 0 else rng.uniform(-0.05, 0.05)
        top = layer.shape(smooth([(-0.44 + dx, low + 0.2), (-0.36 + dx, low + 0.3), (0.38 + dx, low + 0.3), (0.46 + dx, low + 0.2)], 4) + [(0.46 + dx, low + 0.16), (-0.44 + dx, low + 0.16)])
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
    top = layer.shape([(-0.2 + dx, low + 0.2), (-0.17 + dx, low + 0.304), (0.21 + dx, low + 0.304), (0.24 + dx, low + 0.2)])
    face = layer.shape(box(-0.2 + dx, low - 0.002, 0.24 + dx, low + 0.222, 0.02))
    inks = (look.palette.accent, look.palette.main)
    for part, start, end in ((top, 168, 140), (face, 136, 112)):
        if part is not None:
            marks = printed(layer, part, look.pattern, (-0.2 + dx, low, 0.24 + dx, low + 0.31), inks, look.rng("print"), scale=0.6)
            layer.paint(part, look.palette.paper, slope(part, start, end), texture="paper", marks=marks)


def bottle(layer: Layer, look: Look) -> None:
    """A pump bottle: amber glass or the palette's colour, with a paper label."""
    rng = look.rng("form")
    colour = AMBER if rng.random() < 0.4 else look.palette.main
    form = Profile([(0.22, 0), (0.245, 0.03), (0.25, 0.3), (0.248, 0.54), (0.2, 0.64), (0.09, 0.7), (0.08, 0.75)])
    body(layer, form, colour, gloss="glazed", look=look if colour != AMBER else None, pattern_area=(0.02, 0.1))
    _label(layer, form, 0.14, 0.46, 0.26, look.palette.paper)
    x, y = form.bend((0.0, 0.38))
    mark(layer, x, y, 0.1, look.palette.main if colour == AMBER else look.palette.ink)
    _lines(layer, form, 0.27, (0.12, 0.08, 0.1), look.palette.ink)
    collar = Profile([(0.09, 0.74), (0.09, 0.82)], curved=False)
    black = BLACK_STEEL if rng.random() < 0.6 else BRASS
    spout = layer.shape(ribbon(smooth([(0.02, 0.94), (-0.16, 0.945), (-0.21, 0.91)], 5), 0.035))
    layer.paint(layer.shape(box(-0.018, 0.8, 0.018, 0.93)), darker(black, 0.2))
    body(layer, collar, black, gloss="satin")
    layer.paint(spout, black, puff(spout, 0.2) if spout else None)
    head = Profile([(0.06, 0.915), (0.06, 0.965), (0.04, 0.975)], curved=False)
    body(layer, head, black, gloss="satin")


def tea_tin(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    tall = rng.uniform(0.62, 0.9)
    form = Profile([(0.29, 0), (0.3, 0.015), (0.3, tall)], curved=False)
    body(layer, form, colour, look=look, gloss="satin", pattern_area=(0.0, tall), scale=0.9)
    _label(layer, form, tall * 0.3, tall * 0.68, 0.18, look.palette.paper)
    x, y = form.bend((0.0, tall * 0.53))
    mark(layer, x, y, 0.1, look.palette.main)
    _lines(layer, form, tall * 0.4, (0.09, 0.06), look.palette.ink)
    cap = Profile([(0.31, tall), (0.31, tall + 0.12), (0.295, tall + 0.135)], curved=False)
    tone = look.metal if rng.random() < 0.5 else darker(colour, 0.2)
    body(layer, cap, tone, gloss="metal" if tone == look.metal else "satin")
    lid(layer, cap, tone)


def coffee_bag(layer: Layer, look: Look) -> None:
    """A folded-top paper bag with a broad label."""
    colour = look.palette.main if look.rng("form").random() < 0.7 else (196, 162, 122)
    outline = [(-0.33, 0.01), (0.0, -0.01), (0.33, 0.01), *smooth([(0.345, 0.4), (0.33, 0.75), (0.31, 0.92)], 4), *smooth([(-0.31, 0.92), (-0.33, 0.75), (-0.345, 0.4)], 4)]
    bag = layer.shape(outline)
    if bag is not None:
        creases: list[list[Point]] = [[(0.14, 0.1), (0.1, 0.5), (0.14, 1)], [(0.87, 0.1), (0.9, 0.5), (0.86, 1)], [(0.2, 0.16), (0.5, 0.2), (0.8, 0.15)], [(0.3, 0.9), (0.6, 0.86)]]
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
    _label(layer, form, 0.1, 0.32, 0.2, look.palette.paper)
    x, y = form.bend((0.0, 0.25))
    mark(layer, x, y, 0.08, look.palette.main)
    _lines(layer, form, 0.165, (0.1, 0.06), look.palette.ink)
    cap = Profile([(0.28, 0.56), (0.285, 0.58), (0.285, 0.67), (0.27, 0.685)], curved=False)
    shape = body(layer, cap, look.palette.main, look=look, gloss="satin", texture="linen", pattern_area=(0.5, 0.75), scale=0.6)
    lid(layer, cap, look.palette.main, texture="linen")
    if shape is not None:
        strap(layer, [(x, 0.575 - 0.048 * (1 - (x / 0.29) ** 2) ** 0.5) for x in (-0.285 + 0.57 * i / 16 for i in range(17))], 0.018, look.palette.accent, "linen")


def brush(layer: Layer, look: Look) -> None:
    """A bath brush with a long handle, bristles to the right."""
    hairs = [ribbon([(0.06 + 0.0, y), (0.2, y + 0.004 * ((k * 7) % 5 - 2))], 0.014, 0.008) for k, y in enumerate(-0.5 + 0.0155 * i for i in range(27))]
    tuft = layer.shape(*hairs)
    if tuft is not None:
        layer.paint(tuft, (226, 206, 168), across(tuft, [(0, 84), (1, 140)]), texture="linen")
    back = layer.shape(smooth([(0.08, -0.52), (0.1, -0.3), (0.08, -0.08), (0.035, 0.05), (0.03, 0.45), (0.045, 0.62), (0.0, 0.68), (-0.045, 0.62), (-0.03, 0.45), (-0.035, 0.05), (-0.09, -0.08), (-0.1, -0.3), (-0.08, -0.52), (0, -0.56)], 5, True), holes=[ellipse(0, 0.6, 0.014)])
    wooden(layer, back, look.wood, 0.16)
    cord = layer.shape(ribbon(smooth([(0, 0.6), (0.06, 0.72), (0, 0.8), (-0.06, 0.72), (-0.002, 0.61)], 6), 0.016))
    layer.paint(cord, look.palette.main, puff(cord, 0.1) if cord else None)


def incense(layer: Layer, look: Look) -> None:
    """Incense sticks in a small ceramic dish."""
    for k, x in enumerate((-0.1, 0.0, 0.11)):
        layer.paint(layer.line([(x * 0.3, 0.1), (x, 0.9 - 0.03 * k)], 0.013), (122, 84, 60))
        layer.paint(layer.line([(x * 0.92, 0.82 - 0.03 * k), (x, 0.9 - 0.03 * k)], 0.022), mix((84, 60, 50), look.palette.accent, 0.3))
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
    "soap": Kind(soap, "standing", (-0.57, 0, 0.57, 0.6), WRAPPED, (0.02, 0.36), ("bottle", "bath_towel", "scented_candle"), None, 0.5),
    "bottle": Kind(bottle, "standing", (-0.26, -0.05, 0.26, 1.0), ("plain",), (0.0, 0.52), ("soap", "bath_towel", "plant"), None, 0.75),
    "tea_tin": Kind(tea_tin, "standing", (-0.32, -0.06, 0.32, 1.06), WRAPPED, (0.02, 0.5), ("cup", "teapot", "honey_jar"), None, 0.6),
    "coffee_bag": Kind(coffee_bag, "standing", (-0.35, -0.01, 0.35, 1.0), ("dip", "stripes", "arches", "waves", "diamonds"), (0.04, 0.6), ("mug", "cup", "jar"), None, 0.85),
    "honey_jar": Kind(honey_jar, "standing", (-0.34, -0.06, 0.34, 0.76), ("gingham", "stripes", "dots", "plain", "windowpane"), (0.02, 0.4), ("cup", "tea_tin", "teapot"), None, 0.5),
    "brush": Kind(brush, "flat", (-0.11, -0.56, 0.21, 0.8), ("plain",), (0.04, -0.2), ("matches",), None, 1.2, None, lean=-24),
    "incense": Kind(incense, "standing", (-0.41, -0.07, 0.41, 1.22), ("plain", "speckle", "bands"), (0.0, 0.25), ("scented_candle", "vase", "soap"), None, 0.6),
    "matches": Kind(matches, "flat", (-0.22, -0.56, 0.22, 0.57), WRAPPED, (0.0, 0.06), ("cards", "pencils"), None, 0.45, lean=-14),
}
