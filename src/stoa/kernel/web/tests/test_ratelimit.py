from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from stoa.kernel import clock, ids
from stoa.kernel.web import ratelimit

MOMENT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.redis)])
def counters(request):
    url = "redis://127.0.0.1:6379/15" if request.param == "redis" else ""
    ratelimit._counters.cache_clear()
    with override_settings(STOA_REDIS_URL=url):
        yield
    ratelimit._counters.cache_clear()


def test_the_limit_holds_and_ends(counters):
    key = ids.new_token()
    with clock.at(MOMENT):
        assert [ratelimit.hit("t", key, 3, 60) for _ in range(5)] == [True, True, True, False, False]
        assert ratelimit.hit("t", key + "other", 3, 60) is True
        assert ratelimit.hit("other", key, 3, 60) is True
        clock.advance(timedelta(seconds=120))
        assert ratelimit.hit("t", key, 3, 60) is True


def test_no_double_burst_at_the_turn_of_a_window(counters):
    key = ids.new_token()
    with clock.at(MOMENT + timedelta(seconds=59)):
        assert [ratelimit.hit("t", key, 4, 60) for _ in range(4)] == [True] * 4
        clock.advance(timedelta(seconds=2))
        assert ratelimit.hit("t", key, 4, 60) is True
        assert ratelimit.hit("t", key, 4, 60) is False


def test_attempts_at_once_are_all_counted(counters):
    key = ids.new_token()
    allowed = []
    threads = [threading.Thread(target=lambda: allowed.append(ratelimit.hit("t", key, 5, 600))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed.count(True) == 5


def test_counters_that_do_not_answer_let_people_in(monkeypatch):
    def broken():
        raise OSError

    monkeypatch.setattr(ratelimit, "_counters", broken)
    assert ratelimit.hit("t", "k", 1, 60) is True


def test_keys_do_not_name_people():
    assert "anna@example.org" not in ratelimit._hidden("t", "anna@example.org")
