from __future__ import annotations

import pytest

from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.audit.queries import trail_of


@pytest.mark.django_db
def test_the_trail_of_a_thing():
    record(Actor.staff(7, "Ada"), "order.noted", "order", 12, note="call first")
    record(Actor.staff(7, "Ada"), "order.noted", "order", 120)
    record(Actor.provider("sandbox"), "order.paid", "order", 12)
    first, second = trail_of("order", 12)
    assert (first.actor_kind, first.actor_ref, first.actor_label, first.facts) == (
        "staff",
        "7",
        "Ada",
        {"note": "call first"},
    )
    assert (second.verb, second.actor_label) == ("order.paid", "sandbox")
