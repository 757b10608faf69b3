"""Putting an object into a picture: its shadow first, then the object itself."""

from collections.abc import Callable

from PIL import Image, ImageChops, ImageFilter

from stoa.world.artwork.colour import Colour
from stoa.world.artwork.geometry import Point
from stoa.world.artwork.kind import Kind, Look, Stance
from stoa.world.artwork.layer import Layer

# Shadows are soft: they are cast by a drawing this many times smaller, which costs almost nothing.
FOLD = 4
SHADOW: Colour = (58, 40, 36)
Draw = Callable[[Layer, Look], None]


def place(
    image: Image.Image,
    kind: Kind,
    look: Look,
    at: Point,
    unit: float,
    *,
    angle: float = 0.0,
    stance: Stance | None = None,
    draw: Draw | None = None,
    pivot: Point | None = None,
) -> None:
    """Draw `kind` with its origin (or `pivot`) at pixel `at`, `unit` pixels a unit, turned by `angle`."""
    pen = draw or kind.draw
    about = (0.0, 0.0) if pivot is None else pivot
    ghost = Layer(
        None,
        (image.width // FOLD, image.height // FOLD),
        (at[0] / FOLD, at[1] / FOLD),
        unit / FOLD,
        pivot=about,
        angle=angle,
    )
    pen(ghost, look)
    if (stance or kind.stance) == "standing":
        _cast_on_ground(image, ghost.cover, ghost.px((0.0, 0.0))[1], unit / FOLD)
    else:
        lift = 1.0 if (stance or kind.stance) == "flat" else 2.4
        _cast_behind(image, ghost.cover, unit / FOLD, lift)
    pen(Layer(image, image.size, at, unit, pivot=about, angle=angle), look)


def _darken(image: Image.Image, *shades: tuple[Image.Image, float]) -> None:
    """Lay several small shadow masks over each other, each with its opacity, and enlarge them once."""
    total = Image.new("L", shades[0][0].size, 0)
    for mask, opacity in shades:
        total = ImageChops.screen(total, mask.point([round(i * opacity) for i in range(256)]))
    area = total.getbbox()
    if area is None:
        return
    size = ((area[2] - area[0]) * FOLD, (area[3] - area[1]) * FOLD)
    image.paste(SHADOW, (area[0] * FOLD, area[1] * FOLD), total.crop(area).resize(size, Image.Resampling.BICUBIC))


def _cast_on_ground(image: Image.Image, cover: Image.Image, ground: float, unit: float) -> None:
    """A long faint shadow thrown back and to the right, and the dark line where object and ground meet."""
    long = _lying(cover, ground, 0.2, 0.62)
    near = _lying(cover, ground, 0.2, 0.5)
    foot = _lying(cover, ground + unit * 0.012, 0.05, 0.1)
    _darken(
        image,
        (long.filter(ImageFilter.GaussianBlur(unit * 0.08 + 1)), 0.36),
        (near.filter(ImageFilter.GaussianBlur(unit * 0.03 + 0.5)), 0.3),
        (foot.filter(ImageFilter.GaussianBlur(unit * 0.018 + 0.4)), 0.75),
    )


def _lying(cover: Image.Image, ground: float, flatten: float, lean: float) -> Image.Image:
    """`cover` laid on the ground: heights shrink to `flatten`, and move `lean` of themselves to the right."""
    shear = lean / flatten
    matrix = (1, shear, -shear * ground, 0, 1 / flatten, ground - ground / flatten)
    return cover.transform(cover.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def _cast_behind(image: Image.Image, cover: Image.Image, unit: float, lift: float) -> None:
    """The shadow on the surface right behind or under a thing, wider the more it is lifted off."""
    shades = []
    for reach, soft, opacity in (
        (0.012, 0.008, 0.42),
        (0.034 * lift, 0.026 * lift, 0.3),
        (0.09 * lift, 0.09, 0.16),
    ):
        moved = Image.new("L", cover.size, 0)
        moved.paste(cover, (round(unit * reach), round(unit * reach * 1.3)))
        shades.append((moved.filter(ImageFilter.GaussianBlur(unit * soft + 0.4)), opacity))
    _darken(image, *shades)
