"""Textiles for the home."""

from stoa.world.artwork.colour import darker, lighter, mix
from stoa.world.artwork.drapery import cloth, folded, fringe
from stoa.world.artwork.geometry import Outline, Point, box, ribbon, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.pegs import peg_loop
from stoa.world.artwork.shading import both, folds, puff, slope


def cushion(layer: Layer, look: Look) -> None:
    rng = look.rng("form")
    wide, tall = rng.choice(((0.5, 0.46), (0.5, 0.5), (0.58, 0.38)))
    mid = tall
    corner, pinch = 0.97, 0.9
    outline = smooth(
        [
            (wide * corner, mid + tall * corner),
            (wide * 0.55, mid + tall * 0.93),
            (0, mid + tall * pinch),
            (-wide * 0.55, mid + tall * 0.93),
            (-wide * corner, mid + tall * corner),
            (-wide * 0.93, mid + tall * 0.5),
            (-wide * pinch, mid),
            (-wide * 0.93, mid - tall * 0.5),
            (-wide * corner, 0.02),
            (-wide * 0.5, mid - tall * 0.98),
            (0, 0.02),
            (wide * 0.5, mid - tall * 0.98),
            (wide * corner, 0.02),
            (wide * 0.93, mid - tall * 0.5),
            (wide * pinch, mid),
            (wide * 0.93, mid + tall * 0.5),
        ],
        5,
        True,
    )
    piping = [(x * 1.012, mid + (y - mid) * 1.012) for x, y in outline]
    trim = layer.shape(piping)
    if trim is not None:
        layer.paint(trim, look.prints[rng.randrange(2)], puff(trim, 0.03), texture="linen")
    creases = [
        [(0.07, 0.07), (0.2, 0.22), (0.27, 0.34)],
        [(0.93, 0.07), (0.8, 0.2)],
        [(0.07, 0.93), (0.2, 0.82)],
        [(0.93, 0.93), (0.82, 0.8), (0.74, 0.7)],
        [(0.42, 0.06), (0.48, 0.2)],
    ]
    cloth(
        layer,
        look,
        layer.shape(outline),
        (-wide, 0, wide, 2 * tall),
        texture=rng.choice(("weave", "linen", "wool")),
        softness=0.16,
        creases=creases,
        scale=1.2,
    )


def throw(layer: Layer, look: Look) -> None:
    """A blanket folded into a soft stack, its fringe hanging down in front."""
    rng, main = look.rng("form"), look.palette.main
    for i, colour in enumerate((main, main, main)):
        folded(
            layer,
            look,
            i * 0.15,
            0.17 + i * 0.15,
            0.56 - i * 0.012,
            rng.uniform(-0.012, 0.012),
            colour,
            "wool",
        )
    left = layer.shape(
        [
            (0.35, 0.12),
            *smooth([(0.352, 0.4), (0.335, 0.462), (0.3, 0.478)], 4),
            *smooth([(-0.26, 0.478), (-0.295, 0.462), (-0.31, 0.4)], 4),
            (-0.306, 0.12),
        ]
    )
    layer.veil(layer.shape(box(-0.28, 0.1, 0.375, 0.44)), (40, 26, 26), None, 0.2)
    cloth(
        layer,
        look,
        left,
        (-0.3, 0.12, 0.34, 0.48),
        texture="wool",
        softness=0.05,
        creases=[[(0.3, 0.0), (0.32, 1)], [(0.66, 0), (0.64, 1)]],
    )
    fringe(layer, (-0.28, 0.135), (0.33, 0.135), (0.0, -0.095), lighter(main, 0.12), 34, rng)


