"""What the scenes need to know of an object: how to draw it, how it stands, and how much room it takes."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from stoa.world.artwork.colour import Colour, brightness, darker, lighter
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.palettes import BLACK_STEEL, BRASS, STEEL, WOODS, Palette, other_tone

Stance = Literal["standing", "flat", "hanging"]


@dataclass(frozen=True, slots=True)
class Look:
    """One product's appearance. The same look always draws the same picture."""

    palette: Palette
    pattern: str
    seed: str

    def rng(self, part: str = "") -> random.Random:
        """Fresh randomness for one part, so that drawing twice (shadow, then object) gives the same form."""
        return random.Random(f"{self.seed}/{part}")

    def in_tone(self, turn: int) -> "Look":
        return replace(self, palette=other_tone(self.palette, turn))

    @property
    def wood(self) -> Colour:
        return self.rng("wood").choice(WOODS)

    @property
    def metal(self) -> Colour:
        return self.rng("metal").choice((STEEL, BRASS, BLACK_STEEL))

    @property
    def prints(self) -> tuple[Colour, Colour]:
        """The pattern's two colours, moved away from the main one when they would not show on it."""
        main = self.palette.main
        return _apart(self.palette.second, main), _apart(self.palette.accent, main)


def _apart(colour: Colour, ground: Colour) -> Colour:
    if sum(abs(a - b) for a, b in zip(colour, ground, strict=True)) > 90:
        return colour
    return darker(colour, 0.45) if brightness(ground) > 0.5 else lighter(colour, 0.5)


@dataclass(frozen=True, slots=True)
class Kind:
    """`area` is the room taken, in units (x0, y0, x1, y1). Standing: y=0 is the ground under its middle.

    Hanging: (0, 0) is the peg or ceiling point. Flat: seen from above.
    """

    draw: Callable[[Layer, Look], None]
    stance: Stance
    area: tuple[float, float, float, float]
    patterns: tuple[str, ...] = ("plain",)
    focus: tuple[float, float] = (0.0, 0.4)
    mates: tuple[str, ...] = ()
    top: Callable[[Layer, Look], None] | None = field(default=None)
    # How large a unit of the real thing is beside the others: 1 is about 30 cm.
    heft: float = 1.0
    # Draws the peg or hanger that holds a flat thing when it hangs on the wall, behind it.
    hang: Callable[[Layer, Look], None] | None = field(default=None)

    # How far a long flat thing is turned (degrees) to lie well in an upright picture.
    lean: float = 0.0

    @property
    def width(self) -> float:
        return self.area[2] - self.area[0]

    @property
    def height(self) -> float:
        return self.area[3] - self.area[1]
