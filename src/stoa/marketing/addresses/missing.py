"""Counts addresses that people asked for and that lead nowhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock
from stoa.marketing.addresses.models import MissingAddress
from stoa.marketing.buffering import Buffer

# Of a market. When it is full, the oldest of those that were asked for once make room.
MOST = 2_000

Key = tuple[int, str]


@dataclass(slots=True)
class Asked:
    hits: int = 1
    linked_from: str = ""

    def join(self, later: Asked) -> None:
        self.hits += later.hits
        self.linked_from = later.linked_from or self.linked_from


@transaction.atomic
def write(asked: dict[Key, Asked]) -> None:
    known_markets = {market.pk for market in markets.all_markets()}
    now = clock.now()
    by_market: dict[int, dict[str, Asked]] = defaultdict(dict)
    for (market_id, path), entry in sorted(asked.items()):
        if market_id in known_markets:
            by_market[market_id][path] = entry
    for market_id, paths in by_market.items():
        rows = MissingAddress.objects.filter(market_id=market_id)
        known = set(rows.filter(path__in=paths).values_list("path", flat=True))
        missing = [path for path in paths if path not in known]
        free = MOST - rows.count()
        if len(missing) > free:
            once = rows.filter(hits=1, linked_from="", ignored_at=None).order_by("last_at")
            gone = list(once.values_list("pk", flat=True)[: len(missing) - max(free, 0)])
            free += MissingAddress.objects.filter(pk__in=gone).delete()[0]
        MissingAddress.objects.bulk_create(
            [
                MissingAddress(market_id=market_id, path=path, first_at=now, last_at=now)
                for path in missing[: max(free, 0)]
            ],
            ignore_conflicts=True,
        )
        for path, entry in paths.items():
            changes: dict[str, object] = {"hits": F("hits") + entry.hits, "last_at": now}
            if entry.linked_from:
                changes["linked_from"] = entry.linked_from
            rows.filter(path=path).update(**changes)


buffer: Buffer[Key, Asked] = Buffer("missing-addresses", lambda entries: write(entries))  # noqa: PLW0108