def blanket(layer: Layer, look: Look) -> None:
    """A large woollen blanket spread flat, one corner turned back."""
    rng = look.rng("form")
    fringe(layer, (-0.5, 0.66), (-0.5, -0.66), (-0.075, 0), lighter(look.palette.main, 0.15), 40, rng)
    fringe(layer, (0.5, 0.66), (0.5, -0.3), (0.075, 0), lighter(look.palette.main, 0.15), 30, rng)
    sheet = layer.shape([(-0.5, -0.66), (0.14, -0.66), (0.5, -0.26), (0.5, 0.66), (-0.5, 0.66)])
    creases: list[list[Point]] = [
        [(0, 0.34), (0.5, 0.335), (1, 0.345)],
        [(0.5, 0), (0.505, 0.5), (0.5, 1)],
        [(0, 0.67), (1, 0.668)],
    ]
    cloth(layer, look, sheet, (-0.5, -0.66, 0.5, 0.66), texture="wool", creases=creases, depth=20, scale=1.2)
    turned = layer.shape([(0.14, -0.66), (0.5, -0.26), (0.2, -0.2)])
    layer.veil(layer.shape([(0.13, -0.64), (0.5, -0.22), (0.17, -0.15)]), (40, 26, 26), None, 0.25)
    if turned is not None:
        layer.paint(
            turned,
            mix(look.palette.main, look.palette.second, 0.45),
            slope(turned, 170, 104, 135),
            texture="wool",
        )


def tea_towel(layer: Layer, look: Look) -> None:
    rng = look.rng("form")
    ground = look.palette.paper if rng.random() < 0.5 else look.palette.main
    sheet = layer.shape(
        [
            (0.33, 0),
            (0.336, 0.3),
            (0.332, 0.7),
            (0.33, 1.0),
            (0, 1.004),
            (-0.33, 1.0),
            (-0.336, 0.5),
            (-0.33, 0),
            (0, -0.006),
        ]
    )
    if sheet is None:
        return
    inks = look.prints if ground == look.palette.main else (look.palette.main, look.palette.accent)
    marks = printed(layer, sheet, look.pattern, (-0.33, 0, 0.33, 1.0), inks, look.rng("print"), scale=1.1)
    creases: list[list[Point]] = [
        [(0.34, 0), (0.335, 0.5), (0.34, 1)],
        [(0.67, 0), (0.672, 1)],
        [(0, 0.5), (1, 0.502)],
    ]
    layer.paint(
        sheet,
        ground,
        both(puff(sheet, 0.015), folds(sheet, creases, 24, 0.035)),
        texture="linen",
        marks=marks,
    )
    for y in (0.022, 0.972):
        layer.veil(layer.shape(box(-0.332, y, 0.332, y + 0.004)), darker(ground, 0.4), None, 0.5)
    layer.paint(
        layer.shape(ribbon(smooth([(-0.02, 0.99), (-0.03, 1.05), (0, 1.075), (0.03, 1.05), (0.02, 0.99)], 5), 0.012)),
        inks[0],
    )


def napkins(layer: Layer, look: Look) -> None:
    """Four napkins, folded square and fanned, tied with a band."""
    tones = (
        look.palette.second,
        look.palette.main,
        mix(look.palette.main, look.palette.second, 0.5),
        look.palette.main,
    )
    for i, colour in enumerate(tones):
        dx, dy = -0.06 + i * 0.04, 0.075 - i * 0.05
        square = layer.shape(box(-0.42 + dx, -0.42 + dy, 0.42 + dx, 0.42 + dy, 0.025))
        layer.veil(layer.shape(box(-0.425 + dx, -0.445 + dy, 0.44 + dx, 0.42 + dy, 0.025)), (40, 28, 28), None, 0.2)
        cloth(
            layer,
            look,
            square,
            (-0.42 + dx, -0.42 + dy, 0.42 + dx, 0.42 + dy),
            colour=colour,
            softness=0.03,
            creases=[[(0.5, 0), (0.505, 1)]],
            depth=26,
            pattern=i == 3,
        )
    band = layer.shape(box(-0.43, -0.13, 0.49, 0.0))
    if band is not None:
        layer.paint(band, look.palette.paper, slope(band, 150, 116), texture="paper")
        layer.paint(layer.shape(box(-0.02, -0.105, 0.1, -0.025, 0.04)), look.palette.accent)


