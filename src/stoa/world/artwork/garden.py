"""Plants and the things that tend them."""

import math
import random
from collections.abc import Callable

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import Outline, arc, box, ellipse, mirror, moved, ribbon, smooth, turned
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.kitchen import wooden
from stoa.world.artwork.palettes import BRASS, LEAF, STEEL
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.revolve import Profile, body, mouth
from stoa.world.artwork.shading import across, both, down, puff, slope

SOIL: Colour = (72, 52, 42)
TERRACOTTA: Colour = (190, 112, 78)


def leaf(layer: Layer, x: float, y: float, length: float, width: float, angle: float, colour: Colour, vein: bool = True) -> None:
    """A pointed leaf growing from (x, y) towards `angle` degrees."""
    blade = smooth([(0, 0), (length * 0.3, width * 0.9), (length * 0.68, width * 0.72), (length, 0), (length * 0.68, -width * 0.72), (length * 0.3, -width * 0.9)], 5, True)
    shape = layer.shape(moved(turned(blade, angle), x, y))
    if shape is None:
        return
    layer.paint(shape, colour, puff(shape, 0.22, 0.9), texture="grain")
    if vein:
        rib = moved(turned([(length * 0.04, 0), (length * 0.5, 0), (length * 0.92, 0)], angle), x, y)
        layer.veil(layer.shape(ribbon(rib, 0.008, 0.003)), lighter(colour, 0.4), None, 0.6)


def _sword(layer: Layer, rng: random.Random, y: float, spread: float, green: Colour) -> None:
    """Stiff upright blades with a pale edge (sansevieria)."""
    for i in range(9):
        lean = (i % 5 - 2) * 0.1 + rng.uniform(-0.04, 0.04)
        tall, x = rng.uniform(0.5, 0.9), (i % 5 - 2) * spread * 0.3
        path = smooth([(x, y), (x + lean * 0.4, y + tall * 0.5), (x + lean, y + tall)], 6)
        for width, tone in ((0.095, mix(green, (226, 214, 140), 0.55)), (0.066, darker(green, 0.1 + 0.03 * (i % 3)))):
            blade = layer.shape(ribbon(path, width, 0.012))
            if blade is not None:
                layer.paint(blade, tone, across(blade, "matte"), texture="grain")


def _bushy(layer: Layer, rng: random.Random, y: float, spread: float, green: Colour) -> None:
    """Big glossy leaves on bowed stems (rubber plant)."""
    order = sorted(range(11), key=lambda i: -abs(i - 5))
    for i in order:
        angle = 22 + i * 13.6 + rng.uniform(-6, 6)
        reach = rng.uniform(0.26, 0.52) * (0.75 + 0.4 * math.sin(math.radians(angle)))
        tip = (reach * math.cos(math.radians(angle)), y + reach * math.sin(math.radians(angle)) + 0.06)
        layer.paint(layer.line(smooth([(0, y - 0.02), (tip[0] * 0.3, y + (tip[1] - y) * 0.6), tip], 5), 0.014), darker(green, 0.25))
        tone = mix(green, lighter(green, 0.3), rng.random())
        leaf(layer, tip[0], tip[1], rng.uniform(0.26, 0.36), rng.uniform(0.075, 0.1), angle + rng.uniform(-24, 24), tone)


def _trailing(layer: Layer, rng: random.Random, y: float, spread: float, green: Colour) -> None:
    """Round-leaved stems that spill over the rim."""
    for i in range(9):
        side = (i - 4) / 4 + rng.uniform(-0.1, 0.1)
        path = smooth([(side * spread * 0.4, y), (side * 0.28, y + 0.3 - abs(side) * 0.1), (side * 0.46, y + 0.12), (side * 0.52, y - 0.1 - 0.24 * abs(side) * rng.random())], 6)
        layer.paint(layer.line(path, 0.01), darker(green, 0.2))
        for k in range(2, len(path), 3):
            r = rng.uniform(0.032, 0.05)
            one = layer.shape(ellipse(path[k][0] + rng.uniform(-0.03, 0.03), path[k][1] + rng.uniform(-0.02, 0.03), r, r * 0.86, n=18))
            if one is not None:
                layer.paint(one, mix(green, lighter(green, 0.35), rng.random()), puff(one, 0.2))


def _fronds(layer: Layer, rng: random.Random, y: float, spread: float, green: Colour) -> None:
    """Feathered arching fronds (a palm or fern)."""
    for i in (0, 8, 1, 7, 2, 6, 3, 5, 4):
        side = (i - 4) / 4
        tip = (side * 0.54, y + 0.78 - 0.42 * abs(side) ** 1.5 + rng.uniform(-0.04, 0.04))
        path = smooth([(side * 0.04, y), (side * 0.24, y + (tip[1] - y) * 0.85), tip], 8)
        layer.paint(layer.line(path, 0.012, 0.005), darker(green, 0.25))
        tone = mix(green, lighter(green, 0.25), rng.random())
        blades: list[Outline] = []
        for k in range(3, len(path) - 1):
            (x0, y0), (x1, y1) = path[k - 1], path[k]
            heading, length = math.degrees(math.atan2(y1 - y0, x1 - x0)), 0.16 * math.sin(math.pi * (k + 2) / (len(path) + 3)) + 0.03
            for turn in (-52, 52):
                blades.append(moved(turned([(0, 0), (length * 0.5, 0.014), (length, 0), (length * 0.5, -0.014)], heading + turn), x1, y1))
        shape = layer.shape(*blades)
        if shape is not None:
            layer.paint(shape, tone, slope(shape, 152, 104))


