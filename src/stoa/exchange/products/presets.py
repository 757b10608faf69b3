"""Maps that come with the shop, for files of other systems that are known by their columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from stoa.exchange.products.mapping import ColumnMapping, parse


@cache
def presets() -> tuple[ColumnMapping, ...]:
    folder = files("stoa.exchange.products") / "maps"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return tuple(parse(item.read_text(encoding="utf-8")) for item in found)


def fitting(header: Iterable[str]) -> ColumnMapping | None:
    """The one whose telling columns the header has."""
    names = set(header)
    return next((preset for preset in presets() if preset.needs and preset.needs <= names), None)
