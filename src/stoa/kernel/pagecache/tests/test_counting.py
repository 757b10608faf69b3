from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError

from stoa.kernel import clock
from stoa.kernel.pagecache import counting
from stoa.kernel.pagecache.counting import Counter
from stoa.kernel.pagecache.queries import DayOfPages, pages_by_day
from stoa.kernel.pagecache.tests.test_layer import Shop, page


@pytest.mark.django_db(transaction=True)
def test_pages_from_memory_and_pages_made_are_told_apart():
    counter = Counter(lambda: 0.0)
    shop = Shop(page, counter=counter)
    for _ in range(3):
        shop.get("/p/mug/")
    shop.get("/p/mug/", HTTP_IF_NONE_MATCH=shop.get("/p/mug/").headers["etag"])
    shop.get("/p/mug/", method="POST")
    counter.write()
    counter.write()
    today = clock.now().date()
    assert pages_by_day() == [DayOfPages(today, 4, 1)]
    assert pages_by_day()[0].permille == 800
    Counter(lambda: 0.0).write()
    shop.get("/p/mug/")
    counter.write()
    assert pages_by_day() == [DayOfPages(today, 5, 1)]


@pytest.mark.django_db
def test_what_cannot_be_written_is_counted_on(monkeypatch):
    counter = Counter(lambda: 0.0)
    counter.count(is_hit=True)

    def fail(hits, misses):
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(counting, "_add", fail)
        counter.write()
    counter.count(is_hit=False)
    counter.write()
    assert [(day.hits, day.misses) for day in pages_by_day()] == [(1, 1)]


def test_a_day_without_visitors_divides_by_nothing():
    assert DayOfPages(date(2026, 1, 1), 0, 0).permille == 0
