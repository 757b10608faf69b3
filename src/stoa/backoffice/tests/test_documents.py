"""Invoices in the back office: issuing, handing out, batches, settings, and who may."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.kernel.actors import SYSTEM
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.operations.documents import actions, queries, rendering, storing
from stoa.operations.documents.models import Document, DocumentBatch, DocumentFailure, DocumentSettings
from stoa.operations.models import MailMessage, Order, Payment
from stoa.operations.payments import actions as payments
from stoa.operations.testing import Shop, make_order, make_shop


@pytest.fixture
def seller(db: None) -> Shop:
    return make_shop(legal_name="Test GmbH", address="Hauptstrasse 1\n10115 Berlin", vat_id="DE123456789")


@pytest.fixture
def staff(seller: Shop) -> Client:
    return client_of("owner")


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


def says(response: Any) -> list[str]:
    return [str(message).strip() for message in response.context["messages"]]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_an_invoice_is_issued_on_the_screen_of_its_order_and_only_once(staff: Client, seller: Shop) -> None:
    order = make_order(seller)
    page = staff.get(url("order", order.pk)).content.decode()
    assert url("order_invoice", order.pk) in page
    assert "is issued" in says(staff.post(url("order_invoice", order.pk), follow=True))[0]
    issued = Document.objects.get()
    again = staff.post(url("order_invoice", order.pk), follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["error"]
    assert Document.objects.count() == 1
    page = again.content.decode()
    assert url("order_invoice", order.pk) + '"' not in page
    assert url("document_pdf", issued.pk) in page
    assert url("document_xml", issued.pk) in page


def test_files_are_handed_out_as_they_were_issued(staff: Client, seller: Shop) -> None:
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    pdf, xml = staff.get(url("document_pdf", issued.pk)), staff.get(url("document_xml", issued.pk))
    assert storing.digest(pdf.content) == issued.sha256
    assert xml.content.decode() == issued.data["xml"]
    for response, ending in ((pdf, "pdf"), (xml, "xml")):
        assert response["Content-Disposition"] == f'attachment; filename="{issued.number}.{ending}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"].startswith("private, no-store")
    assert staff.get(url("document_pdf", 10**18)).status_code == 404


def test_there_is_no_xml_where_none_was_made(staff: Client, seller: Shop) -> None:
    actions.configure(seller.market.pk, has_xml=False, actor=SYSTEM)
    order = make_order(seller)
    issued = actions.issue_invoice(order.pk, actor=SYSTEM)
    assert staff.get(url("document_xml", issued.pk)).status_code == 404
    assert url("document_xml", issued.pk) not in staff.get(url("order", order.pk)).content.decode()
    assert "electronic" not in MailMessage.objects.get(kind="order_document").text


def test_a_refund_gets_its_credit_note_and_no_other_orders(staff: Client, seller: Shop) -> None:
    order, other = make_order(seller), make_order(seller)
    payments.mark_received(order.pk, order.total_minor, actor=SYSTEM)
    actions.issue_invoice(order.pk, actor=SYSTEM)
    refund = payments.refund(Payment.objects.get(order=order).pk, 500, "", "key", actor=SYSTEM)
    assert url("order_credit_note", order.pk, refund.pk) in staff.get(url("order", order.pk)).content.decode()
    assert staff.post(url("order_credit_note", other.pk, refund.pk)).status_code == 404
    staff.post(url("order_credit_note", order.pk, refund.pk))
    assert Document.objects.get(kind="credit_note").total_minor == 500
    assert url("order_credit_note", order.pk, refund.pk) not in staff.get(url("order", order.pk)).content.decode()


def test_an_invoice_is_called_off_and_another_may_follow(staff: Client, seller: Shop) -> None:
    order = make_order(seller)
    staff.post(url("order_invoice", order.pk))
    staff.post(url("order_invoice_call_off", order.pk), {"reason": "wrong name"})
    note = Document.objects.get(kind="credit_note")
    assert note.total_minor == order.total_minor
    assert "Reason: wrong name" in note.data["intro"]
    staff.post(url("order_invoice", order.pk))
    assert list(Document.objects.filter(kind="invoice").values_list("round", flat=True)) == [1, 2]


def test_drafts_are_made_and_leave_nothing(staff: Client, seller: Shop) -> None:
    order = make_order(seller)
    for name in ("order_packing_slip", "order_proforma"):
        response = staff.get(url(name, order.pk))
        assert response.content.startswith(b"%PDF-")
        assert response["Content-Disposition"].startswith("attachment;")
    assert not Document.objects.exists()
    assert staff.get(url("order_packing_slip", 10**18)).status_code == 404


def test_a_mail_goes_again_to_the_buyer_of_that_order_alone(staff: Client, seller: Shop) -> None:
    order, other = make_order(seller), make_order(seller)
    issued = actions.issue_invoice(order.pk, actor=SYSTEM)
    assert staff.post(url("order_document_mail", other.pk, issued.pk)).status_code == 404
    staff.post(url("order_document_mail", order.pk, issued.pk))
    sent = MailMessage.objects.filter(kind="order_document")
    assert list(sent.values_list("recipient", "order_id")) == [("ada@example.com", order.pk)] * 2


def test_the_list_is_searched_and_filtered(staff: Client, seller: Shop) -> None:
    first, second = make_order(seller), make_order(seller, name="Bob", email="bob@example.org")
    one = actions.issue_invoice(first.pk, actor=SYSTEM)
    actions.issue_invoice(second.pk, actor=SYSTEM)
    note = actions.call_off_invoice(second.pk, actor=SYSTEM)

    def listed(**query: str) -> list[int]:
        return sorted(row.pk for row in staff.get(url("documents"), query).context["object_list"])

    month = f"{one.issued_at:%Y-%m}"
    assert len(listed()) == 3
    assert listed(q=one.number) == [one.pk]
    assert listed(q=f"#{first.number}") == [one.pk]
    assert listed(kind="credit_note") == [note.pk]
    assert listed(series=note.series) == [note.pk]
    assert len(listed(month=month)) == 3
    assert url("document_pdf", one.pk) in staff.get(url("documents")).content.decode()


def test_the_csv_counts_credit_notes_against_the_rest(staff: Client, seller: Shop) -> None:
    order = make_order(seller, name="=cmd()")
    invoice = actions.issue_invoice(order.pk, actor=SYSTEM)
    actions.call_off_invoice(order.pk, actor=SYSTEM)
    rows = list(csv.DictReader(io.StringIO(body(staff.get(url("documents_export"))).decode("utf-8-sig"))))
    assert [(row["kind"], row["total"], row["corrects"]) for row in rows] == [
        ("credit_note", "-28.90", invoice.number), ("invoice", "28.90", ""),
    ]  # fmt: skip
    assert {row["name"] for row in rows} == {"'=cmd()"}
    assert rows[1]["sha256"] == invoice.sha256


def test_a_month_is_sent_as_a_zip_piece_by_piece(staff: Client, seller: Shop) -> None:
    issued = [actions.issue_invoice(make_order(seller, {"MUG": 1}).pk, actor=SYSTEM) for _ in range(3)]
    storing.keep(issued[1].path, b"damaged")
    response = staff.get(url("documents_month"), {"month": f"{issued[0].issued_at:%Y-%m}"})
    assert response.streaming
    assert response["Cache-Control"].startswith("private, no-store")
    pieces = list(response.streaming_content)  # type: ignore[attr-defined]
    assert len(pieces) == 4
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert {name: storing.digest(archive.read(name)) for name in archive.namelist()} == {
            f"{one.number}.pdf": one.sha256 for one in issued
        }
    empty = staff.get(url("documents_month"), {"month": "1999-01"})
    with zipfile.ZipFile(io.BytesIO(body(empty))) as archive:
        assert archive.namelist() == []


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "x", "9999-12", "0001-01"])
def test_a_month_that_is_none_is_not_found_and_never_an_error(staff: Client, month: str) -> None:
    response = staff.get(url("documents_month"), {"month": month})
    assert response.status_code == 404


def test_a_lost_document_has_a_note_in_its_place(staff: Client, seller: Shop, monkeypatch: Any) -> None:
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    storing.keep(issued.path, b"damaged")
    monkeypatch.setattr(rendering, "pdf", lambda data, source: b"%PDF of another version")
    response = staff.get(url("documents_month"), {"month": f"{issued.issued_at:%Y-%m}"})
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        assert archive.namelist() == [f"{issued.number}.lost.txt"]
    answer = staff.get(url("document_pdf", issued.pk), follow=True)
    assert "cannot be made again" in says(answer)[0]


def bulk(action: str, orders: list[Order]) -> str:
    ids = "&".join(f"id={order.pk}" for order in orders)
    return f"/admin/bulk/operations/order/{action}/?next=/admin/orders/&{ids}"


def test_chosen_orders_are_invoiced_by_the_worker_and_one_sees_how_far_it_is(staff: Client, seller: Shop) -> None:
    orders = [make_order(seller, {"MUG": 1}) for _ in range(3)]
    actions.issue_invoice(orders[0].pk, actor=SYSTEM)
    address = bulk("invoice", orders)
    assert staff.get(address).status_code == 200
    assert not DocumentBatch.objects.exists()
    response = staff.post(address)
    batch = DocumentBatch.objects.get()
    assert response["Location"] == url("document_batch", batch.pk)
    assert "0 of 3" in staff.get(url("document_batch", batch.pk)).content.decode()
    run_all_jobs()
    page = staff.get(url("document_batch", batch.pk)).content.decode()
    assert "2 invoices are issued." in page
    assert f"#{orders[0].number}" in page
    assert "<html" not in staff.get(url("document_batch", batch.pk), {"part": "1"}).content.decode()
    assert Document.objects.count() == 3


def test_packing_slips_of_chosen_orders_are_one_file(staff: Client, seller: Shop) -> None:
    response = staff.get(bulk("slips", [make_order(seller), make_order(seller)]))
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 2


def settings_form(staff: Client) -> dict[str, Any]:
    form = staff.get(url("document_settings")).context["form"]
    return {name: value for name, value in form.initial.items() if value is not False}


def test_settings_are_kept_and_issue_by_themselves(staff: Client, seller: Shop) -> None:
    sent = {
        **settings_form(staff),
        "issue_when": "paid",
        "invoice_pattern": "R{year}/{number:04}",
        "next_invoice": "41",
    }
    assert staff.post(url("document_settings"), sent).status_code == 302
    own = DocumentSettings.objects.get()
    assert (own.issue_when, own.invoice_pattern, own.has_xml) == ("paid", "R{year}/{number:04}", True)
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    assert issued.number == f"R{issued.issued_at.year}/0041"
    pdf = staff.get(url("document_pdf", issued.pk))
    assert pdf["Content-Disposition"] == f'attachment; filename="R{issued.issued_at.year}-0041.pdf"'


def test_a_series_that_has_begun_shows_its_next_number_and_keeps_it(staff: Client, seller: Shop) -> None:
    actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    page = staff.get(url("document_settings"))
    assert page.context["form"].fields["next_invoice"].disabled
    assert page.context["form"].initial["next_invoice"] == 2
    for wish in ("1", "900"):
        assert staff.post(url("document_settings"), {**settings_form(staff), "next_invoice": wish}).status_code == 302
    assert actions.issue_invoice(make_order(seller).pk, actor=SYSTEM).position == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("invoice_pattern", "INV"),
        ("credit_pattern", "INV-{year}-{number:05}"),
        ("due_days", "400"),
        ("next_invoice", "0"),
    ],
)
def test_settings_that_make_no_sense_change_nothing(staff: Client, seller: Shop, field: str, value: str) -> None:
    response = staff.post(url("document_settings"), {**settings_form(staff), "issue_when": "paid", field: value})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not DocumentSettings.objects.exists()


def test_what_the_law_asks_for_is_said_plainly(db: None) -> None:
    make_shop()
    page = client_of("owner").get(url("document_settings")).content.decode()
    assert "No invoice can be issued yet" in page
    assert "the address" in page
    assert "the VAT id or tax number" in page


def test_a_failure_stands_under_today_and_is_tried_again(
    staff: Client, seller: Shop, settings: Any, tmp_path: Any
) -> None:
    settings.STOA_TEMPLATES = tmp_path
    own = tmp_path / "documents" / "document.typ"
    own.parent.mkdir()
    own.write_text("#let broken = (")
    order = make_order(seller)
    assert actions.try_invoice(order.pk, actor=SYSTEM) is None
    failure = DocumentFailure.objects.get()
    assert "Documents that could not be made" in staff.get("/admin/").content.decode()
    assert "layout of your own is broken" in staff.get(url("document_settings")).content.decode()
    assert "broken" in says(staff.post(url("order_document_retry", order.pk, failure.pk), follow=True))[0]
    own.unlink()
    assert "is issued" in says(staff.post(url("order_document_retry", order.pk, failure.pk), follow=True))[0]
    assert Document.objects.get().position == 1
    assert "Documents that could not be made" not in staff.get("/admin/").content.decode()


def test_a_failure_is_put_aside(staff: Client, seller: Shop) -> None:
    order = make_order(seller)
    failure = DocumentFailure.objects.create(order=order, kind="invoice", reason="x", at=order.placed_at)
    staff.post(url("order_document_dismiss", order.pk, failure.pk))
    assert not DocumentFailure.objects.exists()


def test_fulfilment_prints_and_issues_nothing(seller: Shop) -> None:
    order = make_order(seller)
    packer = client_of("fulfilment")
    assert packer.get(url("order_packing_slip", order.pk)).status_code == 200
    page = packer.get(url("order", order.pk)).content.decode()
    assert url("order_invoice", order.pk) not in page
    assert packer.post(url("order_invoice", order.pk)).status_code in {302, 403}
    assert packer.post(bulk("invoice", [order])).status_code in {302, 403}
    assert not Document.objects.exists()
    assert not DocumentBatch.objects.exists()


def test_the_order_screen_takes_no_more_queries_for_more_documents(staff: Client, seller: Shop) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    order = make_order(seller)
    counts = []
    for _round in range(2):
        actions.issue_invoice(order.pk, actor=SYSTEM)
        actions.call_off_invoice(order.pk, actor=SYSTEM)
        staff.get(url("order", order.pk))
        with CaptureQueriesContext(connection) as caught:
            staff.get(url("order", order.pk))
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert queries.order_documents(order).can_issue
