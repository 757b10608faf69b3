from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django_tasks import task_backends
from django_tasks.exceptions import TaskResultDoesNotExist

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.jobs import queue
from stoa.kernel.jobs.actions import retry
from stoa.kernel.jobs.heartbeat import LEASE, heart
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.jobs.queries import failed_jobs
from stoa.kernel.jobs.running import MAX_ATTEMPTS, run_job
from stoa.kernel.jobs.sweep import sweep
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.kernel.jobs.tests import tasks

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_job_runs_and_its_result_is_kept():
    result = tasks.add.enqueue(2, other=3)
    assert result.is_finished is False
    assert run_all_jobs() == 1
    result.refresh()
    assert result.return_value == 5
    assert tasks.add.get_result(result.id).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_rolled_back_transaction_never_was():
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what came before is the point
        tasks.note.enqueue("never")
        raise ZeroDivisionError
    assert run_all_jobs() == 0
    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_queue_hears_of_a_job_at_the_commit(monkeypatch):
    woken = []
    monkeypatch.setattr(queue, "wake", lambda jobs, priority=0: woken.append((jobs, priority)))
    monkeypatch.setitem(task_backends["default"].options, "wake", True)
    with transaction.atomic():
        result = tasks.note.enqueue("x")
        later = tasks.note.using(run_after=clock.now() + timedelta(hours=1)).enqueue("y")
        assert woken == []
    assert woken == [([result.id], 5)]
    assert JobRun.objects.get(pk=later.id).state == "waiting"


@pytest.mark.django_db
def test_a_job_that_is_put_off_waits():
    with clock.at(NOON):
        tasks.note.using(run_after=NOON + timedelta(hours=1)).enqueue("x")
        assert run_all_jobs() == 0
        clock.advance(timedelta(hours=1))
        assert run_all_jobs() == 1


@pytest.mark.django_db
def test_jobs_that_jobs_enqueue_run_too():
    tasks.add_later.enqueue(4)
    assert run_all_jobs() == 2
    assert set(JobRun.objects.values_list("result", flat=True)) == {None, 8}


@pytest.mark.django_db
def test_a_task_is_told_its_attempt():
    job = tasks.attempt_number.enqueue()
    run_all_jobs()
    assert JobRun.objects.get(pk=job.id).result == 1


@pytest.mark.django_db
def test_a_failing_job_is_tried_again_with_patience_and_then_given_up():
    with clock.at(NOON):
        job = tasks.fail.enqueue()
        for attempt in range(1, MAX_ATTEMPTS + 1):
            assert run_all_jobs(strict=False) == 1
            row = JobRun.objects.get(pk=job.id)
            assert (row.attempts, row.error) == (attempt, "ValueError: no luck")
            if attempt == 1:
                assert row.run_after == NOON + timedelta(seconds=10)
            clock.advance(timedelta(hours=1))
        assert run_all_jobs(strict=False) == 0
        assert failed_jobs().get().pk == row.pk
        assert retry(row, actor=SYSTEM) is True
        assert retry(row, actor=SYSTEM) is False
        assert run_all_jobs(strict=False) == 1


@pytest.mark.django_db
def test_strict_lets_the_error_through():
    tasks.fail.enqueue()
    with pytest.raises(ValueError, match="no luck"):
        run_all_jobs()


@pytest.mark.django_db
def test_a_job_in_hand_is_left_alone_and_a_lost_one_is_found():
    with clock.at(NOON):
        job = tasks.add.enqueue(1, 1)
        JobRun.objects.update(state="running", attempts=1, worker="elsewhere", lease_until=NOON + LEASE)
        assert run_job(job.id) is False
        assert sweep() == 0
        clock.advance(LEASE + timedelta(seconds=1))
        assert run_job(job.id) is True
    row = JobRun.objects.get(pk=job.id)
    assert (row.state, row.attempts, row.result) == ("done", 2, 2)


