"""What the blocks of a page refer to, from their stored values: nothing is fetched to find out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stoa.catalogue.blocks.pictures import FilmView, film_view
from stoa.catalogue.blocks.registry import block_named

MOST_REFERRED = 60


def raw_blocks(body: Any) -> Iterator[dict[str, Any]]:
    """Type, value and id of each block, as stored. ``body`` is a StreamValue, or the list itself."""
    for block in getattr(body, "raw_data", body) or ():
        if isinstance(block, dict) and isinstance(block.get("type"), str):
            yield block


def referred_products(body: Any) -> list[int]:
    """Keys of all products whose facts the blocks show, each once, in the order of their blocks."""
    found = (pk for block in raw_blocks(body) for pk in _asked("referred", block))
    return list(dict.fromkeys(found))[:MOST_REFERRED]


def frame_origins(body: Any) -> list[str]:
    """Other sites that the page has to be allowed to show frames of: those of its films, and no more."""
    return sorted({origin for block in raw_blocks(body) for origin in _asked("origins", block)})


def video_tags(body: Any) -> list[str]:
    """Cache tags of the films of our own that a page shows."""
    values = (block["value"] for block in raw_blocks(body) if block["type"] == "video")
    return [f"video:{value['video']}" for value in values if isinstance(value, dict) and value.get("video")]


def block_types(body: Any) -> set[str]:
    return {block["type"] for block in raw_blocks(body)}


def questions(body: Any) -> list[tuple[str, str]]:
    """Question and answer (stored HTML) of every FAQ block."""
    found = []
    for block in body:
        if block.block_type == "faq":
            found += [(each["question"], each["answer"].source) for each in block.value["questions"] if each["answer"]]
    return found


def gallery_films(body: Any) -> list[FilmView]:
    """Films that stand among the product's pictures."""
    shown = (film_view(block.value) for block in body if block.block_type == "video" and block.value["is_in_gallery"])
    return [view for view in shown if view is not None]


def _asked(what: str, block: dict[str, Any]) -> Iterable[Any]:
    kind = block_named(block["type"])
    ask = getattr(kind, what, None)
    value = block.get("value")
    return ask(value) if ask is not None and isinstance(value, dict) else ()
