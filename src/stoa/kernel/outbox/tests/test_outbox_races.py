"""Two relays at once, and relays that die: on the database that the suite runs on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from stoa.kernel import clock
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.outbox.actions import announce
from stoa.kernel.outbox.models import Delivery
from stoa.kernel.outbox.relay import LEASE, dispatch_due
from stoa.kernel.outbox.tests.events import Happened


def run_at_once(*functions):
    errors = []

    def run(function):
        try:
            function()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_relays_at_once_run_each_handler_once(listen):
    def write(event, context):
        time.sleep(0.002)
        AuditEntry.objects.create(
            at=clock.now(), actor_kind="system", verb="t", subject_type="t", subject_id=event.number
        )

    listen(write)
    with transaction.atomic():
        for number in range(40):
            announce(Happened(number, []))
    run_at_once(*[lambda: [dispatch_due(limit=7) for _ in range(12)]] * 4)
    written = sorted(int(entry.subject_id) for entry in AuditEntry.objects.all())
    assert written == list(range(40))
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_lost_its_lease_leaves_no_effect(listen):
    """The lease runs out before the handler starts; another relay delivers; the slow one must notice."""
    ran = []
    listen(lambda event, context: ran.append(event.number))
    with transaction.atomic():
        announce(Happened(1, []))
    from stoa.kernel.outbox import relay

    relay._make_deliveries(10)
    slow = relay._claim(10)
    with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
        assert dispatch_due() == 1
    relay._run(slow[0], strict=True)
    assert ran == [1]
    assert Delivery.objects.get().state == "done"


DEADLY = """
    import os, signal
    os.environ.update({environment!r})
    import django; django.setup()
    from django.conf import settings
    from django.db import connection
    connection.settings_dict["NAME"] = {name!r}
    from stoa.kernel import clock
    from stoa.kernel.audit.models import AuditEntry
    from stoa.kernel.outbox.registry import subscribe
    from stoa.kernel.outbox.relay import dispatch_due
    from stoa.kernel.outbox.tests.events import Happened

    def write_and_die(event, context):
        AuditEntry.objects.create(at=clock.now(), actor_kind="system", verb="t", subject_type="t", subject_id="x")
        os.kill(os.getpid(), signal.SIGKILL)

    subscribe(Happened, write_and_die, name="test.handler")
    dispatch_due()
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_handler_and_commit_it_runs_again_with_one_effect(listen):
    def write(event, context):
        AuditEntry.objects.create(at=clock.now(), actor_kind="system", verb="t", subject_type="t", subject_id="x")

    listen(write)
    with transaction.atomic():
        announce(Happened(1, []))
    environment = {key: value for key, value in os.environ.items() if key.startswith(("STOA_", "DJANGO_"))}
    script = textwrap.dedent(DEADLY).format(environment=environment, name=str(connection.settings_dict["NAME"]))
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False)
    assert result.returncode == -signal.SIGKILL, result.stderr.decode()

    assert AuditEntry.objects.count() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("running", 1)
    assert dispatch_due() == 0
    with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
        assert dispatch_due() == 1
    assert AuditEntry.objects.count() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("done", 2)
