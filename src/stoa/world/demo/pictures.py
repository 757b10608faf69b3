"""Takes the photographs: drawn, encoded and scaled in as many processes as the machine has cores."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from PIL import Image

from stoa.catalogue.media.imaging import Encoded, render
from stoa.world.artwork import draw_category, draw_hero, draw_product
from stoa.world.demo.catalogue import DemoCategory, Shot

PRODUCT_SIZE = (960, 1200)
CATEGORY_SIZE = (1200, 675)
HERO_SIZE = (1920, 1056)
PRODUCT_WIDTHS = (320, 640, 960)
WIDE_WIDTHS = (480, 960, 1400, 1920)

Developed = tuple[bytes, list[Encoded]]


def develop_all(shots: Sequence[Shot]) -> Iterator[Developed]:
    """(original JPEG, renditions) for each shot, in order."""
    # Spawned, not forked: the parent holds database connections that a child must not share.
    with ProcessPoolExecutor(os.cpu_count() or 2, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_product, shots, chunksize=4)


def develop_category(category: DemoCategory) -> Developed:
    return _develop(draw_category(category.slug, category.kinds, category.palette, CATEGORY_SIZE), WIDE_WIDTHS)


def develop_hero(seed: str) -> Developed:
    return _develop(draw_hero(seed, HERO_SIZE), WIDE_WIDTHS)


def _product(shot: Shot) -> Developed:
    image = draw_product(
        shot.kind, seed=shot.seed, palette=shot.palette, pattern=shot.pattern, angle=shot.angle, size=PRODUCT_SIZE
    )
    return _develop(image, PRODUCT_WIDTHS)


def _develop(image: Image.Image, widths: Sequence[int]) -> Developed:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue(), render(buffer.getvalue(), widths)
