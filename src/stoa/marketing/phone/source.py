"""How a draft is looked at: the storefront, above, registers how it is shown and what it leads to."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Protocol

from stoa.marketing.audit.source import Fetched

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


class Drafts(Protocol):
    def market(self, subject: Any) -> Market:
        """The shop front that shows ``subject``. Raises NoMarketError before the shop has been set up."""

    def show(self, market: Market, subject: Any) -> Fetched:
        """A product or a content page as visitors would get it; ``subject`` may be a draft that is not saved.

        ``location`` of the answer is the address at which it would stand.
        """

    def broken(self, market: Market, paths: Collection[str]) -> set[str]:
        """Of these paths of the shop, those that lead nowhere. A fixed number of queries."""

    def sizes(self, addresses: Collection[str]) -> dict[str, int | None]:
        """Bytes of pictures that lie on this machine's disk, None where the file is gone. Others are left out."""


_drafts: Drafts | None = None


def look_at_drafts_by(drafts: Drafts) -> None:
    """The storefront calls this once, from its ``apps.ready()``."""
    global _drafts
    _drafts = drafts


def drafts() -> Drafts:
    if _drafts is None:
        raise RuntimeError("nobody has said how drafts are shown")
    return _drafts
