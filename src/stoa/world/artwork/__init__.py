"""Draws the demo shop's photographs: products, category still lifes, the home page's hero, and the logo.

Pure Pillow. The same arguments give the same pixels on every machine with the same Pillow: all chance comes
from the seed text, and none from the clock or the system. Objects are drawn in units (about their own
height), see `kind.py`.
"""

from PIL import Image

from stoa.world.artwork.catalogue import KINDS
from stoa.world.artwork.ensembles import colonnade, still_life
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.logo import LOGO_SVG, draw_logo
from stoa.world.artwork.palettes import PALETTES
from stoa.world.artwork.patterns import PATTERNS
from stoa.world.artwork.scenes import ANGLES, develop

__all__ = [
    "ANGLES",
    "KINDS",
    "LOGO_SVG",
    "PALETTES",
    "PATTERNS",
    "Kind",
    "draw_category",
    "draw_hero",
    "draw_logo",
    "draw_product",
]


def draw_product(
    kind: str,
    *,
    seed: str,
    palette: str,
    pattern: str | None = None,
    angle: str = "front",
    size: tuple[int, int] = (1200, 1500),
) -> Image.Image:
    """One picture of a product as an RGB image of `size` (width, height) pixels.

    `seed` settles the object's form, its materials and its companions: keep it for all pictures of a product.
    `palette` names one of PALETTES; `pattern` one of PATTERNS, or None for one that suits the kind, by the
    seed. `angle` is one of ANGLES: "front", "detail" (close), "setting" (in a room), "pair" (with another
    of its series) and "top" (from above; the pair where a kind has no such view). Raises KeyError for an
    unknown name.
    """
    thing = KINDS[kind]
    chosen = (
        Look(PALETTES[palette], "plain", seed).rng("pattern").choice(thing.patterns) if pattern is None else pattern
    )
    if chosen not in PATTERNS:
        raise KeyError(chosen)
    return develop(ANGLES[angle](thing, Look(PALETTES[palette], chosen, seed), size, KINDS))


def draw_category(name_seed: str, kinds: list[str], palette: str, size: tuple[int, int] = (1600, 900)) -> Image.Image:
    """A wide still life of several `kinds` (four to six look best), RGB, `size` (width, height) pixels.

    Mostly standing kinds give a table with the things in a row, mostly flat ones a flat-lay. Raises KeyError.
    """
    return develop(still_life(Look(PALETTES[palette], "plain", name_seed), kinds, size, KINDS))


def draw_hero(seed: str, size: tuple[int, int] = (2000, 1100)) -> Image.Image:
    """The home page's hero, RGB, `size` (width, height) pixels; the left two fifths stay calm."""
    return develop(colonnade(Look(PALETTES["sand"], "plain", seed), size, KINDS))
