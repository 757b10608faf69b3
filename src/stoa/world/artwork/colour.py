"""Colour arithmetic, and the tone ramps that turn a grey shading into a lit material."""

from functools import lru_cache

from PIL import Image

Colour = tuple[int, int, int]

WHITE: Colour = (252, 249, 243)
NIGHT: Colour = (44, 30, 34)
GLOW: Colour = (255, 250, 240)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """The colour a share `t` (0 to 1) of the way from `a` to `b`."""
    return (
        round(a[0] + (b[0] - a[0]) * t),
        round(a[1] + (b[1] - a[1]) * t),
        round(a[2] + (b[2] - a[2]) * t),
    )


def lighter(colour: Colour, t: float) -> Colour:
    return mix(colour, GLOW, t)


def darker(colour: Colour, t: float) -> Colour:
    return mix(colour, NIGHT, t)


def brightness(colour: Colour) -> float:
    """Perceived lightness, 0 (black) to 1 (white)."""
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255


@lru_cache(maxsize=2048)
def ramp(colour: Colour) -> tuple[list[int], list[int], list[int]]:
    """Three 256-step tables: tone 0 is deep shade, 128 the colour itself, 255 full light.

    Shade keeps some of the hue and leans warm: multiplying by grey is what makes drawn things look drawn.
    """
    # The shade of a pale thing is less deep: more light bounces about in it.
    keep = 0.38 + 0.2 * brightness(colour)
    deep = mix((round(colour[0] * keep), round(colour[1] * keep), round(colour[2] * keep)), NIGHT, 0.3)
    high = lighter(colour, 0.82)
    steps = [mix(deep, colour, i / 128) if i < 128 else mix(colour, high, (i - 128) / 127) for i in range(256)]
    return [s[0] for s in steps], [s[1] for s in steps], [s[2] for s in steps]


def tint(tone: Image.Image, colour: Colour) -> Image.Image:
    """Colour a grey ("L") shading with the ramp of `colour`; returns RGB of the same size."""
    return Image.merge("RGB", [tone.point(table) for table in ramp(colour)])
