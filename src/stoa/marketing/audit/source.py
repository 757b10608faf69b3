"""Where the audit gets its pages: the storefront, above, registers how they are listed and fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class PageRef:
    """A public page. ``kind``: home, category, product, content. ``mark``: where to go on after it."""

    address: str
    kind: str
    subject_id: int | None
    mark: str


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    location: str
    html: str


class Source(Protocol):
    def pages(self, market: Market, after: str) -> Iterator[PageRef]:
        """Every page that search engines should find, always in one order; with ``after`` (a mark), those behind it."""

    def fetch(self, market: Market, address: str) -> Fetched:
        """As a visitor without cookies would get it, made now."""

    def statuses(self, market: Market, addresses: Collection[str]) -> dict[str, tuple[int, str]]:
        """(HTTP status, where it leads) of paths of the shop, as cheaply as may be."""


_source: Source | None = None


def audit_pages_of(source: Source) -> None:
    """The storefront calls this once, from its ``apps.ready()``."""
    global _source
    _source = source


def source() -> Source:
    if _source is None:
        raise RuntimeError("nobody has said where the pages are")
    return _source
