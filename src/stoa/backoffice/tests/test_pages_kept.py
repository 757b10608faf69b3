from __future__ import annotations

from datetime import timedelta

import pytest

from stoa.backoffice.insights.pages import percent
from stoa.backoffice.testing import client_of
from stoa.catalogue.testing import make_market
from stoa.kernel import clock
from stoa.kernel.models import PageCacheDay

pytestmark = pytest.mark.django_db


def test_nobody_came_yet():
    make_market()
    page = client_of("analyst").get("/admin/insights/pages/").content.decode()
    assert "Nobody has asked for a page yet" in page


def test_the_share_from_memory_by_day():
    make_market()
    today = clock.now().date()
    PageCacheDay.objects.create(day=today, hits=9990, misses=10)
    PageCacheDay.objects.create(day=today - timedelta(days=1), hits=1, misses=2)
    PageCacheDay.objects.create(day=today - timedelta(days=40), hits=0, misses=1_000_000)
    page = client_of("analyst").get("/admin/insights/pages/").content.decode()
    assert "99.9 %" in page
    assert "33.3 %" in page
    assert "<dt>From memory</dt><dd>99.9 %</dd>" in page  # 9,991 of 10,003: what is older than 30 days does not count
    assert "<dt>Made anew</dt><dd>12</dd>" in page
    assert "<dt>Pages asked for</dt><dd>10,003</dd>" in page


def test_percent():
    assert [percent(value) for value in (0, 5, 999, 1000)] == ["0.0 %", "0.5 %", "99.9 %", "100.0 %"]
