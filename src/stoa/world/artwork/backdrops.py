"""Rooms to put things in: paper sweeps, tables, shelves, walls, niches, and what lies under a flat-lay."""

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from stoa.world.artwork.colour import Colour, darker, lighter, mix, tint
from stoa.world.artwork.palettes import WOODS, Palette
from stoa.world.artwork.textures import lay

Size = tuple[int, int]
CORNER_LIGHT = 28


def _vertical(size: Size, stops: list[tuple[float, Colour]]) -> Image.Image:
    small = Image.new("RGB", (1, 96))
    for y in range(96):
        t = y / 95
        k = next(k for k in range(1, len(stops)) if t <= stops[k][0])
        (a, low), (b, high) = stops[k - 1], stops[k]
        small.putpixel((0, y), mix(low, high, (t - a) / (b - a or 1)))
    return small.resize(size, Image.Resampling.BICUBIC)


def _daylight(image: Image.Image, strength: float = 1.0) -> None:
    """Light falling in from the upper left and going with distance, on the whole of `image`."""
    w, h = image.size
    small = Image.new("L", (48, 48), 0)
    ImageDraw.Draw(small).ellipse((-14, -18, 34, 30), fill=round(110 * strength))
    image.paste(
        (255, 251, 242),
        (0, 0),
        small.filter(ImageFilter.GaussianBlur(9)).resize((w, h), Image.Resampling.BICUBIC),
    )
    small = Image.new("L", (48, 48), 0)
    ImageDraw.Draw(small).ellipse((26, 22, 70, 66), fill=round(70 * strength))
    image.paste(
        (74, 56, 52),
        (0, 0),
        small.filter(ImageFilter.GaussianBlur(11)).resize((w, h), Image.Resampling.BICUBIC),
    )