def rug(layer: Layer, look: Look) -> None:
    rng = look.rng("form")
    for y, dy in ((0.72, 0.075), (-0.72, -0.075)):
        fringe(layer, (-0.49, y), (0.49, y), (0, dy), look.palette.paper, 46, rng)
    sheet = layer.shape(box(-0.5, -0.72, 0.5, 0.72, 0.015))
    cloth(layer, look, sheet, (-0.5, -0.72, 0.5, 0.72), texture="pile", softness=0.012, scale=1.7)
    edge: Outline = box(-0.47, -0.69, 0.47, 0.69)
    for inset, colour, width in ((0.0, look.prints[0], 0.028), (0.05, look.prints[1], 0.012)):
        outer = [(x * (1 - inset), y * (1 - inset * 0.7)) for x, y in edge]
        inner = [(x * (1 - inset - width * 2), y * (1 - inset * 0.7 - width * 1.4)) for x, y in edge]
        frame = layer.shape(outer, holes=[inner])
        layer.paint(frame, colour, None, texture="pile")


def bath_towel(layer: Layer, look: Look) -> None:
    """Folded towels in two or three sizes, stacked."""
    rng = look.rng("form")
    tones = (
        look.palette.main,
        look.palette.second,
        look.palette.main,
        mix(look.palette.main, look.palette.second, 0.5),
    )
    for i in range(4):
        half = 0.5 - 0.03 * i
        low = i * 0.17
        folded(layer, look, low, low + 0.095, half, rng.uniform(-0.01, 0.01), tones[i], "pile")
        folded(layer, look, low + 0.085, low + 0.18, half, rng.uniform(-0.01, 0.01), tones[i], "pile")
        band = layer.shape(box(half - 0.12, low + 0.004, half - 0.09, low + 0.176))
        layer.veil(band, darker(tones[i], 0.3), None, 0.5)


WOVEN = (
    "stripes",
    "gingham",
    "windowpane",
    "plaid",
    "leaves",
    "arches",
    "herringbone",
    "waves",
    "block",
    "diamonds",
    "cross",
    "pinstripe",
)

KINDS: dict[str, Kind] = {
    "cushion": Kind(
        cushion,
        "standing",
        (-0.6, 0, 0.6, 1.02),
        (*WOVEN, "terrazzo", "brush"),
        (0.3, 0.72),
        ("throw", "vase", "candle"),
        None,
        1.5,
    ),
    "throw": Kind(
        throw,
        "standing",
        (-0.58, 0, 0.58, 0.5),
        ("stripes", "plain", "plaid", "herringbone", "windowpane"),
        (0.1, 0.3),
        ("candle", "mug", "table_lamp"),
        None,
        1.5,
    ),
    "blanket": Kind(
        blanket,
        "flat",
        (-0.58, -0.66, 0.58, 0.66),
        ("plaid", "stripes", "windowpane", "herringbone", "block"),
        (0.2, -0.3),
        ("notebook",),
        None,
        3,
    ),
    "tea_towel": Kind(
        tea_towel,
        "flat",
        (-0.34, 0, 0.34, 1.07),
        WOVEN,
        (0.1, 0.35),
        ("spoons", "knife", "napkins"),
        None,
        1.6,
        peg_loop,
    ),
    "napkins": Kind(napkins, "flat", (-0.48, -0.5, 0.5, 0.5), WOVEN, (0.1, -0.1), ("spoons", "knife"), None, 1.0),
    "rug": Kind(
        rug,
        "flat",
        (-0.52, -0.8, 0.52, 0.8),
        ("diamonds", "arches", "block", "stripes", "leaves", "terrazzo"),
        (0.2, 0.4),
        (),
        None,
        5,
    ),
    "bath_towel": Kind(
        bath_towel,
        "standing",
        (-0.52, 0, 0.52, 0.7),
        ("plain",),
        (0.15, 0.4),
        ("soap", "bottle", "plant"),
        None,
        1.4,
    ),
}
