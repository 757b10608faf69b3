from __future__ import annotations

from django_tasks import task

from stoa.operations.payments.refunds import carry_out


@task()
def carry_out_refund(refund_id: int) -> None:
    carry_out(refund_id)
