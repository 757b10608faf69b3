"""Names of columns, whatever their case, blanks and dashes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from stoa.exchange.files.tables import Row


def plain(name: str) -> str:
    """``Variant SKU``, ``variant_sku`` and ``VARIANT-SKU`` are one name: ``variantsku``."""
    return "".join(char for char in name.casefold() if char.isalnum())


def table_of(aliases: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Plain name -> the name by which we know the column."""
    return {plain(name): ours for ours, others in aliases.items() for name in (ours, *others)}


def translation(header: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Column of the file -> our name, each of ours once: its own spelling wins over another name for it."""
    names = list(header)
    taken = {name for name in names if known.get(plain(name)) == name}
    found = {name: name for name in taken}
    for name in names:
        ours = known.get(plain(name))
        if name not in found and ours is not None and ours not in taken:
            found[name] = ours
            taken.add(ours)
    return found


def translated(rows: Iterable[Row], names: Mapping[str, str]) -> Iterator[Row]:
    """Rows under our names; columns that we do not know keep theirs."""
    if all(theirs == ours for theirs, ours in names.items()):
        yield from rows
        return
    for row in rows:
        yield replace(row, values={names.get(name, name): value for name, value in row.values.items()})
