from __future__ import annotations

import itertools

import pytest

from stoa.operations.payments import states
from stoa.operations.payments.models import Payment


def test_the_table_knows_every_status_and_no_other() -> None:
    assert set(states.TRANSITIONS) == set(Payment.Status.values)
    targets = {target for steps in states.TRANSITIONS.values() for target in steps.values()}
    assert targets <= set(states.TRANSITIONS)
    assert targets | {states.PENDING} == set(states.TRANSITIONS)


def test_final_statuses_lead_nowhere() -> None:
    assert {status for status, steps in states.TRANSITIONS.items() if not steps} == states.FINAL


def test_no_path_returns_to_where_it_was() -> None:
    for path in itertools.product(["captured", "return", "declined", "cancelled"], repeat=4):
        status, seen = states.PENDING, [states.PENDING]
        for report in path:
            following = states.TRANSITIONS[status].get(report, status)
            if following != status:
                assert following not in seen
                seen.append(following)
            status = following


def test_sources_and_target_read_the_table() -> None:
    assert set(states.sources("captured")) == {"pending", "declined", "cancelled"}
    assert states.target("return") == "returned"
    with pytest.raises(KeyError):
        states.target("open")
