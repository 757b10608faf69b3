"""How one product is photographed: its angles, its companions, the room it is shown in."""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from PIL import Image, ImageChops, ImageFilter

from stoa.world.artwork import backdrops
from stoa.world.artwork.colour import lighter
from stoa.world.artwork.geometry import Point, box, ellipse
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.placing import place
from stoa.world.artwork.shading import down, puff
from stoa.world.artwork.textures import lay

Size = tuple[int, int]
Catalogue = Mapping[str, Kind]


def develop(image: Image.Image) -> Image.Image:
    """The film: a fine grain over everything, which also hides the steps of smooth gradients."""
    tooth = lay("grain", image.size, 256, (0, 0)).point([128 + (i - 128) // 7 for i in range(256)])
    return ImageChops.add(image, Image.merge("RGB", (tooth, tooth, tooth)), 1, -128)


def fitted(kind: Kind, size: Size, width: float, height: float) -> float:
    """Pixels a unit, so that the object fills at most these shares of the picture."""
    c, s = abs(math.cos(math.radians(kind.lean))), abs(math.sin(math.radians(kind.lean)))
    wide, tall = kind.width * c + kind.height * s, kind.width * s + kind.height * c
    return min(size[0] * width / wide, size[1] * height / tall)


def middle(kind: Kind) -> Point:
    return (kind.area[0] + kind.area[2]) / 2, (kind.area[1] + kind.area[3]) / 2


def front(kind: Kind, look: Look, size: Size, kinds: Catalogue) -> Image.Image:
    rng = look.rng("front")
    w, h = size
    if kind.stance == "standing":
        image = backdrops.sweep(size, look.palette, rng)
        unit = fitted(kind, size, 0.8, 0.66)
        ground = h * 0.5 + unit * (kind.height / 2 + kind.area[1]) + h * 0.05
        place(image, kind, look, (w / 2 - middle(kind)[0] * unit, ground), unit)
        return image
    image = (backdrops.wall if kind.stance == "hanging" else backdrops.flat)(size, look.palette, rng)
    unit = fitted(kind, size, 0.74, 0.7)
    place(image, kind, look, (w / 2, h * 0.5), unit, angle=_turn(kind, rng), pivot=middle(kind))
    return image


def _turn(kind: Kind, rng: random.Random) -> float:
    return kind.lean if kind.stance == "hanging" or kind.hang else kind.lean + rng.uniform(-7, 7)


def detail(kind: Kind, look: Look, size: Size, kinds: Catalogue) -> Image.Image:
    """Close enough to see what it is made of, with the room behind out of focus."""
    rng = look.rng("detail")
    w, h = size
    unit = fitted(kind, size, 0.74, 0.66) * 2.0
    if kind.stance == "flat":
        image = backdrops.cloth(size, look.palette, rng)
        turn = (math.copysign(1, kind.lean) if kind.lean else rng.choice((-1, 1))) * rng.uniform(10, 24)
        place(image, kind, look, (w * 0.42, h * 0.56), unit, angle=kind.lean + turn, pivot=kind.focus)
        return image
    image = _out_of_focus(kind, look, size, kinds, rng)
    fx, fy = kind.focus
    at = (w * rng.uniform(0.4, 0.46) - fx * unit, h * 0.48 + fy * unit)
    place(image, kind, look, at, unit)
    return image


def _out_of_focus(kind: Kind, look: Look, size: Size, kinds: Catalogue, rng: random.Random) -> Image.Image:
    """A table with a companion on it, blurred; drawn small, because blur hides it."""
    small = (size[0] // 4, size[1] // 4)
    room = backdrops.table if kind.stance == "standing" else backdrops.wall
    image = room(small, look.palette, rng)
    mates = [kinds[name] for name in kind.mates if name in kinds and kinds[name].stance == "standing"]
    if mates and kind.stance == "standing":
        mate = mates[0]
        place(
            image,
            mate,
            _plainer(mate, look, 1),
            (small[0] * 0.83, small[1] * 0.74),
            fitted(mate, small, 0.55, 0.5),
        )
    soft = image.filter(ImageFilter.GaussianBlur(small[0] / 60))
    return soft.resize(size, Image.Resampling.BICUBIC)


def _plainer(mate: Kind, look: Look, turn: int) -> Look:
    """A companion in another tone, patterned only when its own kind is never plain: it must not compete."""
    pattern = "plain" if "plain" in mate.patterns else mate.patterns[0]
    return replace(look.in_tone(turn), pattern=pattern)


def setting(kind: Kind, look: Look, size: Size, kinds: Catalogue) -> Image.Image:
    rng = look.rng("setting")
    if kind.stance == "hanging":
        return _overhead(kind, look, size, kinds, rng)
    if kind.hang is not None:
        return _on_pegs(kind, look, size, kinds, rng)
    if kind.stance == "flat":
        return _laid_out(kind, look, size, kinds, rng)
    return _on_a_surface(kind, look, size, kinds, rng)


def _company(kind: Kind, kinds: Catalogue, stance: str, rng: random.Random) -> list[Kind]:
    mates = [kinds[name] for name in kind.mates if name in kinds and kinds[name].stance == stance]
    rng.shuffle(mates)
    return mates


def _on_a_surface(kind: Kind, look: Look, size: Size, kinds: Catalogue, rng: random.Random) -> Image.Image:
    w, h = size
    room, level = rng.choice((("table", 0.83), ("shelf", 0.7), ("niche", 0.815), ("table", 0.86)))
    image = backdrops.BACKDROPS[room](size, look.palette, rng)
    unit = fitted(kind, size, 0.56, 0.48)
    side = rng.choice((-1, 1))
    mates = _company(kind, kinds, "standing", rng)
    if mates and rng.random() < 0.72:
        mate = mates[0]
        scale = min(unit / kind.heft * mate.heft, fitted(mate, size, 0.44, 0.5))
        back = 0.055 if room == "table" else 0.0
        mate_x = w * (0.5 + side * 0.25) - middle(mate)[0] * scale
        place(image, mate, _plainer(mate, look, rng.choice((1, 2))), (mate_x, h * (level - back)), scale)
    else:
        other = unit * 0.86
        back = 0.06 if room == "table" else 0.0
        place(
            image,
            kind,
            look.in_tone(1),
            (w * (0.5 + side * 0.24) - middle(kind)[0] * other, h * (level - back)),
            other,
        )
    place(image, kind, look, (w * (0.5 - side * 0.16) - middle(kind)[0] * unit, h * level), unit)
    return image


def _laid_out(kind: Kind, look: Look, size: Size, kinds: Catalogue, rng: random.Random) -> Image.Image:
    """A flat-lay: the object, another of its series running out of the picture, and a companion."""
    w, h = size
    image = backdrops.cloth(size, look.palette, rng)
    unit = fitted(kind, size, 0.6, 0.5)
    side = rng.choice((-1, 1))
    place(
        image,
        kind,
        look.in_tone(1),
        (w * (0.5 + side * 0.33), h * 0.2),
        unit,
        angle=kind.lean + side * rng.uniform(8, 20),
        pivot=middle(kind),
    )
    mates = _company(kind, kinds, "flat", rng)
    if mates:
        mate = mates[0]
        scale = min(unit / kind.heft * mate.heft, fitted(mate, size, 0.55, 0.5))
        place(
            image,
            mate,
            _plainer(mate, look, 2),
            (w * (0.5 + side * 0.26), h * 0.86),
            scale,
            angle=mate.lean - side * rng.uniform(10, 26),
            pivot=middle(mate),
        )
    place(
        image,
        kind,
        look,
        (w * (0.5 - side * 0.13), h * 0.52),
        unit,
        angle=kind.lean + rng.uniform(-12, 12),
        pivot=middle(kind),
    )
    return image


def _on_pegs(kind: Kind, look: Look, size: Size, kinds: Catalogue, rng: random.Random) -> Image.Image:
    """Hung from a peg rail, next to another of its series that runs out of the picture."""
    w, h = size
    image = backdrops.wall(size, look.palette, rng)
    backdrops.window_light(image, rng, 0.36, 0.8)
    rail_at = h * 0.15
    rail = Layer(image, size, (w / 2, rail_at), w)
    _rail(rail, look)
    unit = fitted(kind, size, 0.62, 0.68)
    side = rng.choice((-1, 1))
    for turn, x in ((1, 0.5 + side * 0.5), (0, 0.5 - side * 0.13)):
        _hung(image, kind, look.in_tone(turn), (w * x, rail_at), unit)
    return image


def _rail(layer: Layer, look: Look) -> None:
    board = layer.shape(box(-0.6, -0.035, 0.6, 0.035))
    layer.veil(layer.shape(box(-0.6, -0.06, 0.6, 0.02)), (60, 42, 36), None, 0.25)
    if board is not None:
        layer.paint(
            board,
            look.wood,
            down(board, [(0, 170), (0.12, 140), (0.9, 118), (1, 70)]),
            texture="wood",
            across=True,
        )


def _hung(image: Image.Image, kind: Kind, look: Look, at: Point, unit: float) -> None:
    top = (middle(kind)[0], kind.area[3])
    hook = Layer(image, image.size, at, unit, pivot=(top[0], top[1] + 0.06))
    if kind.hang is not None:
        kind.hang(hook, look)
    place(image, kind, look, (at[0], at[1] + 0.06 * unit), unit, stance="hanging", pivot=top)
    peg = Layer(image, image.size, at, unit)
    knob = peg.shape(ellipse(0, 0.0, 0.032))
    if knob is not None:
        peg.paint(knob, lighter(look.wood, 0.15), puff(knob, 0.3))


def _overhead(kind: Kind, look: Look, size: Size, kinds: Catalogue, rng: random.Random) -> Image.Image:
    """Hung from the ceiling above a table with something on it."""
    w, h = size
    image = backdrops.table(size, look.palette, rng, 0.74)
    mates = _company(kind, kinds, "standing", rng)
    for i, mate in enumerate(mates[:2]):
        scale = fitted(mate, size, 0.3, 0.22)
        place(image, mate, _plainer(mate, look, i + 1), (w * (0.34 + 0.34 * i), h * (0.85 + 0.02 * i)), scale)
    unit = fitted(kind, size, 0.46, 0.36)
    place(image, kind, look, (w * 0.5, h * 0.14), unit, pivot=(middle(kind)[0], kind.area[3]))
    return image


def top(kind: Kind, look: Look, size: Size, kinds: Catalogue) -> Image.Image:
    """From straight above, on cloth; kinds without a view of their own from above show the pair instead."""
    if kind.top is None:
        return pair(kind, look, size, kinds)
    rng = look.rng("top")
    image = backdrops.cloth(size, look.palette, rng)
    w, h = size
    place(image, kind, look.in_tone(1), (w * 0.86, h * 0.14), w * 0.5, stance="flat", draw=kind.top)
    place(image, kind, look, (w * 0.46, h * 0.54), w * 0.74, stance="flat", draw=kind.top)
    return image


def pair(kind: Kind, look: Look, size: Size, kinds: Catalogue) -> Image.Image:
    """Two of the series side by side, on plain paper."""
    rng = look.rng("pair")
    w, h = size
    if kind.stance != "standing":
        image = backdrops.flat(size, look.palette, rng)
        unit = fitted(kind, size, 0.5, 0.46)
        for turn, x, y, angle in ((1, 0.63, 0.34, 9), (0, 0.38, 0.62, -6)):
            place(
                image,
                kind,
                look.in_tone(turn),
                (w * x, h * y),
                unit,
                angle=kind.lean + angle if kind.stance == "flat" else 0,
                pivot=middle(kind),
            )
        return image
    image = backdrops.sweep(size, look.palette, rng)
    unit = fitted(kind, size, 0.46, 0.46)
    for turn, x, y, scale in ((1, 0.68, 0.7, 0.92), (0, 0.35, 0.77, 1.0)):
        place(image, kind, look.in_tone(turn), (w * x - middle(kind)[0] * unit * scale, h * y), unit * scale)
    return image


ANGLES: dict[str, Callable[[Kind, Look, Size, Catalogue], Image.Image]] = {
    "front": front,
    "detail": detail,
    "setting": setting,
    "top": top,
    "pair": pair,
}
