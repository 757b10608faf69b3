"""Which content pages there are. The pages live in the storefront, above; it registers here who knows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class PageFact:
    """A page that anybody may read. ``links``: paths of the shop that it leads to, from its blocks and texts."""

    id: int
    title: str
    url: str
    kind: str = ""
    links: frozenset[str] = field(default=frozenset())


class Pages(Protocol):
    def shown(self, page_ids: Collection[int]) -> dict[int, PageFact]:
        """Of these, the pages that anybody may read, without their links."""

    def choices(self) -> list[tuple[int, str]]:
        """All of them, in the order of the tree, as (number, title)."""

    def footer(self) -> list[PageFact]:
        """Those that the footer shows while it has no menu of its own."""

    def policies(self) -> dict[str, PageFact]:
        """The page that lays down each policy, by its kind: delivery, returns, privacy, terms, imprint, contact."""

    def with_links(self, market: Market) -> list[PageFact]:
        """All of them, the home page included, with what they lead to."""


class _NoPages:
    def shown(self, page_ids: Collection[int]) -> dict[int, PageFact]:
        return {}

    def choices(self) -> list[tuple[int, str]]:
        return []

    def footer(self) -> list[PageFact]:
        return []

    def policies(self) -> dict[str, PageFact]:
        return {}

    def with_links(self, market: Market) -> list[PageFact]:
        return []


_pages: Pages = _NoPages()


def know_pages_by(pages: Pages) -> None:
    """The storefront calls this once, from its ``apps.ready()``."""
    global _pages
    _pages = pages


def pages() -> Pages:
    return _pages
