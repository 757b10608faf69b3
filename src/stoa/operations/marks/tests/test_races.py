"""Holding against shipping, for real: threads with their own connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from stoa.kernel.actors import SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.errors import DomainError
from stoa.operations.marks.actions import hold_order
from stoa.operations.marks.errors import AlreadyHeldError, CannotHoldError, OrderHeldError
from stoa.operations.models import Order, OrderHold
from stoa.operations.orders.actions import mark_shipped
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment; what each returned, or the refusal that it raised."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = call()
        except DomainError as refusal:
            results[index] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_a_hold_and_a_shipment_at_once_one_is_refused() -> None:
    shop = make_shop()
    for _round in range(4):
        order = make_order(shop, {"MUG": 1}, payment_method="cash_on_delivery")
        held, shipped = together(
            lambda pk=order.pk: hold_order(pk, "wait", actor=SYSTEM), lambda pk=order.pk: mark_shipped(pk, actor=SYSTEM)
        )
        order.refresh_from_db()
        if isinstance(held, OrderHold):
            assert isinstance(shipped, OrderHeldError)
            assert order.status == "open"
        else:
            assert isinstance(held, CannotHoldError)
            assert isinstance(shipped, Order)
            assert (order.status, order.holds.count()) == ("shipped", 0)
    assert verify().findings == []


def test_two_holds_at_once_are_one() -> None:
    order = make_order(make_shop(), {"MUG": 1})
    results = together(*[lambda n=n: hold_order(order.pk, f"reason {n}", actor=SYSTEM) for n in range(4)])
    assert sum(isinstance(result, OrderHold) for result in results) == 1
    assert sum(isinstance(result, AlreadyHeldError) for result in results) == 3
    assert order.holds.count() == 1
