"""Issuing documents. A number is taken in the transaction that writes its document, and returns with it if that fails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock, ids
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.sequences import actions as sequences
from stoa.operations.documents import figures, queries, rendering, rules, storing
from stoa.operations.documents.batches import begin_batch
from stoa.operations.documents.errors import (
    AlreadyInvoicedError,
    CreditTooLargeError,
    DocumentError,
    NoInvoiceError,
    NotInvoicedError,
    NumberTakenError,
    PatternError,
    PatternTakenError,
    SellerIncompleteError,
)
from stoa.operations.documents.models import Document, DocumentFailure, DocumentSettings, DocumentTemplate
from stoa.operations.documents.series import begin_at
from stoa.operations.documents.snapshot import Source, take
from stoa.operations.orders.locking import locked_order
from stoa.operations.orders.models import Order
from stoa.operations.orders.queries import parts_of
from stoa.operations.payments.models import Refund

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor
    from stoa.operations.documents.figures import Figures
    from stoa.operations.orders.models import OrderLine

__all__ = [
    "begin_at", "begin_batch", "call_off_invoice", "configure", "dismiss", "issue_credit_note", "issue_invoice", "mail_again",
    "try_again", "try_credit_note", "try_invoice",
]  # fmt: skip
INVOICE, CREDIT_NOTE = Document.Kind.INVOICE, Document.Kind.CREDIT_NOTE
EDITABLE = (
    "issue_when", "paper", "language", "invoice_pattern", "credit_pattern", "restarts_yearly", "tax_number", "is_small_business",
    "has_xml", "sends_mail", "due_days", "footer",
)  # fmt: skip


@transaction.atomic
def issue_invoice(order_id: int, *, actor: Actor) -> Document:
    """The invoice of an order, and credit notes for what was refunded before it.

    Raises NotFoundError, NotInvoicedError, AlreadyInvoicedError, SellerIncompleteError, SumsDifferError,
    NumberTakenError, TemplateBrokenError; then nothing is written and no number is used.
    """
    order = locked_order(order_id)
    earlier = _invoice_of(order)
    if earlier is not None and any(rate.gross_minor for rate in queries.rest_of(earlier)):
        raise AlreadyInvoicedError(order=order.number)
    if not queries.is_invoiced(order, is_again=earlier is not None):
        raise NotInvoicedError(order=order.number)
    own = queries.settings_of(order.market)
    _check_seller(own)
    lines = list(order.lines.all())
    planned = _Planned(INVOICE, order, lines, figures.of_order(order, lines), own, round=_round(earlier))
    issued = _issue(planned, actor)
    for refund in queries.uncredited(order):
        _credit(issued, order, refund.amount_minor, refund.reason, refund, actor)
    return issued


@transaction.atomic
def issue_credit_note(refund_id: int, *, actor: Actor) -> Document:
    """The credit note for money that went back. The same refund again is the same credit note.

    Raises NotFoundError (no such refund, or it is not done), NoInvoiceError, CreditTooLargeError, TemplateBrokenError.
    """
    refund = Refund.objects.select_related("payment").filter(pk=refund_id, status=Refund.Status.DONE).first()
    if refund is None:
        raise NotFoundError
    order = locked_order(refund.payment.order_id)
    known = Document.objects.filter(refund_id=refund_id).first()
    if known is not None:
        return known
    invoice = _invoice_of(order)
    if invoice is None:
        raise NoInvoiceError(order=order.number)
    return _credit(invoice, order, refund.amount_minor, refund.reason, refund, actor)


@transaction.atomic
def call_off_invoice(order_id: int, reason: str = "", *, actor: Actor) -> Document:
    """A credit note over all that is left of an invoice, where no money goes back with it: the order was cancelled
    unpaid, or the invoice is wrong and another one follows. Raises NotFoundError, NoInvoiceError, TemplateBrokenError."""
    order = locked_order(order_id)
    invoice = _invoice_of(order)
    left = sum(rate.gross_minor for rate in queries.rest_of(invoice)) if invoice is not None else 0
    if invoice is None or not left:
        raise NoInvoiceError(order=order.number)
    return _credit(invoice, order, left, reason, None, actor)


def try_invoice(order_id: int, *, actor: Actor) -> Document | None:
    """``issue_invoice``, with what goes wrong written down for staff instead of raised. In any transaction or none."""
    try:
        with transaction.atomic():
            issued = issue_invoice(order_id, actor=actor)
    except (AlreadyInvoicedError, NotInvoicedError):
        _settled(order_id, INVOICE)
        return None
    except DocumentError as error:
        _note_failure(order_id, INVOICE, None, error)
        return None
    _settled(order_id, INVOICE)
    return issued


def try_credit_note(refund_id: int, *, actor: Actor) -> Document | None:
    """``issue_credit_note`` likewise. Where there is no invoice there is nothing to correct, and nothing is done."""
    order_id = Refund.objects.values_list("payment__order_id", flat=True).get(pk=refund_id)
    try:
        with transaction.atomic():
            issued = issue_credit_note(refund_id, actor=actor)
    except NoInvoiceError:
        return None
    except DocumentError as error:
        _note_failure(order_id, CREDIT_NOTE, refund_id, error)
        return None
    _settled(order_id, CREDIT_NOTE, refund_id)
    return issued


def try_again(failure_id: int, *, actor: Actor) -> Document | None:
    """What failed before, once more; None where it failed again (the reason is written down). Raises NotFoundError."""
    failure = DocumentFailure.objects.filter(pk=failure_id).first()
    if failure is None:
        raise NotFoundError
    if failure.refund_id is not None:
        return try_credit_note(failure.refund_id, actor=actor)
    return try_invoice(failure.order_id, actor=actor)


@transaction.atomic
def mail_again(document_id: int, *, actor: Actor) -> None:
    """Send the buyer the link to a document once more. Raises NotFoundError."""
    known = Document.objects.filter(pk=document_id) if 0 < document_id < 2**63 else Document.objects.none()
    document = known.select_related("order__market").first()
    if document is None:
        raise NotFoundError
    record(actor, "document.mailed", "order", document.order.number, document=document.number)
    _mail(document, document.order, f"document:{document.number}:{ids.new_uuid()}")


@transaction.atomic
def dismiss(failure_id: int, *, actor: Actor) -> None:
    """Staff have seen to it in another way. Raises NotFoundError."""
    failure = DocumentFailure.objects.select_related("order").filter(pk=failure_id).first()
    if failure is None:
        raise NotFoundError
    record(actor, "document.dismissed", "order", failure.order.number, kind=failure.kind, reason=failure.reason)
    failure.delete()


@transaction.atomic
def configure(market_id: int, *, actor: Actor, **values: Any) -> DocumentSettings:
    """Set how a market makes its documents; ``values`` by the names in ``EDITABLE``. What is issued stays as it is.

    Raises NotFoundError, PatternError, PatternTakenError.
    """
    market = markets.market_by_id(market_id)
    if market is None:
        raise NotFoundError
    found = queries.settings_of(market)
    for name, value in values.items():
        if name not in EDITABLE:
            raise ValueError(f"no such setting: {name}")
        setattr(found, name, value)
    for name in ("invoice_pattern", "credit_pattern"):
        if not rules.is_pattern(getattr(found, name), restarts_yearly=found.restarts_yearly):
            raise PatternError(field=name)
    _check_patterns_differ(found)
    found.save()
    record(actor, "documents.configured", "market", market.code, **{name: str(values[name]) for name in values})
    return found


@dataclass(frozen=True, slots=True)
class _Planned:
    kind: str
    order: Order
    lines: list[OrderLine]
    figures: Figures
    settings: DocumentSettings
    round: int = 1
    invoice: Document | None = None
    refund: Refund | None = None
    reason: str = ""
    is_whole: bool = True


def _issue(planned: _Planned, actor: Actor) -> Document:
    order, own, at = planned.order, planned.settings, clock.now()
    year = at.astimezone(ZoneInfo(order.market.timezone)).year
    source = rendering.template()
    series = rules.series(order.market_id, planned.kind, year, restarts_yearly=own.restarts_yearly)
    position = sequences.next_number(series)
    pattern = own.invoice_pattern if planned.kind == INVOICE else own.credit_pattern
    number = rules.number(pattern, position, year)
    if Document.objects.filter(number=number).exists():
        raise NumberTakenError(number)
    data = _plain(
        take(
            Source(
                kind=planned.kind, order=order, lines=planned.lines, parts=parts_of(order), figures=planned.figures,
                settings=own, number=number, at=at, corrects=planned.invoice, reason=planned.reason,
                is_whole=planned.is_whole, money_goes_back=planned.refund is not None,
            )
        )
    )  # fmt: skip
    made = rendering.pdf(data, source)
    issued = Document.objects.create(
        kind=planned.kind, market_id=order.market_id, order=order, invoice=planned.invoice, refund=planned.refund,
        round=planned.round, series=series, position=position, number=number, issued_at=at, currency=order.currency,
        net_minor=planned.figures.net_minor, tax_minor=planned.figures.tax_minor,
        total_minor=planned.figures.total_minor, language=data["language"], data=data, template=_kept(source),
        renderer=rendering.renderer(), path=f"documents/{year}/{ids.new_uuid()}.pdf", sha256=storing.digest(made),
        size=len(made), actor=str(actor)[:200],
    )  # fmt: skip
    record(actor, "document.issued", "order", order.number, document=number, total_minor=issued.total_minor)
    # After the commit: the storage may be another machine. What it loses is made again from the row.
    transaction.on_commit(partial(storing.keep, issued.path, made), robust=True)
    if own.sends_mail:
        _mail(issued, order)
    return issued


def _credit(invoice: Document, order: Order, amount: int, reason: str, refund: Refund | None, actor: Actor) -> Document:
    rest = queries.rest_of(invoice)
    if amount > sum(rate.gross_minor for rate in rest):
        raise CreditTooLargeError(invoice=invoice.number)
    lines = list(order.lines.all())
    whole = figures.of_order(order, lines)
    is_whole = amount == invoice.total_minor == whole.total_minor and whole.rates == tuple(rest)
    own = whole if is_whole else figures.of_credit(amount, rest, includes=order.prices_include_tax)
    planned = _Planned(
        CREDIT_NOTE, order, lines, own, queries.settings_of(order.market), round=invoice.round, invoice=invoice,
        refund=refund, reason=reason, is_whole=is_whole,
    )  # fmt: skip
    return _issue(planned, actor)


def _invoice_of(order: Order) -> Document | None:
    return Document.objects.filter(order=order, kind=INVOICE).order_by("-round").first()


def _round(earlier: Document | None) -> int:
    return earlier.round + 1 if earlier is not None else 1


def _check_seller(own: DocumentSettings) -> None:
    missing = queries.missing_facts(own)
    if missing:
        raise SellerIncompleteError(", ".join(missing))


def _check_patterns_differ(own: DocumentSettings) -> None:
    others = DocumentSettings.objects.exclude(market_id=own.market_id)
    taken = [pattern for row in others for pattern in (row.invoice_pattern, row.credit_pattern)]
    if rules.may_collide(own.invoice_pattern, own.credit_pattern):
        raise PatternTakenError(field="credit_pattern")
    for name in ("invoice_pattern", "credit_pattern"):
        if any(rules.may_collide(getattr(settings, name), pattern) for pattern in taken):
            raise PatternTakenError(field=name)


def _kept(source: str) -> DocumentTemplate:
    sha256 = rendering.template_hash(source)
    defaults = {"source": source, "first_used_at": clock.now()}
    return DocumentTemplate.objects.get_or_create(sha256=sha256, defaults=defaults)[0]


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """As the database gives it back: no tuples, and no NUL, which PostgreSQL refuses."""
    plain: dict[str, Any] = json.loads(json.dumps(data).replace("\\u0000", ""))
    return plain


def _mail(issued: Document, order: Order, cause: str = "") -> None:
    from stoa.operations.notifications.actions import queue_mail  # mails read orders and their documents

    url = settings.STOA_BASE_URL + queries.link(order, issued.pk)
    facts = {
        "url": url,
        "document_number": issued.number,
        "document_kind": str(issued.kind),
        "has_xml": bool(issued.data["xml"]),
    }
    queue_mail("order_document", cause or f"document:{issued.number}", order.email, facts, order=order)


def _note_failure(order_id: int, kind: str, refund_id: int | None, error: DocumentError) -> None:
    reason = str(error.message)[:500]
    known = _failures(order_id, kind, refund_id)
    if not known.update(reason=reason, at=clock.now(), tries=F("tries") + 1):
        DocumentFailure.objects.create(order_id=order_id, kind=kind, refund_id=refund_id, reason=reason, at=clock.now())


def _settled(order_id: int, kind: str, refund_id: int | None = None) -> None:
    _failures(order_id, kind, refund_id).delete()


def _failures(order_id: int, kind: str, refund_id: int | None) -> QuerySet[DocumentFailure]:
    about = Q(refund__isnull=True) if refund_id is None else Q(refund_id=refund_id)
    return DocumentFailure.objects.filter(about, order_id=order_id, kind=kind)
