"""A query of a shopper, put to the index: of the node, or of the transaction that one is in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from stoa.catalogue.search import following, node, plainly, reading, wordindex, wording
from stoa.catalogue.search.analysis import language_of
from stoa.catalogue.search.finding import Finder, Found

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

log = structlog.get_logger(__name__)


def find(market: Market, text: str, *, is_relaxed: bool = True) -> Found:
    """All products for a text, the best first; what the merchant put first before them, what was left out left out.

    Of every market: whether a product is for sale here, its table knows. Never fails for a text, whatever it is.
    """
    finder = finder_of(market)
    found = _find(finder, market, text, is_relaxed=is_relaxed)
    pinned, hidden = wording.by_hand(market, text)
    if not pinned and not hidden:
        return found
    gone = {*pinned, *hidden}
    rest = [score for pk, score in zip(found.ids, found.scores, strict=False) if pk not in gone]
    top = max(found.scores, default=0.0) + 2
    return replace(
        found, ids=[*pinned, *(pk for pk in found.ids if pk not in gone)], scores=[*([top] * len(pinned)), *rest],
        exact=len(pinned) + sum(pk not in gone for pk in found.ids[: found.exact]),
        is_partial=found.is_partial and not pinned, dropped=() if pinned else found.dropped,
    )  # fmt: skip


def finder_of(market: Market) -> Finder | None:
    """None where there is no index to ask: then the database is."""
    language = language_of(market.language)
    if transaction.get_connection().in_atomic_block:
        return Finder(wordindex.in_memory(language, reading.documents(None)), language)
    try:
        return following.present(language)
    except node.IndexUnusableError as error:
        log.warning("the search index cannot be used", reason=str(error))
        return None


def _find(finder: Finder | None, market: Market, text: str, *, is_relaxed: bool) -> Found:
    if finder is None:
        return plainly.find(text)
    synonyms = wording.synonyms(market)
    try:
        return finder.find(text, synonyms, is_relaxed=is_relaxed)
    except (ValueError, OSError) as error:
        log.warning("the search index could not be read", error=str(error))
        node.mark_damaged()
        return plainly.find(text)
