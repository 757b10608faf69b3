from __future__ import annotations

from django_tasks import task

from stoa.exchange.running import actions


@task()
def perform_step(step: str, file_id: int) -> None:
    actions.perform(step, file_id)


@task()
def write_export(export_id: int) -> None:
    actions.perform_export(export_id)
