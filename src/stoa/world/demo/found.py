"""What people have searched for in the last weeks, what the merchant has made of it, and the goods in the feeds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.catalogue.search.actions import save_synonym
from stoa.kernel import clock, ids
from stoa.marketing.addresses import actions as addresses
from stoa.marketing.feeds import actions as feeds
from stoa.marketing.searching import actions as searching

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

# Query, searches in 30 days, searches in the 30 days before, opened results in a hundred.
SEARCHES = (
    ("teapot", 41, 30, 62), ("linen", 38, 44, 55), ("cushion", 33, 25, 48), ("lamp", 29, 31, 51), ("apron", 17, 9, 40),
    ("bread knife", 14, 4, 0), ("candle", 12, 15, 35), ("wool blanket", 11, 6, 0), ("coffee grinder", 9, 2, 0),
    ("gift", 8, 10, 0), ("returns", 7, 5, 0),
)  # fmt: skip
GOOGLE = "Home & Garden"


def be_found(market: Market, *, actor: Actor) -> None:
    """Through the actions by which visitors and staff do the same. Two months of searches."""
    now = clock.now()
    with ids.seeded("searches") as chance:
        for text, lately, before, opened in SEARCHES:
            cards = products.listing(market, text=text, size=3).items
            days = [chance.randint(0, 29) for _ in range(lately)] + [chance.randint(30, 59) for _ in range(before)]
            for day in days:
                with clock.at(now - timedelta(days=day)):
                    searching.note_search(market.pk, text, len(cards))
                    if cards and chance.randint(1, 100) <= opened:
                        place = chance.randint(1, len(cards))
                        searching.note_click(market.pk, text, cards[place - 1].id, place)
        searching.flush()
    save_synonym("settee", ["sofa", "cushion"], actor=actor)
    searching.save_redirect(market.pk, "returns", "/returns/", actor=actor)
    searching.note_for_sourcing(
        market.pk, "coffee grinder", "Ask the workshop in Solingen for a hand mill.", actor=actor
    )
    for path, times in (("/p/blue-mug-2019/", 6), ("/sale/", 3)):
        for _ in range(times):
            addresses.note_missing(market.pk, path, user_agent="Mozilla/5.0 (a visitor)")
    addresses.flush()
    for node in categories.tree(market):
        feeds.map_category(node.id, GOOGLE, actor=actor)
    feeds.change_settings(market.pk, return_days=30, actor=actor)
