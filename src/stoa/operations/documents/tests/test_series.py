"""Where a series begins, and invoices for many orders by a job."""

from __future__ import annotations

import pytest

from stoa.kernel.actors import SYSTEM
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.operations.documents import actions, batches, books, queries
from stoa.operations.documents.errors import (
    NothingChosenError,
    NumberTakenError,
    NumberTooLowError,
    SellerIncompleteError,
    SeriesBegunError,
)
from stoa.operations.documents.models import Document, DocumentBatch
from stoa.operations.models import MailMessage, Order
from stoa.operations.testing import Shop, make_order, make_shop

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    return [finding.message for check in books.CHECKS.values() for finding in check()]


def test_a_series_goes_on_where_another_system_stopped(seller: Shop) -> None:
    actions.begin_at(seller.market.pk, "invoice", 5001, actor=SYSTEM)
    assert queries.next_numbers(seller.market)["invoice"].position == 5001
    assert queries.next_numbers(seller.market)["credit_note"].position == 1
    assert findings() == []
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    assert issued.number == f"INV-{issued.issued_at.year}-05001"
    assert findings() == []


def test_a_series_never_goes_back_and_never_jumps(seller: Shop) -> None:
    actions.begin_at(seller.market.pk, "invoice", 10, actor=SYSTEM)
    with pytest.raises(NumberTooLowError):
        actions.begin_at(seller.market.pk, "invoice", 9, actor=SYSTEM)
    actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    with pytest.raises(SeriesBegunError):
        actions.begin_at(seller.market.pk, "invoice", 20, actor=SYSTEM)
    assert queries.next_numbers(seller.market)["invoice"].position == 11
    assert findings() == []


def test_a_document_that_is_missing_at_the_beginning_is_noticed(seller: Shop) -> None:
    first = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    first.delete()
    assert "a series of documents has a gap" in findings()


def test_a_number_that_was_given_out_under_other_rules_is_refused(seller: Shop) -> None:
    actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    actions.configure(seller.market.pk, restarts_yearly=False, actor=SYSTEM)
    order = make_order(seller)
    with pytest.raises(NumberTakenError):
        actions.issue_invoice(order.pk, actor=SYSTEM)
    assert Document.objects.count() == 1
    actions.configure(seller.market.pk, invoice_pattern="R-{number:06}", actor=SYSTEM)
    assert actions.issue_invoice(order.pk, actor=SYSTEM).number == "R-000001"
    assert findings() == []


def test_the_language_that_is_set_wins_over_the_orders(seller: Shop) -> None:
    actions.configure(seller.market.pk, language="de", actor=SYSTEM)
    assert actions.issue_invoice(make_order(seller).pk, actor=SYSTEM).data["heading"] == "Rechnung"


def test_what_the_law_asks_for_is_named(db: None) -> None:
    shop = make_shop()
    own = queries.settings_of(shop.market)
    assert queries.missing_facts(own) == ["the address", "the VAT id or tax number"]
    own.tax_number = "27/123/45678"
    assert queries.missing_facts(own) == ["the address"]
    with pytest.raises(SellerIncompleteError, match="the address"):
        actions.issue_invoice(make_order(shop).pk, actor=SYSTEM)


def test_a_batch_is_carried_out_by_the_worker_and_names_what_was_refused(seller: Shop) -> None:
    orders = [make_order(seller, {"MUG": 1}) for _ in range(4)]
    actions.issue_invoice(orders[1].pk, actor=SYSTEM)
    Order.objects.filter(pk=orders[2].pk).update(status="cancelled")
    batch = actions.begin_batch([order.pk for order in orders], actor=SYSTEM)
    assert Document.objects.count() == 1
    run_all_jobs()
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.issued) == ("done", 4, 2)
    assert [number for number, _reason in batch.refused] == [orders[1].number, orders[2].number]
    assert sorted(Document.objects.values_list("position", flat=True)) == [1, 2, 3]
    assert MailMessage.objects.filter(kind="order_document").count() == 3
    assert findings() == []


def test_a_batch_goes_on_where_it_stopped(seller: Shop) -> None:
    orders = [make_order(seller, {"MUG": 1}).pk for _ in range(3)]
    batch = actions.begin_batch(orders, actor=SYSTEM)
    assert batches.carry_on(batch.pk, at_most=2) == 2
    assert (DocumentBatch.objects.get().state, Document.objects.count()) == ("running", 2)
    assert batches.carry_on(batch.pk) == 1
    assert batches.carry_on(batch.pk) == 0
    assert sorted(Document.objects.values_list("order_id", flat=True)) == orders


def test_a_batch_of_nothing_is_refused(seller: Shop) -> None:
    with pytest.raises(NothingChosenError):
        actions.begin_batch([10**9], actor=SYSTEM)
    assert not DocumentBatch.objects.exists()


def test_a_mail_goes_out_again_with_the_same_link(seller: Shop) -> None:
    document = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    actions.mail_again(document.pk, actor=SYSTEM)
    first, second = MailMessage.objects.filter(kind="order_document").order_by("pk")
    assert (first.subject, first.recipient, first.text) == (second.subject, second.recipient, second.text)
