"""What a product page should have before somebody buys from it, and what each thing is worth. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WANTED_ANGLES = 4
# Sharp when enlarged on a desktop, and what Google's shopping results ask for.
WANTED_PIXELS = 1000
WANTED_CHARACTERS = 400
WANTED_ANSWERS = 3
SEO_TITLE = (15, 65)
SEO_DESCRIPTION = (70, 165)

# What everything adds up to 100. Pictures sell, then words, then what keeps parcels from coming back.
WEIGHTS = {
    "angles": 20,
    "alt": 10,
    "pixels": 8,
    "description": 16,
    "attributes": 12,
    "measures": 8,
    "answers": 10,
    "seo_title": 4,
    "seo_description": 6,
    "barcode": 6,
}


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A product as it is counted. ``pixels``: of each picture, its longer side. ``kind``: the product's.

    ``wanted_attributes``: those that its type expects; None without a type, and then nothing can be said of them.
    ``with_barcode`` and ``with_weight``: of ``variants``, how many have one.
    """

    kind: str
    pixels: tuple[int, ...] = ()
    described_pictures: int = 0
    characters: int = 0
    questions: int = 0
    seo_title: int = 0
    seo_description: int = 0
    variants: int = 0
    with_barcode: int = 0
    with_weight: int = 0
    wanted_attributes: int | None = None
    missing_attributes: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing: ``there`` of ``wanted``, worth ``points`` in all."""

    code: str
    there: int
    wanted: int
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """``points``: 0 to 100. ``missing``: what costs most first."""

    points: int
    missing: tuple[Gap, ...] = ()


def score(page: PageFacts) -> Score:
    """What does not apply (a file has no weight, a product without a type no attributes) is left out of the reckoning."""
    parts = measured(page)
    total = sum(WEIGHTS[code] for code in parts)
    earned = sum(WEIGHTS[code] * min(there, wanted) / wanted for code, (there, wanted) in parts.items())
    gaps = [
        Gap(code, there, wanted, round(WEIGHTS[code] * (1 - there / wanted) * 100 / total))
        for code, (there, wanted) in parts.items()
        if there < wanted
    ]
    gaps.sort(key=lambda gap: (-gap.points, gap.code))
    # Never 100 while anything is missing.
    points = int(earned * 100 / total) if gaps else 100
    return Score(points, tuple(gaps))


def measured(page: PageFacts) -> dict[str, tuple[int, int]]:
    """By code, how much there is of how much that is wanted."""
    pictures = len(page.pixels)
    parts = {
        "angles": (pictures, WANTED_ANGLES),
        "alt": (page.described_pictures, max(pictures, 1)),
        "pixels": (sum(side >= WANTED_PIXELS for side in page.pixels), max(pictures, 1)),
        "description": (page.characters, WANTED_CHARACTERS),
        "answers": (page.questions, WANTED_ANSWERS),
        "seo_title": (int(SEO_TITLE[0] <= page.seo_title <= SEO_TITLE[1]), 1),
        "seo_description": (int(SEO_DESCRIPTION[0] <= page.seo_description <= SEO_DESCRIPTION[1]), 1),
    }
    if page.kind == "physical":
        parts["measures"] = (page.with_weight, max(page.variants, 1))
        parts["barcode"] = (page.with_barcode, max(page.variants, 1))
    if page.wanted_attributes:
        parts["attributes"] = (page.wanted_attributes - page.missing_attributes, page.wanted_attributes)
    return {code: (min(there, wanted), wanted) for code, (there, wanted) in parts.items()}
