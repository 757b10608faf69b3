"""Which blocks there are: ours, and those that installed packages add."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import entry_points

from django.core.exceptions import ImproperlyConfigured
from wagtail.blocks import Block

from stoa.catalogue.blocks.goods import ComparisonBlock, RelatedBlock, TogetherBlock
from stoa.catalogue.blocks.pictures import GalleryBlock, VideoBlock
from stoa.catalogue.blocks.tables import SizeGuideBlock, SpecificationBlock
from stoa.catalogue.blocks.trust import TrustBlock
from stoa.catalogue.blocks.words import FaqBlock, text_block

ENTRY_POINTS = "stoa.blocks"
MOST_BLOCKS = 60
# Of these one is enough on a page.
ONCE = {"trust": {"max_num": 1}}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@lru_cache(maxsize=1)
def installed() -> tuple[tuple[str, Block], ...]:
    """Name and block, ours first. Raises ImproperlyConfigured for a part that does not fit."""
    found: dict[str, Block] = {
        "text": text_block(), "gallery": GalleryBlock(), "video": VideoBlock(), "specification": SpecificationBlock(),
        "sizes": SizeGuideBlock(), "faq": FaqBlock(), "comparison": ComparisonBlock(), "together": TogetherBlock(),
        "related": RelatedBlock(), "trust": TrustBlock(),
    }  # fmt: skip
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        if entry.name in found:
            raise ImproperlyConfigured(f"two blocks are called {entry.name!r}; {entry.value} needs another name")
        found[entry.name] = fitting(entry.name, entry.load(), entry.value)
    return tuple(found.items())


def fitting(name: str, made: object, source: str) -> Block:
    """The block of a package, once it is known to fit. Raises ImproperlyConfigured."""
    if not _NAME.fullmatch(name):
        raise ImproperlyConfigured(f"{source}: a block's name has small letters, digits and _, not {name!r}")
    block = made() if callable(made) else made
    if not isinstance(block, Block):
        raise ImproperlyConfigured(f"{source} makes no wagtail.blocks.Block")
    if not getattr(block.meta, "template", None):
        raise ImproperlyConfigured(f"{source}: the block needs a template")
    block.is_foreign = True  # type: ignore[attr-defined]
    return block


def block_named(name: str) -> Block | None:
    return dict(installed()).get(name)