FOLIAGE: tuple[Callable[[Layer, random.Random, float, float, Colour], None], ...] = (_sword, _bushy, _trailing, _fronds)


def plant(layer: Layer, look: Look) -> None:
    """A plant in a pot; the pot is the product's colour."""
    rng = look.rng("form")
    pot = Profile(rng.choice((
        [(0.2, 0), (0.24, 0.03), (0.3, 0.46)], [(0.22, 0), (0.3, 0.08), (0.33, 0.26), (0.28, 0.46)], [(0.28, 0), (0.3, 0.03), (0.3, 0.44)])))
    colour = TERRACOTTA if rng.random() < 0.25 else look.palette.main
    mouth(layer, pot, colour, fill=SOIL, level=0.02)
    rng.choice(FOLIAGE)(layer, rng, pot.high, pot.points[-1][0], rng.choice(LEAF))
    front = Profile([p for p in pot.points if p[1] <= pot.high], curved=False, tilt=pot.tilt)
    _pot_front(layer, front, colour, look)


def _pot_front(layer: Layer, pot: Profile, colour: Colour, look: Look) -> None:
    """The near wall only, so that the plant stays behind the rim."""
    near = Profile(pot.points, curved=False, tilt=pot.tilt)
    shape = layer.shape(near.band(near.low, near.high))
    if shape is None:
        return
    reach = near.widest * math.pi / 2
    marks = printed(layer, shape, look.pattern, (-reach, near.low - 0.06, reach, near.high), look.prints, look.rng("print"), bend=near.bend)
    layer.paint(shape, colour, shape.fit(near.tone("satin")), texture="clay", marks=marks)


def planter(layer: Layer, look: Look) -> None:
    """A long box of herbs."""
    rng = look.rng("form")
    for i in range(5):
        x = -0.44 + i * 0.22
        green = rng.choice(LEAF)
        for _ in range(9):
            angle = rng.uniform(40, 140)
            reach = rng.uniform(0.06, 0.26)
            px, py = x + reach * math.cos(math.radians(angle)), 0.34 + reach * math.sin(math.radians(angle))
            layer.paint(layer.line([(x, 0.32), (px, py)], 0.008), darker(green, 0.2))
            leaf(layer, px, py, rng.uniform(0.1, 0.16), 0.04, angle + rng.uniform(-30, 30), mix(green, lighter(green, 0.3), rng.random()), False)
    front = layer.shape([(-0.6, 0.36), (0.6, 0.36), (0.56, 0.0), (-0.56, 0.0)])
    if front is not None:
        marks = printed(layer, front, look.pattern, (-0.6, 0, 0.6, 0.36), look.prints, look.rng("print"))
        layer.paint(front, look.palette.main, both(slope(front, 146, 104), puff(front, 0.05, 0.6, 128)), texture="clay", marks=marks)
    rim = layer.shape(box(-0.62, 0.34, 0.62, 0.39, 0.015))
    if rim is not None:
        layer.paint(rim, lighter(look.palette.main, 0.1), down(rim, "satin"), texture="clay")


def watering_can(layer: Layer, look: Look) -> None:
    colour = look.palette.main
    spout = layer.shape(ribbon([(-0.2, 0.12), (-0.42, 0.42), (-0.62, 0.74)], 0.1, 0.05))
    if spout is not None:
        layer.paint(spout, colour, puff(spout, 0.2))
    rose = layer.shape(turned([(-0.56, 0.69), (-0.68, 0.69), (-0.74, 0.83), (-0.5, 0.83)], 26, (-0.62, 0.74)))
    if rose is not None:
        layer.paint(rose, BRASS, puff(rose, 0.2))
    bow = layer.shape(ribbon(smooth([(0.26, 0.12), (0.5, 0.3), (0.46, 0.64), (0.16, 0.76), (-0.08, 0.62)], 8), 0.042))
    if bow is not None:
        layer.paint(bow, darker(colour, 0.08), puff(bow, 0.04))
    form = Profile([(0.3, 0), (0.31, 0.02), (0.28, 0.5), (0.27, 0.56)], curved=False)
    body(layer, form, colour, look=look, gloss="satin", pattern_area=(0.03, 0.52))
    mouth(layer, form, colour)
    for y in (0.03, 0.5):
        hoop = layer.shape(form.band(y, y + 0.018))
        layer.paint(hoop, lighter(colour, 0.15), across(hoop, "satin") if hoop else None)


