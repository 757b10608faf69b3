from __future__ import annotations

from django_tasks import task

from stoa.operations.notifications.sending import send_due


@task()
def send_mails() -> int:
    return send_due()
