from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from stoa.kernel.events import Event, event_name, from_payload, to_payload
from stoa.kernel.outbox.tests.events import Happened


def test_names_are_of_the_room():
    assert event_name(Happened) == "kernel.Happened"


def test_there_and_back():
    event = Happened(3, ["a"])
    assert from_payload("kernel.Happened", to_payload(event)) == event


def test_fields_that_are_gone_are_dropped():
    assert from_payload("kernel.Happened", {"number": 1, "words": [], "old": True}) == Happened(1, [])


def test_unknown_names():
    with pytest.raises(KeyError):
        from_payload("kernel.Unheard", {})


@pytest.mark.parametrize("value", [1.5, Decimal(1), object(), [[1]], {"a": 1}])
def test_only_plain_values(value):
    with pytest.raises(TypeError):
        to_payload(Happened(1, value))


def test_two_events_cannot_share_a_name():
    with pytest.raises(TypeError, match=r"kernel\.Happened"):

        @dataclass(frozen=True)
        class Happened(Event):
            other: int
