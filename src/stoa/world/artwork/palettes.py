"""The shop's palettes. Each is a small harmony: three tones for objects, an ink, and the room behind them."""

from dataclasses import dataclass, replace

from stoa.world.artwork.colour import Colour, mix


@dataclass(frozen=True, slots=True)
class Palette:
    main: Colour
    second: Colour
    accent: Colour
    ink: Colour
    wall: Colour
    floor: Colour

    @property
    def paper(self) -> Colour:
        return mix((247, 242, 232), self.second, 0.08)


def _hex(text: str) -> Palette:
    values = [tuple(int(part[i : i + 2], 16) for i in (0, 2, 4)) for part in text.split()]
    return Palette(*values)  # type: ignore[arg-type]


# main, second, accent, ink, wall, floor
PALETTES: dict[str, Palette] = {
    "chalk": _hex("ece5d8 b9ad9b c2714f 4a4540 e4ddd1 d8cfc0"),
    "sage": _hex("9caa8d ece6d6 d9a441 46503f dfe1d3 ccd0bd"),
    "clay": _hex("c27a58 efe0cd 5d6b58 5b352a ecdccb dfc8b1"),
    "ocean": _hex("4b6e88 e9e4d8 d98e5f 263c4e d9e1e4 c3cfd5"),
    "ochre": _hex("d3a13f f1e7d0 6b4a35 54401f efe4cb e2d1ac"),
    "plum": _hex("7c4d5e ecdcd6 c99a5b 432632 e6d9d7 d5c1c0"),
    "forest": _hex("3f5a49 e8e2d0 c98f4a 22342a dadfd2 c2cab8"),
    "blush": _hex("dba796 f4e9e0 8b4a45 5d3833 f1e1d9 e4cabe"),
    "indigo": _hex("3c4868 ebe6dc c9a15a 232a41 dcdde3 c6c8d3"),
    "sand": _hex("cfb491 f2ead9 6f7f77 554738 ece3d3 ddcdb4"),
    "slate": _hex("6a737a e4e1da c5a069 343a3f dcdedd c8cbca"),
    "rust": _hex("a5492f f0dfca 3f5560 4d2419 edddcd dcc3ac"),
    "mint": _hex("a9c6b8 f3efe2 d47d63 3f5a50 e1eae3 cbd9cf"),
    "charcoal": _hex("3d3c3d dcd5c9 b9835a 262526 d9d5cf c6c0b7"),
    "lilac": _hex("aca0bd f0eae6 8d9a6b 4b4459 e5e1e8 d2ccd8"),
    "butter": _hex("ecd489 faf3e0 7a94a6 5f5330 f3ebd3 e5d8b2"),
}

WOODS: tuple[Colour, ...] = ((205, 164, 116), (171, 120, 78), (118, 78, 52), (222, 190, 148))
STEEL: Colour = (184, 186, 186)
BRASS: Colour = (198, 158, 92)
BLACK_STEEL: Colour = (58, 56, 56)
LEAF: tuple[Colour, ...] = ((96, 124, 82), (72, 104, 72), (126, 146, 96), (84, 116, 100))


def other_tone(palette: Palette, turn: int) -> Palette:
    """The same harmony with its roles turned: for the companion pieces of a series."""
    if turn % 3 == 1:
        return replace(palette, main=palette.second, second=palette.main)
    if turn % 3 == 2:
        return replace(palette, main=palette.accent, accent=palette.main)
    return palette