@pytest.mark.django_db
def test_a_deadly_job_is_given_up_in_the_end():
    with clock.at(NOON):
        job = tasks.add.enqueue(1, 1)
        JobRun.objects.update(state="running", attempts=MAX_ATTEMPTS, worker="lost", lease_until=NOON)
        clock.advance(timedelta(seconds=1))
        assert run_job(job.id) is True
    row = JobRun.objects.get(pk=job.id)
    assert (row.state, row.result) == ("failed", None)


@pytest.mark.django_db
def test_who_lost_the_lease_does_not_write_the_result(monkeypatch):
    job = tasks.add.enqueue(1, 1)
    from stoa.kernel.jobs import running

    def taken_over(row):
        JobRun.objects.filter(pk=row.pk).update(worker="another", attempts=2)
        return "mine"

    monkeypatch.setattr(running, "_perform", taken_over)
    run_job(job.id)
    row = JobRun.objects.get(pk=job.id)
    assert (row.state, row.worker, row.result) == ("running", "another", None)


@pytest.mark.django_db
def test_the_heart_renews_only_what_is_ours():
    with clock.at(NOON):
        job = tasks.add.enqueue(1, 1)
        JobRun.objects.update(state="running", attempts=1, worker="w", lease_until=NOON)
        row = JobRun.objects.get(pk=job.id)
        with heart.beating_for(row):
            assert heart.beat() == 1
            assert JobRun.objects.get(pk=job.id).lease_until == NOON + LEASE
            JobRun.objects.update(worker="another")
            assert heart.beat() == 0
        assert heart.beat() == 0


@pytest.mark.django_db
def test_a_task_that_is_gone_fails_by_name():
    job = tasks.add.enqueue(1, 1)
    JobRun.objects.update(task="stoa.kernel.jobs.tests.tasks.gone")
    run_all_jobs(strict=False)
    assert "gone" in JobRun.objects.get(pk=job.id).error
    JobRun.objects.update(task="os.system", state="waiting", run_after=clock.now())
    run_all_jobs(strict=False)
    assert JobRun.objects.get(pk=job.id).error == "TypeError: os.system is not a task"


@pytest.mark.django_db
def test_sweeping_wakes_what_no_message_leads_to(monkeypatch):
    woken = []
    monkeypatch.setattr(queue, "wake", woken.append)
    monkeypatch.setattr(queue, "length", lambda: 0)
    with clock.at(NOON):
        fresh = tasks.add.enqueue(1, 1)
        assert sweep() == 0  # its own message is under way
        clock.advance(timedelta(seconds=5))
        assert sweep() == 1
        monkeypatch.setattr(queue, "length", lambda: 3)
        assert sweep() == 0
    assert woken == [[fresh.id]]


@pytest.mark.django_db
def test_an_unknown_result():
    with pytest.raises(TaskResultDoesNotExist):
        task_backends["default"].get_result("01a20000-0000-7000-8000-000000000000")


@pytest.mark.django_db
def test_a_queue_that_is_down_loses_no_job(monkeypatch):
    def down():
        raise ConnectionError

    monkeypatch.setattr(queue, "huey", down)
    job = tasks.add.enqueue(1, 1)
    queue.wake([job.id])
    assert queue.length() == 0
    assert queue.problem() == "ConnectionError"
    assert run_all_jobs() == 1


@pytest.mark.django_db
def test_the_upkeep_of_indexes_waits_once_and_other_jobs_as_often_as_they_are_asked_for(monkeypatch):
    monkeypatch.setattr("stoa.kernel.jobs.backend.MERGED", (f"{tasks.__name__}.add",))
    first, again, other = tasks.add.enqueue(1, 2), tasks.add.enqueue(1, 2), tasks.add.enqueue(1, 3)
    assert (again.id, JobRun.objects.count()) == (first.id, 2)
    assert other.id != first.id
    run_all_jobs(strict=True)
    assert tasks.add.enqueue(1, 2).id != first.id  # what has run does not see what changed since
    monkeypatch.setattr("stoa.kernel.jobs.backend.MERGED", ())
    assert len({tasks.add.enqueue(5, 5).id, tasks.add.enqueue(5, 5).id}) == 2
