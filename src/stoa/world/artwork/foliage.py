"""What grows in the pots: leaves, and four habits of growth."""

import math
import random
from collections.abc import Callable

from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import Outline, ellipse, moved, ribbon, smooth, turned
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.shading import across, puff, slope


def leaf(
    layer: Layer,
    x: float,
    y: float,
    length: float,
    width: float,
    angle: float,
    colour: Colour,
    vein: bool = True,
) -> None:
    """A pointed leaf growing from (x, y) towards `angle` degrees."""
    blade = smooth(
        [
            (0, 0),
            (length * 0.3, width * 0.9),
            (length * 0.68, width * 0.72),
            (length, 0),
            (length * 0.68, -width * 0.72),
            (length * 0.3, -width * 0.9),
        ],
        5,
        True,
    )
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
        for width, tone in (
            (0.095, mix(green, (226, 214, 140), 0.55)),
            (0.066, darker(green, 0.1 + 0.03 * (i % 3))),
        ):
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
        layer.paint(
            layer.line(smooth([(0, y - 0.02), (tip[0] * 0.3, y + (tip[1] - y) * 0.6), tip], 5), 0.014),
            darker(green, 0.25),
        )
        tone = mix(green, lighter(green, 0.3), rng.random())
        leaf(
            layer,
            tip[0],
            tip[1],
            rng.uniform(0.26, 0.36),
            rng.uniform(0.075, 0.1),
            angle + rng.uniform(-24, 24),
            tone,
        )


def _trailing(layer: Layer, rng: random.Random, y: float, spread: float, green: Colour) -> None:
    """Round-leaved stems that spill over the rim."""
    for i in range(9):
        side = (i - 4) / 4 + rng.uniform(-0.1, 0.1)
        path = smooth(
            [
                (side * spread * 0.4, y),
                (side * 0.28, y + 0.3 - abs(side) * 0.1),
                (side * 0.46, y + 0.12),
                (side * 0.52, y - 0.1 - 0.24 * abs(side) * rng.random()),
            ],
            6,
        )
        layer.paint(layer.line(path, 0.007), darker(green, 0.2))
        for k in range(2, len(path), 3):
            r = rng.uniform(0.032, 0.05)
            one = layer.shape(
                ellipse(
                    path[k][0] + rng.uniform(-0.03, 0.03),
                    path[k][1] + rng.uniform(-0.02, 0.03),
                    r,
                    r * 0.86,
                    n=18,
                )
            )
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
            heading, length = (
                math.degrees(math.atan2(y1 - y0, x1 - x0)),
                0.16 * math.sin(math.pi * (k + 2) / (len(path) + 3)) + 0.03,
            )
            for turn in (-52, 52):
                blades.append(
                    moved(
                        turned(
                            [(0, 0), (length * 0.5, 0.014), (length, 0), (length * 0.5, -0.014)],
                            heading + turn,
                        ),
                        x1,
                        y1,
                    )
                )
        shape = layer.shape(*blades)
        if shape is not None:
            layer.paint(shape, tone, slope(shape, 152, 104))


FOLIAGE: tuple[Callable[[Layer, random.Random, float, float, Colour], None], ...] = (
    _sword,
    _bushy,
    _trailing,
    _fronds,
)
