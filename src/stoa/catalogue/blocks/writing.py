"""Blocks on their way into a page, from wherever they come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wagtail import blocks

from stoa.catalogue.blocks.base import listed
from stoa.catalogue.blocks.cleaning import clean_source
from stoa.catalogue.blocks.registry import MOST_BLOCKS, block_named
from stoa.kernel import ids

# A page of a megabyte of words is no page.
MOST_CHARACTERS = 1_000_000


class BodyError(ValueError):
    """``code``: unknown (a kind of block that is not installed), many or long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cleaned_body(body: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as they are stored: rich text cleaned however deep it lies, and an id on each that stays with it.

    Raises BodyError.
    """
    if len(body) > MOST_BLOCKS:
        raise BodyError("many")
    seen: set[str] = set()
    found = [_block(block, seen) for block in body]
    if len(json.dumps(found, default=str)) > MOST_CHARACTERS:
        raise BodyError("long")
    return found


def with_new_ids(body: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same blocks as blocks of another page: what is measured there is not measured here."""
    return [{key: value for key, value in block.items() if key != "id"} for block in body]


def _block(block: Mapping[str, Any], seen: set[str]) -> dict[str, Any]:
    kind = block_named(block["type"])
    if kind is None:
        raise BodyError("unknown")
    key = str(block.get("id") or "")
    if not key or len(key) > 40 or key in seen or not key.replace("-", "").isalnum():
        key = str(ids.new_uuid())
    seen.add(key)
    return {"type": block["type"], "value": cleaned(kind, block["value"]), "id": key}


def cleaned(kind: Any, raw: Any) -> Any:
    """A stored value with every rich text in it cleaned."""
    if isinstance(kind, blocks.RichTextBlock):
        return clean_source(raw) if isinstance(raw, str) else ""
    if isinstance(kind, blocks.StructBlock):
        given = raw if isinstance(raw, Mapping) else {}
        return {name: cleaned(child, given[name]) for name, child in kind.child_blocks.items() if name in given}
    if isinstance(kind, blocks.ListBlock):
        return [cleaned(kind.child_block, each) for each in listed(raw)]
    if isinstance(kind, blocks.StreamBlock):
        inner = [each for each in raw or () if each["type"] in kind.child_blocks]
        return [{**each, "value": cleaned(kind.child_blocks[each["type"]], each["value"])} for each in inner]
    return raw.replace("\x00", "") if isinstance(raw, str) else raw
