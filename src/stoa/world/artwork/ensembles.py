"""Wide pictures of many things: the still life of a category, and the hero of the home page."""

import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from stoa.world.artwork import backdrops
from stoa.world.artwork.colour import Colour, darker, lighter, mix
from stoa.world.artwork.geometry import box
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import PALETTES, Palette
from stoa.world.artwork.placing import place
from stoa.world.artwork.scenes import Catalogue, Size, fitted, middle
from stoa.world.artwork.shading import Stop, across, down

HERO_PALETTES = ("sand", "clay", "chalk", "blush")
# What stands on the steps of the hero: kind, place and height as shares of the picture, palette, pattern.
HERO_CAST: tuple[tuple[str, float, float, str, str], ...] = (
    ("vase", 0.6, 0.33, "clay", "plain"),
    ("plant", 0.915, 0.5, "chalk", "bands"),
    ("table_lamp", 0.755, 0.47, "forest", "plain"),
    ("teapot", 0.672, 0.19, "ocean", "speckle"),
    ("cup", 0.535, 0.125, "chalk", "bands"),
    ("throw", 0.835, 0.125, "rust", "windowpane"),
)


def still_life(look: Look, names: list[str], size: Size, kinds: Catalogue) -> Image.Image:
    """Standing things on a table; when most of the things lie flat, a flat-lay of them all."""
    rng = look.rng("category")
    chosen = [kinds[name] for name in names]
    standing = [kind for kind in chosen if kind.stance != "flat"]
    if 2 * len(standing) >= len(chosen):
        return _in_a_row(look, chosen, size, rng)
    return _laid_in_order(look, chosen, size, rng)


def _in_a_row(look: Look, chosen: list[Kind], size: Size, rng: random.Random) -> Image.Image:
    w, h = size
    image = backdrops.table(size, look.palette, rng, 0.66)
    _hang_the_rest(image, look, chosen, size, rng)
    row = [kind for kind in chosen if kind.stance == "standing"]
    if len(row) < 5:
        row = row + row[: 5 - len(row)]
    # True sizes would make a mug a dot beside a cushion: differences are kept, but halved.
    scales = [kind.heft**0.5 for kind in row]
    total = sum(kind.width * scale for kind, scale in zip(row, scales, strict=True))
    tallest = max(kind.height * scale for kind, scale in zip(row, scales, strict=True))
    unit = min(w * 1.16 / total, h * 0.6 / tallest)
    # Closer than side by side: the front row stands a little before the back row.
    step = min(1.0, 0.96 * w / (total * unit))
    x = (w - total * unit * step) / 2
    spots = []
    for i, (kind, scale) in enumerate(zip(row, scales, strict=True)):
        spots.append((i % 2, x + kind.width * scale * unit * step / 2, kind, scale * unit, i))
        x += kind.width * scale * unit * step
    for front, centre, kind, px, i in sorted(spots, key=lambda spot: spot[0]):
        ground = h * (0.875 if front else 0.785)
        place(image, kind, _member(look, kind, i), (centre - middle(kind)[0] * px, ground), px)
    return image


def _hang_the_rest(image: Image.Image, look: Look, chosen: list[Kind], size: Size, rng: random.Random) -> None:
    for i, kind in enumerate(kind for kind in chosen if kind.stance == "hanging"):
        unit = fitted(kind, size, 0.24, 0.3)
        place(
            image,
            kind,
            _member(look, kind, i),
            (size[0] * (0.3 + 0.36 * i), -size[1] * 0.03),
            unit,
            pivot=(0.0, -0.1),
        )


def _member(look: Look, kind: Kind, i: int) -> Look:
    """The i-th of a company: its own form, tone and one of its own patterns."""
    rng = look.rng(f"member{i}")
    pattern = rng.choice(kind.patterns) if i % 2 == 0 or "plain" not in kind.patterns else "plain"
    return Look(look.in_tone(i).palette, pattern, f"{look.seed}/{i}")


def _laid_in_order(look: Look, chosen: list[Kind], size: Size, rng: random.Random) -> Image.Image:
    """A tidy flat-lay: two rows that run out of the picture, everything a little turned."""
    w, h = size
    image = backdrops.cloth(size, look.palette, rng)
    things = [kind for kind in chosen if kind.stance == "flat"]
    for i in range(8):
        kind = things[i % len(things)]
        column, row = i % 4, i // 4
        unit = fitted(kind, size, 0.25, 0.52)
        at = (w * (0.11 + column * 0.262 + (0.03 if row else -0.01)), h * (0.27 if row == 0 else 0.77))
        place(
            image,
            kind,
            _member(look, kind, i),
            at,
            unit,
            angle=kind.lean * 0.5 + rng.uniform(-11, 11),
            pivot=middle(kind),
        )
    return image


