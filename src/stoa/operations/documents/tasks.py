from __future__ import annotations

from django_tasks import task

from stoa.operations.documents import batches


@task()
def issue_batch(batch_id: int) -> int:
    return batches.carry_on(batch_id)
