from __future__ import annotations

from django_tasks import task

from stoa.operations.payments.sandbox.delivery import deliver_due


@task()
def deliver_webhooks() -> int:
    return deliver_due()
