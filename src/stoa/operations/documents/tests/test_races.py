"""Rivals, for real: threads with their own connections, on both engines. Numbers have no gap and no double."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from stoa.kernel.actors import SYSTEM
from stoa.operations.documents import actions, books
from stoa.operations.documents.errors import AlreadyInvoicedError
from stoa.operations.documents.models import Document
from stoa.operations.models import MailMessage
from stoa.operations.testing import Shop, make_order, make_shop, make_variant

pytestmark = pytest.mark.django_db(transaction=True)


class TakenBackError(Exception):
    """What a rival does that fails after its document was numbered."""


@pytest.fixture
def big_seller() -> Shop:
    shop = make_shop(legal_name="Test GmbH", address="Hauptstrasse 1\n10115 Berlin", vat_id="DE123456789")
    make_variant(shop.market, "PEN", 300, in_stock=500, location=shop.location)
    return shop


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment; what each returned or raised."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def positions() -> list[int]:
    return sorted(Document.objects.values_list("position", flat=True))


def findings() -> list[str]:
    return [finding.message for check in books.CHECKS.values() for finding in check()]


def issue(order_id: int) -> Document:
    return actions.issue_invoice(order_id, actor=SYSTEM)


def test_fifty_at_once_for_twenty_five_orders_are_twenty_five_numbers(big_seller: Shop) -> None:
    orders = [make_order(big_seller, {"PEN": 1}).pk for _ in range(25)]
    results = together([lambda pk=pk: issue(pk) for pk in orders * 2])
    issued = [one for one in results if isinstance(one, Document)]
    refused = [one for one in results if not isinstance(one, Document)]
    assert {type(one) for one in refused} == {AlreadyInvoicedError}
    assert (len(issued), len(refused)) == (25, 25)
    assert positions() == list(range(1, 26))
    assert sorted(Document.objects.values_list("order_id", flat=True)) == sorted(orders)
    assert MailMessage.objects.filter(kind="order_document").count() == 25
    assert findings() == []


def test_fifty_at_once_for_one_order_are_one_document(big_seller: Shop) -> None:
    order = make_order(big_seller, {"PEN": 1})
    results = together([lambda: issue(order.pk)] * 50)
    assert sum(isinstance(one, Document) for one in results) == 1
    assert sum(isinstance(one, AlreadyInvoicedError) for one in results) == 49
    assert positions() == [1]
    assert MailMessage.objects.filter(kind="order_document").count() == 1


def test_what_fails_beside_the_others_leaves_no_gap(big_seller: Shop) -> None:
    orders = [make_order(big_seller, {"PEN": 1}).pk for _ in range(20)]

    def issue_and_fail(pk: int) -> None:
        with transaction.atomic():
            issue(pk)
            raise TakenBackError

    calls = [
        (lambda pk=pk: issue_and_fail(pk)) if place % 2 else (lambda pk=pk: issue(pk))
        for place, pk in enumerate(orders)
    ]
    results = together(calls)
    assert [type(one) for one in results] == [Document, TakenBackError] * 10
    assert positions() == list(range(1, 11))
    assert findings() == []


@pytest.mark.postgres
def test_this_really_ran_on_postgresql() -> None:
    assert connection.vendor == "postgresql"
