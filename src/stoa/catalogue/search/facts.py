"""What the search asks of rooms above: they register here, so that no import points upwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# Of these variants (None: of all), the ids of those that can be ordered in the market now.
Availability = Callable[["Market", "Collection[int] | None"], Collection[int]]
# Units sold lately, by product id. None: of all products.
Sold = Callable[["Collection[int] | None"], Mapping[int, int]]

_sources: dict[str, Callable[..., object]] = {}


def register(name: str, source: Availability | Sold) -> None:
    """Answer for ``availability`` or ``sold``, from a room's ``apps.ready()``. Raises ValueError for another name or a
    second source."""
    if name not in ("availability", "sold"):
        raise ValueError(f"the search asks for no fact called {name}")
    if _sources.setdefault(name, source) is not source:
        raise ValueError(f"two sources for {name}")


def available(market: Market, variant_ids: Collection[int] | None) -> set[int] | None:
    """None where nobody keeps stock: then everything can be ordered."""
    source = _sources.get("availability")
    return set(source(market, variant_ids)) if source is not None else None  # type: ignore[call-overload]


def sold(product_ids: Collection[int] | None) -> Mapping[int, int]:
    source = _sources.get("sold")
    return source(product_ids) if source is not None else {}  # type: ignore[return-value]
