"""The sheet of a market as this process keeps it, and the names of what stands on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.markets.queries import market_by_id
from stoa.catalogue.search import facts, reading
from stoa.catalogue.search.sheet import Sheet
from stoa.catalogue.types.models import TypeAttribute
from stoa.kernel.pagecache import polling, purges

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# Purged when the number of units sold has been counted anew.
SOLD_TAG = "best-selling"
# More changed products than this share of all, and reading all is quicker.
MANY = 0.2


class Table:
    """Follows the purges: a changed product is read again before the next question is answered."""

    def __init__(self, market_id: int) -> None:
        self._market_id = market_id
        self._guard = threading.RLock()
        self._news = threading.Lock()
        self._is_stale = True
        self._is_renamed = False
        self._is_recounted = False
        self._changed: set[int] = set()
        self._shape: object = None
        self.sheet = Sheet()
        self.names = reading.Names({}, {})

    def hear(self, tags: frozenset[str]) -> None:
        with self._news:
            self._is_recounted = self._is_recounted or SOLD_TAG in tags
            if tags is purges.EVERYTHING or "market" in tags:
                self._is_stale = True
                return
            self._changed.update(int(tag[8:]) for tag in tags if tag.startswith("product:") and tag[8:].isdecimal())
            self._is_renamed = self._is_renamed or "catalogue" in tags

    @contextmanager
    def current(self) -> Iterator[Table]:
        """The table as of now, held still for the length of a block."""
        polling.poll_if_due()
        with self._guard:
            self._refresh()
            yield self

    def _refresh(self) -> None:
        with self._news:
            is_stale, is_renamed, changed = self._is_stale, self._is_renamed, self._changed
            is_recounted = self._is_recounted
            self._is_stale, self._is_renamed, self._is_recounted, self._changed = False, False, False, set()
        if not (is_stale or is_renamed or is_recounted or changed):
            return
        try:
            market = market_by_id(self._market_id)
            if market is None:
                return
            if is_renamed and not is_stale:
                is_stale = self._rename()
            if is_stale or self.sheet.is_wasteful or len(changed) > max(500, MANY * len(self.sheet.places)):
                self._read_all(market)
            else:
                self._read(market, changed)
                if is_recounted:
                    self.sheet.set_sold(facts.sold(None))
        except BaseException:
            # What could not be read now is still to be read.
            with self._news:
                self._is_stale = True
            raise

    def _read_all(self, market: Market) -> None:
        self._shape = _shape()
        names = reading.names()
        self.sheet = Sheet.of(reading.entries(market, None, names))
        self.names = names

    def _read(self, market: Market, changed: set[int]) -> None:
        for some in reading.in_batches(sorted(changed)):
            present = {entry.id: entry for entry in reading.entries(market, some, self.names)}
            for product_id in some:
                if product_id in present:
                    self.sheet.put(present[product_id])
                else:
                    self.sheet.remove(product_id)

    def _rename(self) -> bool:
        """Take over how attributes and choices are called now. Whether other attributes are filters than before."""
        fresh = reading.names()
        options = {code: group for code, group in self.names.groups.items() if group.is_option}
        self.names = reading.Names(
            {**fresh.groups, **{code: group for code, group in options.items() if code not in fresh.groups}},
            {**self.names.values, **fresh.values},
        )
        shape, self._shape = self._shape, _shape()
        return shape != self._shape


def _shape() -> object:
    """Which attributes are filters, and of which types."""
    facets = TypeAttribute.objects.filter(attribute__is_facet=True)
    return frozenset(facets.values_list("type_id", "attribute_id")), frozenset(reading.names().groups)


_tables: dict[int, Table] = {}
_tables_guard = threading.Lock()


@contextmanager
def current(market: Market) -> Iterator[Table]:
    """The table of a market. Inside a transaction one of its own, with what the transaction sees."""
    if transaction.get_connection().in_atomic_block:
        table = Table(market.pk)
        table._read_all(market)
        yield table
        return
    with _table(market.pk).current() as table:
        yield table


def _table(market_id: int) -> Table:
    with _tables_guard:
        if market_id not in _tables:
            _tables[market_id] = Table(market_id)
        return _tables[market_id]


def _hear(tags: frozenset[str]) -> None:
    for table in list(_tables.values()):
        table.hear(tags)


purges.listen(_hear)
