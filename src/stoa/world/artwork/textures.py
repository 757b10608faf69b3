"""Grey tiles ("L", 128 = no change) that give surfaces their tooth: cloth, wood, clay, paper."""

import math
import random
from collections.abc import Callable
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIDE = 256


def noise(width: int, height: int, seed: str) -> Image.Image:
    """White noise that is the same on every machine (Pillow's own effect_noise is not)."""
    return Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))


def cloud(cells: int, seed: str, cells_y: int | None = None) -> Image.Image:
    """Smooth noise: `cells` bumps across the tile (and `cells_y` down it)."""
    small = noise(cells, cells_y or cells, seed)
    return small.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _soften(tile: Image.Image, amount: float) -> Image.Image:
    return tile.point([round(128 + (i - 128) * amount) for i in range(256)])


def _sum(*tiles: Image.Image) -> Image.Image:
    total = tiles[0]
    for tile in tiles[1:]:
        total = ImageChops.add(total, tile, 1, -128)
    return total


def _grain() -> Image.Image:
    return _soften(noise(SIDE, SIDE, "grain").filter(ImageFilter.GaussianBlur(0.6)), 0.4)


def _clay() -> Image.Image:
    return _sum(_soften(cloud(110, "clay-a"), 0.06), _soften(cloud(26, "clay-b"), 0.035), _soften(_grain(), 0.22))


def _wool() -> Image.Image:
    return _sum(_soften(cloud(110, "wool-a"), 0.12), _soften(cloud(30, "wool-b"), 0.05), _soften(_grain(), 0.25))


def _linen() -> Image.Image:
    across = _soften(cloud(14, "linen-a", 128), 0.11)
    down = _soften(cloud(128, "linen-b", 14), 0.11)
    return _sum(across, down, _soften(_grain(), 0.25))


def _weave() -> Image.Image:
    """Plain weave: every other crossing shows the weft, the rest the warp."""
    cell, count = 16, 16
    tile = Image.new("L", (SIDE, SIDE), 60)
    draw = ImageDraw.Draw(tile)
    rng = random.Random("weave")
    for row in range(count):
        for col in range(count):
            x, y, lift = col * cell, row * cell, rng.randint(-16, 16)
            if (row + col) % 2:
                draw.rounded_rectangle((x, y + 2, x + cell - 1, y + cell - 3), 5, fill=168 + lift)
            else:
                draw.rounded_rectangle((x + 2, y, x + cell - 3, y + cell - 1), 5, fill=128 + lift)
    return _sum(_soften(tile.filter(ImageFilter.GaussianBlur(1.6)), 0.5), _soften(_linen(), 0.6))


def _twill() -> Image.Image:
    tile = Image.new("L", (SIDE, SIDE), 108)
    draw = ImageDraw.Draw(tile)
    for start in range(-SIDE, SIDE, 16):
        draw.line((start, SIDE, start + SIDE, 0), fill=160, width=6)
    return _sum(_soften(tile.filter(ImageFilter.GaussianBlur(1.5)), 0.45), _soften(_linen(), 0.6))


def _knit() -> Image.Image:
    """Stocking stitch: columns of little Vs, drawn past the edges so that the tile repeats without a seam."""
    cell, rim = 32, 32
    sheet = Image.new("L", (SIDE + 2 * rim, SIDE + 2 * rim), 66)
    draw = ImageDraw.Draw(sheet)
    for x in range(0, sheet.width, cell):
        for y in range(-cell, sheet.height + cell, cell):
            for side in (-1, 1):
                foot, head = (x + 16 + side * 2, y + 33), (x + 16 + side * 11, y + 6)
                draw.line((*foot, *head), fill=146 + 14 * side, width=11)
                draw.ellipse((head[0] - 5, head[1] - 6, head[0] + 5, head[1] + 4), fill=146 + 14 * side)
    tile = sheet.filter(ImageFilter.GaussianBlur(1.5)).crop((rim, rim, rim + SIDE, rim + SIDE))
    return _sum(_soften(tile, 0.55), _soften(_wool(), 0.5))


