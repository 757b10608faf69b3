from __future__ import annotations

from django_tasks import task

from stoa.catalogue.bulk import working


@task()
def carry_on(edit_id: int) -> int:
    return working.carry_on(edit_id)
