from __future__ import annotations

import pytest

from stoa.kernel.errors import InvalidTransitionError
from stoa.operations.orders import states
from stoa.operations.orders.models import Order


def test_every_step_leads_to_a_known_status() -> None:
    targets = {target for steps in states.TRANSITIONS.values() for target in steps.values()}
    assert targets <= set(states.TRANSITIONS)


def test_every_status_can_be_reached() -> None:
    reached = set(states.INITIAL)
    while more := {target for status in reached for target in states.TRANSITIONS[status].values()} - reached:
        reached |= more
    assert reached == set(states.TRANSITIONS)


def test_the_table_and_the_column_know_the_same_statuses() -> None:
    assert set(states.TRANSITIONS) == set(Order.Status.values)


def test_only_what_is_final_leads_nowhere() -> None:
    assert {status for status, steps in states.TRANSITIONS.items() if not steps} == states.FINAL


@pytest.mark.parametrize(
    ("status", "step", "target"),
    [
        ("awaiting_payment", "confirm", "open"),
        ("awaiting_payment", "cancel", "cancelled"),
        ("open", "ship", "shipped"),
        ("open", "hand_over", "completed"),
        ("open", "cancel", "cancelled"),
        ("shipped", "complete", "completed"),
        ("cancelled", "reopen", "open"),
    ],
)
def test_steps(status: str, step: str, target: str) -> None:
    assert states.next_status(status, step) == target
    assert states.can(status, step)


def test_there_are_no_other_steps() -> None:
    assert sum(len(steps) for steps in states.TRANSITIONS.values()) == 7


@pytest.mark.parametrize(
    ("status", "step"), [("shipped", "cancel"), ("completed", "ship"), ("open", "confirm"), ("no", "ship")]
)
def test_what_the_table_does_not_have_is_refused(status: str, step: str) -> None:
    assert not states.can(status, step)
    with pytest.raises(InvalidTransitionError) as caught:
        states.next_status(status, step)
    assert caught.value.facts == {"status": status, "step": step}
