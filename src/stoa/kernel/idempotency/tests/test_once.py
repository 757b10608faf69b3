from __future__ import annotations

import threading

import pytest
from django.db import connection

from stoa.kernel.idempotency.actions import once
from stoa.kernel.idempotency.errors import InFlightError, KeyReusedError
from stoa.kernel.idempotency.models import IdempotencyRecord


@pytest.mark.django_db
def test_the_first_reply_is_given_again():
    done = []

    def perform():
        done.append(1)
        return {"order": len(done)}

    body = {"b": 1, "a": 2}
    assert once("s", "k", body, perform) == ({"order": 1}, False)
    assert [once("s", "k", {"a": 2, "b": 1}, perform) for _ in range(20)] == [({"order": 1}, True)] * 20
    assert once("other", "k", body, perform) == ({"order": 2}, False)


@pytest.mark.django_db
def test_another_body_is_refused():
    once("s", "k", b"one", dict)
    with pytest.raises(KeyReusedError):
        once("s", "k", b"two", lambda: pytest.fail("must not run"))


@pytest.mark.django_db(transaction=True)
def test_an_attempt_that_failed_leaves_the_key_free():
    def fail():
        IdempotencyRecord.objects.create(scope="inner", key="x", fingerprint="", created_at="2026-01-01T00:00Z")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once("s", "k", "typo", fail)
    assert not IdempotencyRecord.objects.filter(scope="inner").exists()
    assert once("s", "k", "corrected", lambda: {"ok": True}) == ({"ok": True}, False)


@pytest.mark.django_db(transaction=True)
def test_at_once_it_is_done_once():
    done, answers = [], []
    start = threading.Barrier(6)

    def perform():
        done.append(1)
        return {"order": 1}

    def run():
        start.wait()
        try:
            answers.append(once("s", "k", "b", perform))
        except InFlightError:
            answers.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]
    assert len(answers) == 6
    assert answers.count(({"order": 1}, False)) == 1
    assert {str(answer) for answer in answers} <= {str(({"order": 1}, False)), str(({"order": 1}, True)), "None"}
