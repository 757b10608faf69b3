from __future__ import annotations

from django_tasks import TaskContext, task

from stoa.exchange.pictures import actions

TRIES = 3


@task(queue_name="media", takes_context=True)
def fetch_product_pictures(context: TaskContext, file_id: int, product_id: int) -> int:
    return actions.fetch_pictures(file_id, product_id, is_last_try=context.attempt >= TRIES)
