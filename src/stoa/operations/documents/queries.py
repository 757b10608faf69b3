"""Reading documents. What is issued comes as it was, byte for byte; drafts are made anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from stoa.kernel import clock
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.kernel.sequences.models import Sequence as Counter
from stoa.operations.documents import embedding, rendering, rules, storing
from stoa.operations.documents.errors import DocumentLostError, NothingChosenError, TemplateBrokenError
from stoa.operations.documents.figures import of_order
from stoa.operations.documents.models import Document, DocumentBatch, DocumentFailure, DocumentSettings
from stoa.operations.documents.rules import Rate
from stoa.operations.documents.snapshot import Source, take
from stoa.operations.documents.wording import languages
from stoa.operations.orders.models import Order
from stoa.operations.orders.queries import order_path, parts_of
from stoa.operations.payments.models import Payment, Refund
from stoa.operations.payments.queries import methods_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

__all__ = [
    "NextNumber", "OrderDocuments", "OwnTemplate", "ShownDocument", "advised_facts", "all_documents", "batch", "batches",
    "document_of", "documents_of", "draft", "drafts", "failures", "file_name", "is_invoiced", "issued_between",
    "issued_document", "languages", "link", "merged", "missing_facts", "next_numbers", "order_documents", "own_template",
    "pdf_of", "rest_of", "settings_of", "shown_documents", "uncredited",
]  # fmt: skip
PROFORMA, PACKING_SLIP = "proforma", "packing_slip"


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """As the buyer sees it in a list. ``path`` opens it for whoever may see the order."""

    kind: str
    number: str
    issued_at: datetime
    total: Money
    path: str


@dataclass(frozen=True, slots=True)
class OrderDocuments:
    """What staff see of an order's documents, and what can be done. ``documents``: the newest last."""

    documents: Sequence[Document]
    failures: list[DocumentFailure]
    # Money that went back and that no credit note is for, where there is an invoice.
    uncredited: list[Refund]
    can_issue: bool
    can_call_off: bool


@dataclass(frozen=True, slots=True)
class NextNumber:
    """``position`` is what the next document of ``kind`` gets, ``number`` how it is written."""

    kind: str
    series: str
    position: int
    number: str
    has_begun: bool


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A layout of the shop's own. ``problem``: what is wrong with it, blank where every kind of document can be set."""

    path: str
    problem: str


def settings_of(market: Market) -> DocumentSettings:
    """What holds in a market; unsaved defaults where nothing was set."""
    found = DocumentSettings.objects.filter(market_id=market.pk).first()
    if found is not None:
        return found
    fresh = DocumentSettings(market=market)
    if not market.is_default:
        # Two series of the same shop never share a number.
        code = "".join(letter for letter in market.code.upper() if letter.isalnum())[:12]
        fresh.invoice_pattern, fresh.credit_pattern = (
            f"INV-{code}-{{year}}-{{number:05}}",
            f"CN-{code}-{{year}}-{{number:05}}",
        )
    return fresh


def missing_facts(own: DocumentSettings) -> list[str]:
    """What the law asks of an invoice and the seller has not said, in words. While there is any, none is issued."""
    market, missing = own.market, []
    if not market.address.strip():
        missing.append(_("the address"))
    if market.default_country in rules.EU and not (market.vat_id or own.tax_number):
        missing.append(_("the VAT id or tax number"))
    return missing


def advised_facts(own: DocumentSettings) -> list[str]:
    """What an invoice does without, though it should not, or its electronic part cannot be made. In words."""
    market, found = own.market, []
    if not market.legal_name.strip():
        found.append(_("The registered name is blank: the name of the shop stands in its place."))
    if own.has_xml and not rules.has_xml(2, market.default_country, rates_cover_goods=True):
        found.append(_("No electronic invoice is made for sellers of this country."))
    elif own.has_xml and not market.vat_id:
        found.append(_("Without a VAT id, supplies to businesses of other EU countries have no electronic invoice."))
    if not any(code == "bank_transfer" and row is not None and row.iban for code, _label, row in methods_of(market.pk)):
        found.append(_("No account (IBAN) is known: unpaid invoices cannot say where to pay to."))
    return found


