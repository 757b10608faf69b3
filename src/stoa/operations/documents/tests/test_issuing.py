"""Issuing: numbers, totals, what is refused, and that what was issued stays as it is."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction

from stoa.kernel.actors import SYSTEM
from stoa.kernel.sequences.models import Sequence
from stoa.operations.documents import actions, books, queries, rendering, storing
from stoa.operations.documents.errors import AlreadyInvoicedError, SellerIncompleteError
from stoa.operations.documents.models import Document, DocumentFailure
from stoa.operations.documents.tests.checking import problems
from stoa.operations.models import MailMessage, Order, Payment, TaxRate
from stoa.operations.payments import actions as payments
from stoa.operations.testing import Shop, make_order, make_shop

pytestmark = pytest.mark.django_db


def paid(shop: Shop, goods: dict[str, int] | None = None, **wish: object) -> Order:
    order = make_order(shop, goods, **wish)
    payments.mark_received(order.pk, order.total_minor, actor=SYSTEM)
    return Order.objects.get(pk=order.pk)


def books_agree() -> None:
    assert [finding for check in books.CHECKS.values() for finding in check()] == []


def test_an_invoice_says_what_its_order_says(seller: Shop) -> None:
    order = make_order(seller, {"MUG": 2, "BOOK": 1})
    issued = actions.issue_invoice(order.pk, actor=SYSTEM)
    assert (issued.total_minor, issued.tax_minor) == (order.total_minor, order.tax_minor)
    assert issued.number == f"INV-{issued.issued_at.year}-00001"
    assert issued.data["sums"][-1] == {"label": "Total", "value": "€48.90", "strong": True}
    assert MailMessage.objects.filter(kind="order_document", order=order).count() == 1
    books_agree()


@pytest.mark.parametrize("language", ["en", "de", "fr", "xx"])
def test_the_xml_keeps_the_rules_in_every_language(seller: Shop, language: str) -> None:
    order = make_order(seller, {"MUG": 3, "BOOK": 1})
    Order.objects.filter(pk=order.pk).update(language=language)
    assert problems(actions.issue_invoice(order.pk, actor=SYSTEM).data["xml"]) == []


def test_the_rules_would_notice_a_wrong_sum(seller: Shop) -> None:
    xml = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM).data["xml"]
    assert any("BR-CO-15" in one for one in problems(xml.replace(">28.90<", ">28.91<")))


def test_the_pdf_carries_the_xml(seller: Shop) -> None:
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    with pikepdf.open(io.BytesIO(queries.pdf_of(issued))) as pdf:
        attached = pdf.attachments["factur-x.xml"]
        assert attached.get_file().read_bytes().decode() == issued.data["xml"]
        assert attached.obj["/AFRelationship"] == "/Alternative"
        assert len(pdf.Root.AF) == 1
        with pdf.open_metadata() as xmp:
            assert xmp["pdfaid:part"] == "3"
            assert xmp["{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel"] == "EN 16931"


def test_a_lost_file_is_made_again_byte_for_byte(seller: Shop) -> None:
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    first = queries.pdf_of(issued)
    assert storages["private"].exists(issued.path)
    storages["private"].delete(issued.path)
    again = queries.pdf_of(Document.objects.get(pk=issued.pk))
    assert again == first
    assert storing.digest(again) == issued.sha256


def test_a_changed_file_is_noticed_and_not_handed_out(seller: Shop) -> None:
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    first = queries.pdf_of(issued)
    storing.keep(issued.path, b"%PDF-1.7 forged")
    assert [finding.check for finding in books.files_are_unchanged()] == ["documents.files"]
    assert queries.pdf_of(issued) == first
    books_agree()


def test_the_database_refuses_to_change_what_is_issued(seller: Shop) -> None:
    issued = actions.issue_invoice(make_order(seller).pk, actor=SYSTEM)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Document.objects.filter(pk=issued.pk).update(total_minor=1, net_minor=1, tax_minor=0)
    assert Document.objects.get(pk=issued.pk).total_minor == issued.total_minor


def test_a_second_invoice_is_refused_and_takes_no_number(seller: Shop) -> None:
    order = make_order(seller)
    actions.issue_invoice(order.pk, actor=SYSTEM)
    with pytest.raises(AlreadyInvoicedError):
        actions.issue_invoice(order.pk, actor=SYSTEM)
    assert actions.issue_invoice(make_order(seller).pk, actor=SYSTEM).position == 2


def test_a_number_returns_with_its_transaction(seller: Shop) -> None:
    order = make_order(seller)
    with transaction.atomic():
        assert actions.issue_invoice(order.pk, actor=SYSTEM).position == 1
        transaction.set_rollback(True)
    assert not Sequence.objects.filter(name__startswith="document:", last__gt=0).exists()
    assert actions.issue_invoice(make_order(seller).pk, actor=SYSTEM).position == 1


def test_who_sells_must_be_said() -> None:
    shop = make_shop()
    order = make_order(shop)
    with pytest.raises(SellerIncompleteError):
        actions.issue_invoice(order.pk, actor=SYSTEM)
    assert not Document.objects.exists()


def test_refunds_become_credit_notes_that_add_up_to_the_invoice(seller: Shop) -> None:
    order = paid(seller, {"MUG": 2, "BOOK": 1})
    invoice = actions.issue_invoice(order.pk, actor=SYSTEM)
    payment = Payment.objects.get(order=order)
    for turn, amount in enumerate((701, 1, order.total_minor - 702)):
        refund = payments.refund(payment.pk, amount, "too small", f"key-{turn}", actor=SYSTEM)
        note = actions.issue_credit_note(refund.pk, actor=SYSTEM)
        assert note.total_minor == amount
        assert problems(note.data["xml"]) == []
        assert actions.issue_credit_note(refund.pk, actor=SYSTEM).pk == note.pk
    assert [(rate.net_minor, rate.tax_minor) for rate in queries.rest_of(invoice)] == [(0, 0), (0, 0)]
    books_agree()


def test_what_was_refunded_before_the_invoice_is_credited_with_it(seller: Shop) -> None:
    order = paid(seller)
    payments.refund(Payment.objects.get(order=order).pk, 500, "", "early", actor=SYSTEM)
    actions.issue_invoice(order.pk, actor=SYSTEM)
    kinds = list(Document.objects.order_by("pk").values_list("kind", "total_minor"))
    assert kinds == [("invoice", order.total_minor), ("credit_note", 500)]


def test_an_invoice_that_was_called_off_is_followed_by_another(seller: Shop) -> None:
    order = make_order(seller)
    actions.issue_invoice(order.pk, actor=SYSTEM)
    note = actions.call_off_invoice(order.pk, "wrong name", actor=SYSTEM)
    assert note.total_minor == order.total_minor
    assert problems(note.data["xml"]) == []
    again = actions.issue_invoice(order.pk, actor=SYSTEM)
    assert (again.round, again.position) == (2, 2)
    books_agree()


def test_a_broken_template_holds_up_nothing_and_is_tried_again(
    seller: Shop, settings: object, tmp_path: object
) -> None:
    settings.STOA_HOME = tmp_path  # type: ignore[attr-defined]
    rendering._compiler.cache_clear()
    own = tmp_path / "templates" / "documents" / "document.typ"  # type: ignore[operator]
    own.parent.mkdir(parents=True)
    own.write_text("#let broken = (")
    order = make_order(seller)
    assert actions.try_invoice(order.pk, actor=SYSTEM) is None
    failure = DocumentFailure.objects.get(order=order)
    assert "broken" in failure.reason
    assert not Document.objects.exists()
    assert actions.try_again(failure.pk, actor=SYSTEM) is None
    assert DocumentFailure.objects.get(order=order).tries == 2
    own.write_text("#let d = json(bytes(sys.inputs.data))\n#set document(title: d.title)\nOur own: #d.number")
    issued = actions.try_again(failure.pk, actor=SYSTEM)
    assert issued is not None
    assert issued.position == 1
    assert not DocumentFailure.objects.exists()
    own.unlink()
    # The template of its day is kept with it.
    assert storing.digest(queries.pdf_of(Document.objects.get(pk=issued.pk))) == issued.sha256
    rendering._compiler.cache_clear()


def test_a_name_that_no_font_has_holds_up_nothing(seller: Shop) -> None:
    order = make_order(seller, name="山田 太郎 #let x = 1")
    issued = actions.issue_invoice(order.pk, actor=SYSTEM)
    assert "山田 太郎" in issued.data["xml"]
    assert problems(issued.data["xml"]) == []
    assert queries.pdf_of(issued).startswith(b"%PDF-")


def test_drafts_have_no_number_and_leave_nothing(seller: Shop) -> None:
    order, other = make_order(seller), make_order(seller)
    assert queries.draft(order.pk, "proforma").startswith(b"%PDF-")
    with pikepdf.open(io.BytesIO(queries.drafts([order.pk, other.pk], "packing_slip"))) as pdf:
        assert len(pdf.pages) == 2
    assert not Document.objects.exists()
    assert not Sequence.objects.filter(name__startswith="document:").exists()


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("includes", [True, False])
def test_currencies_and_both_kinds_of_prices(currency: str, includes: bool) -> None:
    shop = make_shop(
        currency=currency, prices_include_tax=includes, address="Street 1", vat_id="DE123456789", legal_name="T"
    )
    order = make_order(shop, {"MUG": 3, "BOOK": 2})
    issued = actions.issue_invoice(order.pk, actor=SYSTEM)
    assert issued.total_minor == order.total_minor
    assert bool(issued.data["xml"]) is (currency != "KWD")
    if issued.data["xml"]:
        assert problems(issued.data["xml"]) == []
    books_agree()


def test_the_guard_stands(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'operations_document_unchanged'")
        else:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'operations_document_unchanged'")
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize(
    ("treatment", "is_small", "country", "vat_id", "category"),
    [
        ("reverse_charge", False, "DE", "FR40303265045", "AE"),
        ("domestic", False, "DE", "", "Z"),
        ("domestic", True, "DE", "", "E"),
        ("exempt", False, "DE", "", "E"),
        ("reverse_charge", False, "FR", "FR40303265045", "K"),
        ("export", False, "GB", "", "G"),
    ],
)
def test_sales_without_tax_keep_the_rules(
    seller: Shop, treatment: str, is_small: bool, country: str, vat_id: str, category: str
) -> None:
    TaxRate.objects.all().delete()
    actions.configure(seller.market.pk, is_small_business=is_small, actor=SYSTEM)
    order = make_order(seller, {"MUG": 2, "BOOK": 1}, country=country)
    Order.objects.filter(pk=order.pk).update(tax_treatment=treatment, vat_id=vat_id)
    xml = actions.issue_invoice(order.pk, actor=SYSTEM).data["xml"]
    assert set(re.findall(r"<ram:CategoryCode>(\w+)<", xml)) == {category}
    assert problems(xml) == []
    note = actions.call_off_invoice(order.pk, actor=SYSTEM)
    assert problems(note.data["xml"]) == []