def trowel(layer: Layer, look: Look) -> None:
    blade = layer.shape(mirror(smooth([(0.0, -0.62), (0.07, -0.5), (0.12, -0.3), (0.12, -0.1), (0.07, -0.02), (0.0, 0.0)], 6)))
    if blade is not None:
        layer.paint(blade, STEEL, across(blade, [(0, 100), (0.3, 196), (0.5, 92), (0.62, 120), (1, 160)]), texture="brushed")
    stem = layer.shape(ribbon([(0, -0.08), (0, 0.16)], 0.04))
    layer.paint(stem, darker(STEEL, 0.15), puff(stem, 0.3) if stem else None)
    grip = layer.shape(mirror(smooth([(0.035, 0.12), (0.06, 0.3), (0.045, 0.46), (0.062, 0.56), (0.0, 0.6)], 6)))
    wooden(layer, grip, look.wood, 0.3)
    ring = layer.shape(box(-0.045, 0.11, 0.045, 0.16, 0.01))
    layer.paint(ring, BRASS, across(ring, "metal") if ring else None)
    dip = layer.shape(mirror(smooth([(0.047, 0.48), (0.062, 0.56), (0.0, 0.605)], 6)))
    layer.paint(dip, look.palette.main, puff(dip, 0.2) if dip else None)


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
    for x, y, size in ((-0.26, -0.08, 0.13), (0.02, -0.04, 0.15), (0.28, -0.12, 0.13), (-0.12, -0.3, 0.14), (0.16, -0.36, 0.13)):
        _bulb(layer, x, y, size, rng)


def _bulb(layer: Layer, x: float, y: float, size: float, rng: random.Random) -> None:
    turn = rng.uniform(-50, 50)
    drop = smooth([(0, -0.8), (0.62, -0.62), (0.82, 0.0), (0.36, 0.7), (0.0, 1.3), (-0.36, 0.7), (-0.82, 0.0), (-0.62, -0.62)], 5, True)
    outline = [(px * size + x, py * size + y) for px, py in turned(drop, turn)]
    layer.veil(layer.shape(moved(outline, 0.016, -0.022)), (30, 20, 20), None, 0.35)
    skin = layer.shape(outline)
    if skin is not None:
        layer.paint(skin, (164, 104, 62), puff(skin, 0.26, 1.1), texture="wood", grain=0.5)
    for bend in (-0.4, 0.05, 0.45):
        vein = smooth([(bend * 0.8, -0.6), (bend, 0.0), (bend * 0.3, 0.9)], 5)
        layer.veil(layer.shape(ribbon([(px * size + x, py * size + y) for px, py in turned(vein, turn)], 0.006)), (92, 54, 34), None, 0.5)


def seeds(layer: Layer, look: Look) -> None:
    """Two seed packets with a drawn plant on each."""
    for angle, dx, dy, turn in ((12, 0.18, 0.06, 1), (-7, -0.14, -0.03, 0)):
        tone = look.palette.main if turn == 0 else look.palette.second
        place = lambda pts, a=angle, x=dx, y=dy: moved(turned(pts, a), x, y)  # noqa: E731
        outline = place(box(-0.26, -0.38, 0.26, 0.38, 0.006))
        layer.veil(layer.shape(moved(outline, 0.014, -0.02)), (30, 20, 20), None, 0.3)
        packet = layer.shape(outline)
        if packet is not None:
            layer.paint(packet, tone, both(slope(packet, 142, 118), puff(packet, 0.03, 0.6, 128)), texture="paper")
        window = layer.shape(place([(-0.17, -0.22), (0.17, -0.22), (0.17, 0.1), *arc(0, 0.1, 0.17, 0.17, 0, 180, 18), (-0.17, 0.1)]))
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
        layer.paint(layer.shape(place(box(-0.12, -0.31, 0.12, -0.295)), place(box(-0.08, -0.34, 0.08, -0.328))), look.palette.ink, opacity=0.6)


POTS = ("plain", "plain", "speckle", "bands", "dip", "arches", "waves", "terrazzo", "diamonds", "brush")

KINDS: dict[str, Kind] = {
    "plant": Kind(plant, "standing", (-0.5, -0.06, 0.5, 1.3), POTS, (0.04, 0.42), ("watering_can", "vase", "candle"), None, 1.1),
    "planter": Kind(planter, "standing", (-0.62, -0.01, 0.62, 0.8), POTS, (0.1, 0.36), ("watering_can", "plant"), None, 1.5),
    "watering_can": Kind(watering_can, "standing", (-0.76, -0.06, 0.5, 0.88), ("plain", "plain", "bands", "dip", "speckle"), (-0.08, 0.42), ("plant", "planter"), None, 1.1),
    "trowel": Kind(trowel, "flat", (-0.13, -0.63, 0.13, 0.61), ("plain",), (0.0, 0.0), ("seeds", "bulbs"), None, 1.0, lean=-28),
    "bulbs": Kind(bulbs, "flat", (-0.42, -0.52, 0.42, 0.64), ("arches", "leaves", "stripes", "dots", "waves"), (0.02, -0.02), ("trowel", "seeds"), None, 0.9),
    "seeds": Kind(seeds, "flat", (-0.5, -0.46, 0.52, 0.5), ("plain",), (-0.1, 0.02), ("trowel", "bulbs"), None, 0.6),
}
