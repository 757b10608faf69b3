from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def run_jobs() -> Callable[[], int]:
    from stoa.kernel.jobs.testing import run_all_jobs

    return run_all_jobs
