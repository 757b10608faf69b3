"""Counts what visitors do, without anything about who they are: some microseconds each, written a second later."""

from __future__ import annotations

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock
from stoa.marketing.paths import rules
from stoa.marketing.paths.counting import Seen, filters, paths
from stoa.marketing.paths.rules import Choices
from stoa.marketing.searching.rules import is_bot


def note_product(
    market_id: int, product_id: int, path: str, *, referer: str, host: str, user_agent: str, is_suggested: bool = False
) -> None:
    """Count that a product's page was reached, and how: by the page before, if it was one of this host."""
    if is_bot(user_agent):
        return
    way = rules.way_to(path, referer, host, is_suggested=is_suggested)
    market = markets.market_by_id(market_id)
    if way is not None and market is not None:
        paths.add((market_id, clock.today(market.timezone), product_id, way), Seen())


def note_list(
    market_id: int, place: str, chosen: Choices, total: int, path: str, *, referer: str, host: str, user_agent: str
) -> None:
    """Count that a list was seen, and which values of its filters were chosen beyond those of the page before.

    ``place``: a category's slug, ``rules.SEARCH`` or ``rules.ALL``; ``total``: how many products are in it. ``chosen`` holds
    nothing but values that goods have.
    """
    if is_bot(user_agent):
        return
    fresh, is_entered = rules.new_choices(chosen, path, referer, host)
    market = markets.market_by_id(market_id)
    if market is None or not (fresh or is_entered):
        return
    day = clock.today(market.timezone)
    for facet, value in (*([("", "")] if is_entered else []), *fresh):
        filters.add((market_id, day, place, facet, value), Seen(1, total))


def flush() -> int:
    """Write what is held: filters first, as the products opened from them are added to their rows."""
    return filters.flush() + paths.flush()
