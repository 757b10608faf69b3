from __future__ import annotations

from django_tasks import task

from stoa.operations.promotions import trials


@task()
def run_trial(trial_id: int) -> int:
    return trials.run(trial_id)
