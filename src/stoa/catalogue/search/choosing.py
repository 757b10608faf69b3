"""Filters: what was chosen, what is left, and what else there is to choose from with how many each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.search.reading import Value
    from stoa.catalogue.search.sheet import Sheet
    from stoa.catalogue.search.table import Table

# Groups of the sheet that are no filter of their own.
BRAND, CATEGORY = "brand", "category"
# Of more values than this, those that most products have are offered.
MOST_VALUES = 60
MAX_MINOR = 2**62


@dataclass(frozen=True, slots=True)
class Chosen:
    """Prices are minor units, both ends included. ``attributes``: code -> values, any of which will do. A product is
    shown where one of its variants has all of it."""

    brands: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """``value`` is for addresses, ``label`` for people. ``count``: products under all other filters; 0 only where it is
    chosen."""

    value: str
    label: str
    count: int
    is_chosen: bool = False
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """An attribute, or an option that variants have."""

    code: str
    label: str
    unit: str
    values: list[FacetValue]

    @property
    def is_chosen(self) -> bool:
        return any(value.is_chosen for value in self.values)


@dataclass(frozen=True, slots=True)
class Selection:
    """``variants``: the set that passes all filters. ``available``: products that could be had under the others.

    ``prices``: the lowest and the highest, in minor units, that the price filter may span. ``codes``: every facet of the
    market, whether it has anything to offer here or not.
    """

    variants: int
    total: int
    available: int = 0
    prices: tuple[int, int] | None = None
    brands: list[tuple[str, int]] = field(default_factory=list)
    attributes: list[Facet] = field(default_factory=list)
    categories: list[tuple[CategoryNode, int]] = field(default_factory=list)
    codes: tuple[str, ...] = ()


def shelf(sheet: Sheet, node: CategoryNode) -> int:
    """The variants of a category and all below it."""
    return sheet.having((CATEGORY, str(pk)) for pk in node.subtree_ids)


def select(
    table: Table, base: int, chosen: Chosen, shelves: tuple[CategoryNode, ...] = (), *, facets: bool = True
) -> Selection:
    """Filter ``base`` by all that is chosen. ``shelves`` are the categories to count besides. Without
    ``facets`` nothing is counted but the total."""
    sheet, names = table.sheet, table.names
    filters: dict[str, int] = {}
    if chosen.brands:
        filters[BRAND] = sheet.having((BRAND, name) for name in chosen.brands)
    for code, values in chosen.attributes.items():
        if values and code in names.groups:
            filters[code] = sheet.having((code, value) for value in values)
    if chosen.in_stock:
        filters["#stock"] = sheet.available
    if chosen.min_price is not None or chosen.max_price is not None:
        filters["#price"] = sheet.priced(_bounded(chosen.min_price), _bounded(chosen.max_price))

    def without(name: str) -> int:
        left = base
        for other, members in filters.items():
            if other != name:
                left &= members
        return left

    everything = without("")
    if not facets:
        return Selection(everything, sheet.count(everything))
    named = set(chosen.brands)
    brands = sheet.counts(without(BRAND), BRAND)
    return Selection(
        everything, sheet.count(everything), sheet.count(without("#stock") & sheet.available),
        sheet.price_range(without("#price")),
        sorted([*brands.items(), *((name, 0) for name in named - brands.keys())], key=lambda pair: pair[0].casefold()),
        _attributes(table, without, chosen),
        [(node, count) for node in shelves if (count := sheet.count(everything & shelf(sheet, node)))],
        tuple(sorted(names.groups)),
    )  # fmt: skip


def _attributes(table: Table, without, chosen: Chosen) -> list[Facet]:  # type: ignore[no-untyped-def]
    groups = sorted(table.names.groups.values(), key=lambda group: not group.is_option)
    found = []
    for group in groups:
        picked = set(chosen.attributes.get(group.code, ()))
        counts = table.sheet.counts(without(group.code), group.code)
        if len(counts) < 2 and not picked:
            continue
        if len(counts) > MOST_VALUES:
            most = sorted(counts, key=lambda value: (value not in picked, -counts[value]))[:MOST_VALUES]
            counts = {value: counts[value] for value in most}
        counts.update(dict.fromkeys(picked - counts.keys(), 0))
        known = {value: table.names.values.get((group.code, value)) for value in counts}
        values = [
            FacetValue(value, known_as.label if known_as else value, count, value in picked, _swatch(known_as))
            for value, count in sorted(counts.items(), key=lambda pair: _order(known[pair[0]], pair[0]))
            for known_as in [known[value]]
        ]
        found.append(Facet(group.code, group.label, group.unit, values))
    return found


def _order(value: Value | None, text: str) -> tuple[int, float, str]:
    return value.order if value is not None else (9, 0.0, text)


def _swatch(value: Value | None) -> str:
    return value.swatch if value is not None else ""


def _bounded(minor: int | None) -> int | None:
    return None if minor is None else min(max(minor, 0), MAX_MINOR)
