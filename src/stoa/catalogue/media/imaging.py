"""Pillow at work: reading files that nobody vouches for, and making renditions. No database, so it runs in a process pool."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile, ImageOps

from stoa.catalogue.media.errors import PictureDamagedError, PictureRefusedError, PictureTooLargeError
from stoa.catalogue.media.rules import (
    KEPT_SIDE,
    MAX_BYTES,
    WIDTHS,
    budget,
    is_too_large,
    looks_like,
    rendition_widths,
    scaled,
)

# Measured on 1,200 x 1,500 pictures: AVIF at speed 9 costs a sixth of speed 6 for a third more bytes, still below WebP.
SETTINGS: dict[str, dict[str, int | bool | str]] = {
    "avif": {"format": "AVIF", "quality": 50, "speed": 9, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 74, "method": 2},
    "jpeg": {"format": "JPEG", "quality": 78, "progressive": True, "optimize": True},
}
# A picture of fine noise is heavy at any setting: quality goes down in these steps until it fits, and not below.
QUALITY_STEP = 9
LOWEST_QUALITY = {"avif": 14, "webp": 20, "jpeg": 24}
_SRGB = ImageCms.createProfile("sRGB")
SUFFIX = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """One file: ``kind`` is avif, webp, jpeg or png."""

    kind: str
    width: int
    height: int
    data: bytes


def reencode(data: bytes) -> Encoded:
    """The picture in ``data`` as a clean file of our own making: upright, in sRGB, without any metadata.

    With transparency it becomes a PNG, else a JPEG. Whatever else the file carried (a script behind the picture, GPS,
    a second frame) is gone, because only pixels are copied. Raises PictureRefusedError, PictureTooLargeError,
    PictureDamagedError.
    """
    image = decode(data)
    if max(image.size) > KEPT_SIDE:
        image.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", optimize=False, compress_level=6)
        kind = "png"
    else:
        image.save(out, "JPEG", quality=90, progressive=True, subsampling=0)
        kind = "jpeg"
    return Encoded(kind, image.width, image.height, out.getvalue())


def decode(data: bytes) -> Image.Image:
    """The pixels, upright, as RGB or RGBA, with nothing else attached. Raises what ``reencode`` raises."""
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(bytes=len(data))
    kind = looks_like(data)
    if not kind:
        raise PictureRefusedError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is below Pillow's, and an error instead of a warning
            # The header alone is read here: a bomb is refused before it goes off.
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                if is_too_large(image.width, image.height):
                    raise PictureTooLargeError(width=image.width, height=image.height)
                image.load()
                return _plain(image)
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError, RuntimeError) as error:
        # What Pillow raises for files that lie about themselves, depending on the format and on where they lie.
        raise PictureDamagedError from error


def render(data: bytes, widths: Sequence[int] = WIDTHS) -> list[Encoded]:
    """AVIF, WebP and JPEG renditions of a picture, by format and then by ascending width; none wider than it is."""
    image = decode(data)
    flat = _flattened(image)
    made: list[Encoded] = []
    current = image
    # From the widest down, each from the one before: a third of the work of starting from the original every time.
    for width in sorted(rendition_widths(image.width, widths), reverse=True):
        size = scaled(image.width, image.height, width)
        if size != current.size:
            current = current.resize(size, Image.Resampling.LANCZOS)
            flat = _flattened(current)
        for kind in SETTINGS:
            made.append(Encoded(kind, *size, _encoded(flat if kind == "jpeg" else current, kind)))
    order = list(SETTINGS)
    return sorted(made, key=lambda one: (order.index(one.kind), one.width))


def render_sources(path: str, widths: Sequence[int] = WIDTHS) -> list[Encoded]:
    """``render`` of a file: what a process pool is given."""
    with open(path, "rb") as file:
        return render(file.read(), widths)


def _encoded(image: Image.Image, kind: str) -> bytes:
    """The file of a rendition: at our quality, or at as much of it as the budget of its width has room for."""
    most = budget(image.width)
    quality = int(SETTINGS[kind]["quality"])
    while True:
        out = io.BytesIO()
        image.save(out, **{**SETTINGS[kind], "quality": quality})  # type: ignore[arg-type]
        if most is None or out.tell() <= most or quality == LOWEST_QUALITY[kind]:
            return out.getvalue()
        quality = max(quality - QUALITY_STEP, LOWEST_QUALITY[kind])


def _plain(image: Image.Image) -> Image.Image:
    upright = _in_srgb(ImageOps.exif_transpose(image))
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    converted = upright.convert("RGBA" if has_alpha else "RGB")
    if has_alpha and converted.getchannel("A").getextrema() == (255, 255):
        converted = converted.convert("RGB")
    # A new image from the pixels alone: profiles, comments and EXIF stay behind.
    clean = Image.new(converted.mode, converted.size)
    clean.paste(converted)
    return clean


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours as a browser without the file's profile would show them: the profile does not survive."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        return ImageCms.profileToProfile(image, io.BytesIO(profile), _SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a broken profile is no reason to refuse the picture


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


# A file that ends early is an error, never half a picture with grey below.
ImageFile.LOAD_TRUNCATED_IMAGES = False