def _rib() -> Image.Image:
    row = [round(128 + 62 * math.cos(2 * math.pi * 8 * x / SIDE)) for x in range(SIDE)]
    tile = Image.frombytes("L", (SIDE, 1), bytes(row)).resize((SIDE, SIDE))
    return _sum(_soften(tile, 0.45), _soften(_wool(), 0.4))


def _wood() -> Image.Image:
    """Grain running down: the rings are a sine of a slowly bending height."""
    bend = Image.linear_gradient("L").rotate(90).point([i // 2 for i in range(256)])
    height = ImageChops.add(bend, cloud(7, "wood-bend", 3).point([i // 2 for i in range(256)]))
    rings = height.point([round(128 + 46 * math.sin(i / 256 * math.tau * 11)) for i in range(256)])
    fibre = _soften(cloud(128, "wood-fibre", 4), 0.13)
    pores = _soften(cloud(128, "wood-pores", 20), 0.08)
    return _sum(_soften(rings.filter(ImageFilter.GaussianBlur(2.5)), 0.3), fibre, pores)


def _brushed() -> Image.Image:
    return _soften(cloud(3, "brushed", 128), 0.12)


def _leather() -> Image.Image:
    pebbles = cloud(56, "leather").point([255 - abs(i - 128) for i in range(256)])
    return _sum(
        _soften(pebbles.filter(ImageFilter.GaussianBlur(0.8)), 0.3).point([max(0, i - 16) for i in range(256)]),
        _soften(_grain(), 0.5),
    )


def _paper() -> Image.Image:
    return _sum(_soften(_grain(), 0.24), _soften(cloud(60, "paper"), 0.04))


def _pile() -> Image.Image:
    """Short tufts of a rug or a terry towel."""
    return _sum(_soften(cloud(90, "pile-a", 64), 0.16), _soften(cloud(128, "pile-b"), 0.11))


# name -> (maker, side of the tile in units)
TEXTURES: dict[str, tuple[Callable[[], Image.Image], float]] = {
    "grain": (_grain, 0.25),
    "clay": (_clay, 0.4),
    "wool": (_wool, 0.34),
    "linen": (_linen, 0.3),
    "weave": (_weave, 0.16),
    "twill": (_twill, 0.14),
    "knit": (_knit, 0.24),
    "rib": (_rib, 0.2),
    "wood": (_wood, 0.7),
    "brushed": (_brushed, 0.5),
    "leather": (_leather, 0.3),
    "paper": (_paper, 0.4),
    "pile": (_pile, 0.3),
}


# These repeat by themselves; mirroring would turn their stitches upside down.
PERIODIC = {"weave", "twill", "knit", "rib"}


@lru_cache(maxsize=64)
def tile(name: str, side: int, across: bool = False) -> Image.Image:
    """Texture `name` as a square of `side` pixels; `across` lays a grain that runs down on its side."""
    if side != SIDE:
        return tile(name, SIDE, across).resize((side, side), Image.Resampling.BICUBIC)
    made = TEXTURES[name][0]()
    return made.transpose(Image.Transpose.ROTATE_90) if across else made


def lay(name: str, size: tuple[int, int], side: int, origin: tuple[int, int], across: bool = False) -> Image.Image:
    """Fill an "L" image of `size` with the texture, each tile `side` pixels, starting from `origin`.

    Every other tile is mirrored, unless the texture is periodic: the tiles then meet without a seam.
    """
    one = tile(name, max(side, 8), across)
    step = one.width
    mirrored = name not in PERIODIC
    flip = one.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else one
    field = Image.new("L", size, 128)
    for row, y in enumerate(range(origin[1], size[1], step)):
        for col, x in enumerate(range(origin[0], size[0], step)):
            piece = flip if col % 2 else one
            field.paste(piece.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if row % 2 and mirrored else piece, (x, y))
    return field
