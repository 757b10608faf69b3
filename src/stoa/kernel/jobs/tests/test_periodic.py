from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from stoa.kernel import clock
from stoa.kernel.jobs import periodic
from stoa.kernel.jobs.models import JobRun, PeriodicRun
from stoa.kernel.jobs.testing import run_all_jobs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_these(monkeypatch):
    monkeypatch.setattr(periodic, "_registry", {})


@pytest.mark.django_db
def test_it_runs_at_once_and_then_by_its_interval():
    ran = []
    periodic.every(minutes=5, name="t")(lambda: ran.append(clock.now()))
    with clock.at(NOON):
        for _ in range(11):
            periodic.start_due()
            run_all_jobs()
            clock.advance(timedelta(minutes=1))
    assert ran == [NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=10)]


@pytest.mark.django_db
def test_at_an_hour_it_waits_for_that_hour():
    ran = []
    periodic.every(at=time(3, 0), name="t")(lambda: ran.append(clock.now()))
    with clock.at(NOON):
        for _ in range(24 * 3):
            periodic.start_due()
            run_all_jobs()
            clock.advance(timedelta(hours=1))
    assert ran == [datetime(2026, 3, day, 3, tzinfo=UTC) for day in (2, 3, 4)]


@pytest.mark.django_db
def test_it_does_not_start_again_before_it_has_ended():
    periodic.every(seconds=10, name="t")(lambda: None)
    with clock.at(NOON):
        assert periodic.start_due() == 1
        clock.advance(timedelta(minutes=1))
        assert periodic.start_due() == 0
        assert JobRun.objects.count() == 1
        run_all_jobs()
        clock.advance(timedelta(minutes=1))
        assert periodic.start_due() == 1


@pytest.mark.django_db
def test_after_a_long_pause_it_runs_once_not_for_every_time_missed():
    ran = []
    periodic.every(minutes=1, name="t")(lambda: ran.append(1))
    with clock.at(NOON):
        periodic.start_due()
        run_all_jobs()
        clock.advance(timedelta(days=3))
        for _ in range(3):
            periodic.start_due()
            run_all_jobs()
    assert len(ran) == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_starts_it():
    periodic.every(minutes=5, name="t")(lambda: None)
    PeriodicRun.objects.create(name="t", next_at=NOON)
    started = []

    def start():
        started.append(periodic.start_due())
        connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(started) == 1
    assert JobRun.objects.count() == 1


def test_names_are_taken_once():
    periodic.every(minutes=1, name="t")(print)
    periodic.every(minutes=1, name="t")(print)
    with pytest.raises(ValueError, match="two periodic"):
        periodic.every(minutes=1, name="t")(repr)
    with pytest.raises(ValueError, match="interval"):
        periodic.every(name="u")(print)
