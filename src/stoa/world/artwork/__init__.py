"""Draws the demo shop's photographs."""

from PIL import Image

from stoa.world.artwork.catalogue import KINDS
from stoa.world.artwork.kind import Look
from stoa.world.artwork.palettes import PALETTES
from stoa.world.artwork.patterns import PATTERNS
from stoa.world.artwork.scenes import ANGLES, develop


def draw_product(
    kind: str,
    *,
    seed: str,
    palette: str,
    pattern: str | None = None,
    angle: str = "front",
    size: tuple[int, int] = (1200, 1500),
) -> Image.Image:
    thing = KINDS[kind]
    look = Look(PALETTES[palette], pattern or "plain", seed)
    if pattern is None:
        look = Look(look.palette, look.rng("pattern").choice(thing.patterns), seed)
    return develop(ANGLES[angle](thing, look, size, KINDS))