def next_numbers(market: Market) -> dict[str, NextNumber]:
    """Of both kinds, as if a document were issued now. By kind."""
    own = settings_of(market)
    year = clock.now().astimezone(ZoneInfo(market.timezone)).year
    found = {}
    for kind, pattern in (
        (Document.Kind.INVOICE, own.invoice_pattern),
        (Document.Kind.CREDIT_NOTE, own.credit_pattern),
    ):
        name = rules.series(market.pk, kind, year, restarts_yearly=own.restarts_yearly)
        last = Counter.objects.filter(name=name).values_list("last", flat=True).first() or 0
        begun = Document.objects.filter(series=name).exists()
        found[str(kind)] = NextNumber(str(kind), name, last + 1, rules.number(pattern, last + 1, year), begun)
    return found


def own_template() -> OwnTemplate | None:
    """None where the built-in layout holds. The layout is tried with a made-up document of every kind."""
    if not rendering.has_own_template():
        return None
    path = str(rendering.own_template())
    try:
        rendering.check(rendering.template())
    except TemplateBrokenError as error:
        return OwnTemplate(path, str(error.facts["why"]))
    return OwnTemplate(path, "")


def batch(batch_id: int) -> DocumentBatch:
    """Raises NotFoundError."""
    found = DocumentBatch.objects.filter(pk=batch_id).first() if 0 < batch_id < 2**63 else None
    if found is None:
        raise NotFoundError
    return found


def batches() -> QuerySet[DocumentBatch]:
    """The newest first, without their lists of orders."""
    return DocumentBatch.objects.defer("order_ids", "refused").order_by("-created_at", "-pk")


def is_invoiced(order: Order, *, is_again: bool) -> bool:
    """Whether an order of this kind gets an invoice. ``is_again``: it had one, which was credited in full."""
    if order.source == Order.Source.IMPORT or order.status == Order.Status.AWAITING_PAYMENT:
        return False
    if order.status == Order.Status.CANCELLED:
        return False
    return not (is_again and order.payment_status == Order.PaymentStatus.REFUNDED)


def uncredited(order: Order) -> list[Refund]:
    """Done refunds of what the order was paid with, that no credit note is for."""
    captured = Refund.objects.filter(payment__order=order, payment__status=Payment.Status.CAPTURED)
    return list(captured.filter(status=Refund.Status.DONE, credit_note__isnull=True).order_by("pk"))


def order_documents(order: Order) -> OrderDocuments:
    """For the screen of an order. Each document knows whether it ``has_xml_part``."""
    has_part = ExpressionWrapper(~Q(data__xml=""), output_field=BooleanField())
    known = Document.objects.filter(order_id=order.pk).annotate(has_xml_part=has_part)
    found = list(known.defer("data").order_by("pk"))
    invoices = [document for document in found if document.kind == Document.Kind.INVOICE]
    standing = invoices[-1] if invoices else None
    left = sum(rate.gross_minor for rate in rest_of(standing)) if standing is not None else 0
    return OrderDocuments(
        documents=found,
        failures=list(DocumentFailure.objects.filter(order_id=order.pk).order_by("-at", "-pk")),
        uncredited=uncredited(order) if standing is not None else [],
        can_issue=not left and is_invoiced(order, is_again=standing is not None),
        can_call_off=left > 0,
    )


def issued_document(document_id: int) -> Document:
    """For staff, with its template. Raises NotFoundError."""
    known = Document.objects.select_related("template", "order")
    found = known.filter(pk=document_id).first() if 0 < document_id < 2**63 else None
    if found is None:
        raise NotFoundError
    return found


def issued_between(start: datetime, end: datetime) -> QuerySet[Document]:
    """In the order of their numbers, with their templates: for whoever hands a month out."""
    chosen = Document.objects.select_related("template").filter(issued_at__gte=start, issued_at__lt=end)
    return chosen.order_by("series", "position")


