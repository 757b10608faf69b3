"""Public reads of blocks. Each part is in the file that its name says."""

from __future__ import annotations

from stoa.catalogue.blocks.facts import NOTHING, Choice, Facts, Line, Trust
from stoa.catalogue.blocks.pictures import FilmView
from stoa.catalogue.blocks.reading import (
    block_types,
    frame_origins,
    gallery_films,
    questions,
    raw_blocks,
    referred_products,
    video_tags,
)
from stoa.catalogue.blocks.registry import installed
from stoa.catalogue.blocks.rendering import render_body

__all__ = [
    "NOTHING", "Choice", "Facts", "FilmView", "Line", "Trust", "block_types", "frame_origins", "gallery_films",
    "installed", "questions", "raw_blocks", "referred_products", "render_body", "video_tags",
]  # fmt: skip