def colonnade(look: Look, size: Size, kinds: Catalogue) -> Image.Image:
    """A sunlit stoa: beam, wall and steps all across, pillars and things on the right, calm on the left."""
    rng = look.rng("hero")
    palette = PALETTES[rng.choice(HERO_PALETTES)]
    w, h = size
    image = backdrops.wall(size, palette, rng)
    _sun_and_shade(image, palette)
    stone = lighter(mix(palette.wall, palette.floor, 0.45), 0.14)
    _steps(image, stone)
    for x in (0.455, 0.99):
        _pillar(image, stone, x)
    backdrops.plank(image, (0, 0, w, round(h * 0.055)), stone, "paper", 138)
    backdrops.plank(image, (0, round(h * 0.055), w, round(h * 0.085)), darker(stone, 0.1), "paper", 108)
    _under_the_beam(image)
    for i, (name, x, tall, tone, pattern) in enumerate(HERO_CAST):
        kind = kinds[name]
        unit = h * tall / kind.height
        ground = h * (0.845 if i < 3 else 0.885)
        place(
            image,
            kind,
            Look(PALETTES[tone], pattern, f"{look.seed}/{name}"),
            (w * x - middle(kind)[0] * unit, ground),
            unit,
        )
    return image


def _sun_and_shade(image: Image.Image, palette: Palette) -> None:
    """Late light slants in between pillars out of sight; what it does not reach is a shade cooler."""
    w, h = image.size
    small = Image.new("L", (200, 110), 0)
    draw = ImageDraw.Draw(small)
    for x, wide in ((56, 26), (92, 34), (140, 34), (186, 34)):
        draw.polygon([(x, 6), (x + wide, 6), (x + wide + 40, 110), (x + 40, 110)], fill=255)
    lit = small.filter(ImageFilter.GaussianBlur(1.3)).resize((w, h), Image.Resampling.BICUBIC)
    image.paste((255, 243, 218), (0, 0), lit.point([i * 88 // 255 for i in range(256)]))
    image.paste(darker(palette.floor, 0.4), (0, 0), ImageChops.invert(lit).point([i * 26 // 255 for i in range(256)]))


def _steps(image: Image.Image, stone: Colour) -> None:
    w, h = image.size
    for top, edge, tone in ((0.795, 0.925, 150), (0.925, 0.94, 164), (0.94, 1.0, 104)):
        backdrops.plank(image, (0, round(h * top), w, round(h * edge)), stone, "paper", tone)
    for top, depth in ((0.795, 0.03), (0.94, 0.02)):
        fade = Image.linear_gradient("L").point([(255 - i) * 70 // 255 for i in range(256)])
        image.paste((70, 50, 44), (0, round(h * top)), fade.resize((w, round(h * depth))))


def _pillar(image: Image.Image, stone: Colour, x: float) -> None:
    """A fluted pillar on a round base; its shade falls on the wall and floor to the right."""
    w, h = image.size
    layer = Layer(image, image.size, (w * x, h * 0.84), h)
    fall = layer.shape([(0.03, 0.76), (0.15, 0.76), (0.42, 0.045), (0.29, 0.045)])
    if fall is not None:
        layer.veil(fall, (70, 50, 44), fall.mask.filter(ImageFilter.GaussianBlur(h / 90)), 0.16)
    shaft = layer.shape([(-0.066, 0.0), (0.066, 0.0), (0.058, 0.74), (-0.058, 0.74)])
    if shaft is not None:
        layer.paint(shaft, stone, across(shaft, _flutes()), texture="paper")
    for low, high, half in (
        (-0.02, 0.012, 0.088),
        (0.012, 0.03, 0.076),
        (0.71, 0.725, 0.07),
        (0.725, 0.745, 0.08),
        (0.745, 0.775, 0.092),
    ):
        ring = layer.shape(box(-half, low, half, high, 0.008))
        if ring is not None:
            layer.paint(ring, stone, across(ring, "matte"), texture="paper")
    block = layer.shape(box(-0.096, -0.045, 0.096, -0.018))
    if block is not None:
        layer.paint(block, stone, down(block, [(0, 160), (0.2, 130), (1, 84)]), texture="paper")


def _flutes() -> list[Stop]:
    """Light over seven hollows of a round shaft: bright on the far side of each edge, dark before it."""
    stops: list[Stop] = []
    for i in range(7):
        base = 150 - 74 * abs(i / 6 - 0.28) ** 1.2
        stops += [(i / 7, base + 16), (i / 7 + 0.05, base - 26), (i / 7 + 0.12, base + 10)]
    return [*stops, (1.0, 64)]


def _under_the_beam(image: Image.Image) -> None:
    w, h = image.size
    fade = Image.linear_gradient("L").point([(255 - i) * 86 // 255 for i in range(256)])
    image.paste((70, 50, 44), (0, round(h * 0.085)), fade.resize((w, round(h * 0.05))))