def _lit(size: Size, stops: list[tuple[float, Colour]]) -> Image.Image:
    """A smooth gradient in daylight: worked out small and enlarged, as nothing in it is sharp."""
    small = _vertical((max(48, size[0] // 8), max(48, size[1] // 8)), stops)
    _daylight(small)
    return small.resize(size, Image.Resampling.BICUBIC)


def window_light(image: Image.Image, rng: random.Random, strength: float = 0.5, reach: float = 0.62) -> None:
    """Sun through a window with glazing bars, slanting over the wall down to `reach` of the height."""
    w, h = image.size
    small = Image.new("L", (160, 160), 0)
    draw = ImageDraw.Draw(small)
    left, wide, lean = rng.uniform(4, 40), rng.uniform(30, 38), rng.uniform(26, 44)
    for col in range(2):
        for row in range(2):
            x, y = left + col * (wide + 5), 8 + row * reach * 80
            tall = reach * 76
            shift, fall = row * lean * 0.9, lean * 0.82
            draw.polygon(
                [
                    (x + shift, y),
                    (x + wide + shift, y + 5),
                    (x + wide + shift + fall, y + tall + 5),
                    (x + shift + fall, y + tall),
                ],
                fill=round(255 * strength),
            )
    image.paste(
        (255, 244, 220),
        (0, 0),
        small.filter(ImageFilter.GaussianBlur(1.8)).resize((w, h), Image.Resampling.BICUBIC),
    )


def sweep(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    """A paper sweep: wall and floor meet in a soft curve."""
    stops = [
        (0.0, lighter(palette.wall, 0.12)),
        (0.5, palette.wall),
        (0.66, mix(palette.wall, palette.floor, 0.8)),
        (0.72, palette.floor),
        (1.0, lighter(palette.floor, 0.18)),
    ]
    return _lit(size, stops)


def wall(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    image = _lit(size, [(0.0, lighter(palette.wall, 0.1)), (1.0, mix(palette.wall, palette.floor, 0.7))])
    _plaster(image, rng)
    return image


def _plaster(image: Image.Image, rng: random.Random) -> None:
    tooth = lay("clay", image.size, max(64, image.width // 2), (0, 0)).point(
        [max(0, 128 - i) * 2 // 3 for i in range(256)]
    )
    image.paste((96, 80, 70), (0, 0), tooth)


def plank(
    image: Image.Image,
    area: tuple[int, int, int, int],
    colour: Colour,
    texture: str = "wood",
    tone: int = 128,
) -> None:
    """Fill a pixel rectangle with a lit, grained surface."""
    x0, y0, x1, y1 = area
    size = (x1 - x0, y1 - y0)
    if min(size) < 1:
        return
    side = image.width // 2 if texture == "wood" else image.width // 5
    grain = lay(texture, size, max(32, side), (0, 0), across=True)
    if texture == "linen":
        grain = grain.point([128 + (i - 128) // 2 for i in range(256)])
    light = Image.linear_gradient("L").rotate(90).point([round(tone + 26 - i * 0.2) for i in range(256)]).resize(size)
    image.paste(tint(ImageChops.add(light, grain, 1, -128), colour), (x0, y0))


def surface_colour(palette: Palette, rng: random.Random) -> tuple[Colour, str]:
    choice = rng.randrange(4)
    if choice < 2:
        return rng.choice(WOODS), "wood"
    if choice == 2:
        return lighter(palette.floor, 0.35), "linen"
    return mix(palette.floor, palette.second, 0.5), "clay"


def table(size: Size, palette: Palette, rng: random.Random, horizon: float = 0.63) -> Image.Image:
    """A table top against a wall, its front edge just in the picture."""
    image = wall(size, palette, rng)
    if rng.random() < 0.6:
        window_light(image, rng, 0.42)
    w, h = size
    colour, texture = surface_colour(palette, rng)
    y, edge = round(h * horizon), round(h * 0.945)
    plank(image, (0, y, w, edge), lighter(colour, 0.12), texture)
    plank(image, (0, edge, w, h), colour, texture, 84)
    _shade(image, (0, y, w, y + round(h * 0.035)), 70)
    return image


def _shade(image: Image.Image, area: tuple[int, int, int, int], depth: int) -> None:
    """Darkness that is deepest at the top of the pixel rectangle and fades downwards."""
    x0, y0, x1, y1 = area
    fade = Image.linear_gradient("L").point([round((255 - i) / 255 * depth) for i in range(256)])
    image.paste((52, 36, 32), (x0, y0), fade.resize((x1 - x0, y1 - y0)))


def shelf(size: Size, palette: Palette, rng: random.Random, level: float = 0.7) -> Image.Image:
    """A plank on the wall, seen straight on."""
    image = wall(size, palette, rng)
    if rng.random() < 0.5:
        window_light(image, rng, 0.4, 0.6)
    w, h = size
    colour = rng.choice(WOODS)
    y, thick = round(h * level), round(h * 0.034)
    plank(image, (0, y - round(h * 0.02), w, y + round(h * 0.012)), lighter(colour, 0.22), "wood", 140)
    plank(image, (0, y + round(h * 0.012), w, y + thick), colour, "wood", 104)
    _shade(image, (0, y + thick, w, y + round(h * 0.13)), 105)
    return image


def niche(size: Size, palette: Palette, rng: random.Random, floor: float = 0.8) -> Image.Image:
    """A round-headed recess in a plastered wall: the bay of a stoa."""
    image = wall(size, palette, rng)
    w, h = size
    half, head = w * 0.36, h * 0.12
    base = round(h * floor)
    mask = _arch((w, h), half, head, base)
    inside = _vertical(
        size, [(0.0, darker(palette.floor, 0.3)), (0.6, darker(palette.floor, 0.1)), (1.0, palette.floor)]
    )
    image.paste(inside, (0, 0), mask)
    inner = _arch((w, h), half, head, base)
    inner = ImageChops.subtract(inner, ImageChops.offset(inner, round(w * 0.05), round(h * 0.02)))
    soft = (
        inner.resize((w // 8, h // 8)).filter(ImageFilter.GaussianBlur(w / 220)).resize(size, Image.Resampling.BICUBIC)
    )
    image.paste((60, 42, 38), (0, 0), ImageChops.multiply(soft, mask).point([i // 2 for i in range(256)]))
    plank(image, (0, base, w, base + round(h * 0.035)), lighter(palette.wall, 0.4), "paper", 150)
    plank(image, (0, base + round(h * 0.035), w, h), lighter(palette.floor, 0.1), "paper", 112)
    _shade(image, (0, base + round(h * 0.035), w, base + round(h * 0.07)), 60)
    return image


def _arch(size: Size, half: float, head: float, base: int) -> Image.Image:
    fold = 2
    mask = Image.new("L", (size[0] * fold, size[1] * fold), 0)
    draw = ImageDraw.Draw(mask)
    cx = size[0] / 2
    draw.ellipse([(cx - half) * fold, head * fold, (cx + half) * fold, (head + 2 * half) * fold], fill=255)
    draw.rectangle([(cx - half) * fold, (head + half) * fold, (cx + half) * fold, base * fold], fill=255)
    return mask.reduce(fold)


def flat(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    """Plain coloured paper from above."""
    return _lit(size, [(0.0, lighter(palette.wall, 0.16)), (1.0, mix(palette.wall, palette.floor, 0.75))])


def cloth(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    """A linen or wooden surface from above."""
    colour, texture = surface_colour(palette, rng)
    side = max(64, size[0] // 3)
    field = lay(texture, size, side * (2 if texture == "wood" else 1), (0, 0)).point(
        [128 + (i - 128) * 3 // 5 for i in range(256)]
    )
    surface = tint(field, lighter(colour, 0.25))
    if texture == "wood":
        _boards(surface, 4)
    _daylight(surface)
    return surface


def _boards(image: Image.Image, count: int) -> None:
    draw = ImageDraw.Draw(image)
    for i in range(1, count):
        x = image.width * i // count
        draw.line((x, 0, x, image.height), fill=(92, 66, 48), width=max(1, image.width // 400))


BACKDROPS: dict[str, Callable[[Size, Palette, random.Random], Image.Image]] = {
    "sweep": sweep,
    "wall": wall,
    "table": table,
    "shelf": shelf,
    "niche": niche,
    "flat": flat,
    "cloth": cloth,
}
