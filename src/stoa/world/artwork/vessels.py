"""Ceramics and tableware."""

from stoa.world.artwork.ceramics import CLAY, gloss_of, handle, raw_foot
from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import Point, arc, ellipse, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.revolve import Profile, body, lid, mouth
from stoa.world.artwork.shading import puff, slope


def bowl(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    height, lip = rng.uniform(0.34, 0.48), rng.uniform(0.5, 0.58)
    form = Profile([(0.2, 0), (0.21, 0.05), (lip * 0.8, height * 0.42), (lip, height)], tilt=0.22)
    body(
        layer,
        form,
        colour,
        look=look,
        gloss=gloss_of(look),
        texture="clay",
        pattern_area=(0.09, height - 0.04),
    )
    raw_foot(layer, form, 0.05)
    mouth(layer, form, mix(colour, look.palette.second, 0.55), wall=0.018)


def _fruit(layer: Layer, x: float, y: float, r: float, colour: Colour) -> None:
    one = layer.shape(ellipse(x, y, r, r * 0.94))
    if one is not None:
        layer.paint(one, colour, puff(one, 0.3, 1.1), texture="grain")
    layer.paint(layer.line([(x + 0.005, y + r * 0.8), (x + 0.02, y + r * 1.12)], 0.012), (84, 64, 42))


def fruit_bowl(layer: Layer, look: Look) -> None:
    """A wide footed bowl, heaped."""
    rng, colour = look.rng("form"), look.palette.main
    peel = rng.choice(((214, 142, 62), (196, 92, 66), (168, 172, 92)))
    for x, y, r in ((-0.2, 0.5, 0.14), (0.04, 0.56, 0.15), (0.26, 0.5, 0.13)):
        _fruit(layer, x, y, r, peel)
    form = Profile([(0.24, 0), (0.16, 0.05), (0.12, 0.12), (0.3, 0.2), (0.52, 0.34), (0.56, 0.44)], tilt=0.05)
    body(layer, form, colour, look=look, gloss=gloss_of(look), texture="clay", pattern_area=(0.2, 0.43))


def plate_top(layer: Layer, look: Look) -> None:
    """A plate from above: rim, well, and the pattern on one or the other."""
    colour = look.palette.main
    _disc(layer, 0.5, colour, 0.03, look)
    for radius, tone in ((0.345, -0.06), (0.33, 0.08)):
        well = layer.shape(ellipse(0, 0, radius))
        if well is not None:
            layer.paint(
                well,
                darker(colour, -tone) if tone < 0 else lighter(colour, tone),
                slope(well, 112, 150),
                texture="clay",
            )


def _disc(layer: Layer, radius: float, colour: Colour, softness: float, look: Look) -> None:
    disc = layer.shape(ellipse(0, 0, radius, n=96))
    if disc is None:
        return
    marks = printed(layer, disc, look.pattern, (-radius, -radius, radius, radius), look.prints, look.rng("print"))
    layer.paint(disc, colour, puff(disc, softness), texture="clay", marks=marks)


def plate(layer: Layer, look: Look) -> None:
    """A stack of plates, the top one seen into."""
    rng = look.rng("form")
    tones = (
        look.palette.second,
        look.palette.main,
        mix(look.palette.main, look.palette.second, 0.4),
        look.palette.main,
    )
    count = rng.choice((3, 4))
    for i in range(count):
        base, colour = i * 0.062, tones[(i + 4 - count) % 4]
        form = Profile([(0.3, base), (0.36, base + 0.015), (0.52, base + 0.06), (0.56, base + 0.075)], tilt=0.3)
        body(layer, form, colour, gloss="satin", texture="clay")
        mouth(layer, form, colour, wall=0.016, fill=None)
    high = (count - 1) * 0.062 + 0.075
    _plate_face(layer, look, high)


def _plate_face(layer: Layer, look: Look, high: float) -> None:
    colour = look.palette.main
    face = layer.shape(ellipse(0, high - 0.004, 0.545, 0.545 * 0.3, n=90))
    if face is not None:
        area = (-0.56, -0.56, 0.56, 0.56)
        marks = printed(
            layer,
            face,
            look.pattern,
            area,
            look.prints,
            look.rng("print"),
            bend=lambda p: (p[0], high + p[1] * 0.3),
        )
        layer.paint(face, colour, slope(face, 96, 160, 20), texture="clay", marks=marks)
    for r, drop, tone in ((0.37, 0.016, 96), (0.355, 0.02, 140)):
        well = layer.shape(ellipse(0, high - drop, r, r * 0.29))
        if well is not None:
            layer.paint(well, colour, slope(well, tone - 18, tone + 14, 20), texture="clay")


VASE_FORMS: tuple[list[Point], ...] = (
    [(0.18, 0), (0.24, 0.06), (0.36, 0.38), (0.25, 0.68), (0.1, 0.82), (0.1, 0.98), (0.14, 1.02)],
    [(0.2, 0), (0.22, 0.05), (0.31, 0.3), (0.24, 0.58), (0.17, 0.8), (0.22, 1.0)],
    [(0.16, 0), (0.26, 0.12), (0.3, 0.28), (0.2, 0.46), (0.09, 0.6), (0.085, 0.92), (0.1, 0.95)],
    [(0.2, 0), (0.2, 0.04), (0.25, 0.4), (0.29, 0.74), (0.27, 0.88), (0.19, 0.92)],
)


def vase(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    form = Profile(rng.choice(VASE_FORMS))
    if rng.random() < 0.55:
        _stems(layer, look, form.high, form.points[-1][0])
    body(
        layer,
        form,
        colour,
        look=look,
        gloss=gloss_of(look),
        texture="clay",
        pattern_area=(0.04, form.high - 0.05),
    )
    raw_foot(layer, form, 0.03)
    mouth(layer, form, colour, wall=0.016)


def _stems(layer: Layer, look: Look, top: float, spread: float) -> None:
    """Dried grass and seed heads, behind the rim."""
    rng, straw = look.rng("stems"), mix((190, 160, 112), look.palette.accent, 0.25)
    for i in range(7):
        lean = (i - 3) / 3 + rng.uniform(-0.1, 0.1)
        tip = (lean * 0.3, top + rng.uniform(0.28, 0.5))
        path = smooth([(lean * spread * 0.5, top - 0.03), (lean * 0.13, top + 0.2), tip], 6)
        layer.paint(layer.line(path, 0.009, 0.006), darker(straw, 0.2))
        head = layer.shape(
            ribbon([(tip[0] - lean * 0.02, tip[1] - 0.05), (tip[0] + lean * 0.02, tip[1] + 0.06)], 0.036, 0.012)
        )
        if head is not None:
            layer.paint(head, straw, puff(head, 0.25), texture="wool")


def jug(layer: Layer, look: Look) -> None:
    rng, colour = look.rng("form"), look.palette.main
    tall = rng.uniform(0.86, 1.06)
    form = Profile(
        [
            (0.2, 0),
            (0.25, 0.04),
            (0.31, 0.28 * tall),
            (0.23, 0.58 * tall),
            (0.19, 0.74 * tall),
            (0.22, 0.9 * tall),
        ]
    )
    handle(
        layer,
        [
            (0.18, 0.8 * tall),
            (0.36, 0.84 * tall),
            (0.46, 0.62 * tall),
            (0.38, 0.36 * tall),
            (0.27, 0.3 * tall),
        ],
        colour,
        0.06,
        0.05,
    )
    top = 0.9 * tall
    lip = layer.shape(
        smooth([(-0.15, top + 0.04), (-0.34, top + 0.035), (-0.21, top - 0.13), (-0.1, top - 0.06)], 6, True)
    )
    if lip is not None:
        layer.paint(lip, colour, puff(lip, 0.15, 1, 132), texture="clay")
    body(layer, form, colour, look=look, gloss=gloss_of(look), texture="clay", pattern_area=(0.05, 0.8 * tall))
    raw_foot(layer, form, 0.035)
    mouth(layer, form, colour)


def carafe(layer: Layer, look: Look) -> None:
    """Blown glass, half full, a tumbler over its neck or a stopper in it."""
    water = mix((206, 224, 224), look.palette.main, 0.22)
    form = Profile([(0.2, 0), (0.25, 0.03), (0.28, 0.3), (0.18, 0.56), (0.1, 0.72), (0.1, 0.84), (0.14, 0.94)])
    body(
        layer,
        Profile([(r * 0.95, y) for r, y in form.points if y < 0.45], curved=False),
        water,
        gloss="glass",
        opacity=0.75,
    )
    surface = layer.shape(form.ring(0.44, -0.012))
    layer.paint(surface, lighter(water, 0.3), None, opacity=0.8)
    body(layer, form, lighter(water, 0.35), gloss="glass", opacity=0.36)
    rim = layer.shape(ellipse(0, 0.94, 0.14, 0.024), holes=[ellipse(0, 0.94, 0.128, 0.018)])
    layer.paint(rim, (252, 252, 250))
    base = layer.shape(arc(0, 0, 0.2, 0.034, 180, 360, 20) + arc(0, 0.02, 0.2, 0.034, 360, 180, 20))
    layer.veil(base, (255, 255, 255), None, 0.5)
    stopper = layer.shape(ellipse(0, 1.02, 0.1, 0.1))
    if stopper is not None:
        layer.paint(stopper, look.wood, puff(stopper, 0.3), texture="wood")


def saucer_top(layer: Layer, look: Look) -> None:
    """A bowl from above: the deep inside, shaded away from the light."""
    colour = mix(look.palette.main, look.palette.second, 0.3)
    _disc(layer, 0.5, look.palette.main, 0.02, look)
    for radius, depth in ((0.475, 0), (0.33, 1), (0.18, 2)):
        ring = layer.shape(ellipse(0, 0, radius, n=80))
        if ring is not None:
            layer.paint(
                ring,
                lighter(colour, 0.06 * depth),
                slope(ring, 74 + depth * 18, 156 - depth * 4),
                texture="clay",
                opacity=1 if depth == 0 else 0.55,
            )


def canister(layer: Layer, look: Look) -> None:
    """A lidded ceramic storage pot."""
    rng, colour = look.rng("form"), look.palette.main
    tall = rng.uniform(0.55, 0.8)
    form = Profile([(0.3, 0), (0.33, 0.03), (0.34, tall * 0.5), (0.33, tall)])
    body(layer, form, colour, look=look, gloss=gloss_of(look), texture="clay", pattern_area=(0.04, tall - 0.05))
    top = Profile([(0.35, tall), (0.35, tall + 0.06)], curved=False)
    body(layer, top, look.wood, gloss="satin", texture="wood")
    lid(layer, top, look.wood, texture="wood")


TABLE = ("board", "tea_towel", "napkins", "honey_jar")

KINDS: dict[str, Kind] = {
    "bowl": Kind(
        bowl,
        "standing",
        (-0.58, -0.06, 0.58, 0.58),
        CLAY,
        (0, 0.3),
        ("jug", "napkins", "plate"),
        saucer_top,
        0.7,
    ),
    "fruit_bowl": Kind(
        fruit_bowl,
        "standing",
        (-0.57, -0.06, 0.57, 0.74),
        CLAY,
        (0, 0.42),
        ("vase", "carafe", "candle"),
        None,
        0.85,
    ),
    "plate": Kind(
        plate,
        "standing",
        (-0.57, -0.1, 0.57, 0.46),
        CLAY,
        (0.1, 0.24),
        ("cup", "carafe", "bowl"),
        plate_top,
        0.8,
    ),
    "vase": Kind(vase, "standing", (-0.4, -0.06, 0.4, 1.26), CLAY, (0, 0.6), ("bowl", "candle", "jug"), None, 0.85),
    "jug": Kind(jug, "standing", (-0.36, -0.06, 0.48, 1.0), CLAY, (0.04, 0.62), ("bowl", "cup", "plate"), None, 0.75),
    "carafe": Kind(
        carafe, "standing", (-0.3, -0.06, 0.3, 1.14), ("plain",), (0, 0.5), ("cup", "fruit_bowl"), None, 0.75
    ),
    "canister": Kind(
        canister,
        "standing",
        (-0.37, -0.08, 0.37, 0.92),
        CLAY,
        (0, 0.5),
        ("mug", "jar", "pepper_mill"),
        None,
        0.6,
    ),
}