def documents_of(order_id: int) -> list[Document]:
    """The newest last, without their snapshots."""
    return list(Document.objects.filter(order_id=order_id).defer("data").order_by("pk"))


def shown_documents(order: Order) -> list[ShownDocument]:
    """What the order's page lists. One query."""
    return [
        ShownDocument(
            document.get_kind_display(), document.number, document.issued_at,
            Money(document.total_minor, document.currency), link(order, document.pk),
        )
        for document in documents_of(order.pk)
    ]  # fmt: skip


def link(order: Order, document_id: int) -> str:
    """A document's address, with the key of its order in it."""
    return f"{order_path(order)}documents/{document_id}/"


def file_name(number: str, ending: str) -> str:
    """What a document is called where it is saved: numbers may have a slash in them."""
    return f"{number.replace('/', '-').replace(' ', '_')}.{ending}"


def document_of(order: Order, document_id: int) -> Document:
    """Raises NotFoundError for other orders' documents."""
    found = Document.objects.filter(pk=document_id, order_id=order.pk).first() if document_id < 2**63 else None
    if found is None:
        raise NotFoundError
    return found


def all_documents() -> QuerySet[Document]:
    """For staff, the newest first."""
    return Document.objects.select_related("order", "market").defer("data").order_by("-issued_at", "-pk")


def failures() -> QuerySet[DocumentFailure]:
    """What could not be made and waits for somebody, the newest first."""
    return DocumentFailure.objects.select_related("order").order_by("-at", "-pk")


def rest_of(invoice: Document) -> list[Rate]:
    """What is left of an invoice at each of its rates, its credit notes taken off."""
    from decimal import Decimal

    left = {
        (row["percent"], row["label"]): [row["net_minor"], row["tax_minor"]] for row in invoice.data["figures"]["rates"]
    }
    for note in invoice.credit_notes.order_by("pk"):
        for row in note.data["figures"]["rates"]:
            own = left[row["percent"], row["label"]]
            own[0] -= row["net_minor"]
            own[1] -= row["tax_minor"]
    return [Rate(Decimal(percent), net, tax, label) for (percent, label), (net, tax) in left.items()]


def pdf_of(document: Document) -> bytes:
    """The bytes that were issued, whatever became of the file. Raises DocumentLostError."""
    found = storing.stored(document.path)
    if found is not None and storing.digest(found) == document.sha256:
        return found
    made = rendering.pdf(document.data, document.template.source)
    if storing.digest(made) != document.sha256:
        raise DocumentLostError(number=document.number, renderer=document.renderer)
    storing.keep(document.path, made)
    return made


def draft(order_id: int, kind: str) -> bytes:
    """A pro-forma invoice or a packing slip of an order as it is now. Raises NotFoundError, DocumentError."""
    return _draft(_order(order_id), kind)


def drafts(order_ids: Iterable[int], kind: str) -> bytes:
    """The same of several orders, one after the other, as one PDF. Raises NothingChosenError, DocumentError."""
    orders = Order.objects.select_related("market").filter(pk__in=list(order_ids))
    made = [_draft(order, kind) for order in orders.order_by("placed_at", "pk")]
    if not made:
        raise NothingChosenError
    return embedding.merged(made)


def merged(document_ids: Iterable[int]) -> bytes:
    """Issued documents one after the other, to print. Raises NothingChosenError, DocumentLostError."""
    chosen = Document.objects.select_related("template").filter(pk__in=list(document_ids)).order_by("issued_at", "pk")
    made = [pdf_of(document) for document in chosen.iterator(chunk_size=50)]
    if not made:
        raise NothingChosenError
    return embedding.merged(made)


def _order(order_id: int) -> Order:
    order = Order.objects.select_related("market").filter(pk=order_id).first()
    if order is None:
        raise NotFoundError
    return order


def _draft(order: Order, kind: str) -> bytes:
    lines = list(order.lines.all())
    source = Source(
        kind=kind, order=order, lines=lines, parts=parts_of(order), figures=of_order(order, lines),
        settings=settings_of(order.market), number="", at=clock.now(),
    )  # fmt: skip
    return rendering.pdf(take(source), rendering.template())
