"""Takes the photographs: drawn, encoded and scaled by other processes, while this one lives through the year."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from PIL import Image

from stoa.catalogue.media.imaging import Encoded, reencode, render
from stoa.world.artwork import draw_category, draw_hero, draw_product
from stoa.world.demo.catalogue import Shot

PRODUCT_SIZE = (960, 1200)
CATEGORY_SIZE = (1200, 675)
HERO_SIZE = (1920, 1056)
PRODUCT_WIDTHS = (320, 640, 960)
WIDE_WIDTHS = (480, 960, 1400, 1920)

# The original as JPEG, the same as the media library keeps it, and its renditions.
Developed = tuple[bytes, Encoded, list[Encoded]]


class Darkroom:
    """Pictures that are on their way. ``Future``s, so that whoever needs one waits for that one only."""

    def __init__(self) -> None:
        # Spawned, not forked: the parent holds database connections that a child must not share.
        self._pool = ProcessPoolExecutor(os.cpu_count() or 2, mp_context=get_context("spawn"), initializer=_step_back)

    def errand(self, work: Callable[[], None]) -> Future[None]:
        """Something else that can be done there meanwhile; a function of a module."""
        return self._pool.submit(work)

    def product(self, shot: Shot) -> Future[Developed]:
        return self._pool.submit(_product, shot)

    def category(self, seed: str, kinds: Sequence[str], palette: str) -> Future[Developed]:
        return self._pool.submit(_category, seed, list(kinds), palette)

    def hero(self, seed: str) -> Future[Developed]:
        return self._pool.submit(_hero, seed)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _step_back() -> None:
    # The simulation is the longer of the two works; it goes first.
    os.nice(5)


def _product(shot: Shot) -> Developed:
    image = draw_product(
        shot.kind, seed=shot.seed, palette=shot.palette, pattern=shot.pattern, angle=shot.angle, size=PRODUCT_SIZE
    )
    return _develop(image, PRODUCT_WIDTHS)


def _category(seed: str, kinds: list[str], palette: str) -> Developed:
    return _develop(draw_category(seed, kinds, palette, CATEGORY_SIZE), WIDE_WIDTHS)


def _hero(seed: str) -> Developed:
    return _develop(draw_hero(seed, HERO_SIZE), WIDE_WIDTHS)


def _develop(image: Image.Image, widths: Sequence[int]) -> Developed:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    original = buffer.getvalue()
    return original, reencode(original), render(original, widths)
