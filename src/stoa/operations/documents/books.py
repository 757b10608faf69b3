"""The invariants of documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, Min, Sum
from django.db.models.functions import Coalesce

from stoa.kernel.books import Finding
from stoa.kernel.sequences.models import Sequence
from stoa.operations.documents import storing
from stoa.operations.documents.models import Document, DocumentSeries

MAX_ROWS = 100


def numbers_have_no_gap() -> Iterator[Finding]:
    """Each series runs without a gap from where it begins (1, unless it was told otherwise) to the last number given."""
    firsts = dict(DocumentSeries.objects.values_list("name", "first"))
    given = dict(Sequence.objects.filter(name__startswith="document:").values_list("name", "last"))
    rows = Document.objects.values("series").annotate(n=Count("pk"), low=Min("position"), high=Max("position"))
    wrong = []
    for row in rows.order_by("series"):
        last = given.pop(row["series"], 0)
        first = firsts.get(row["series"], 1)
        end = first + row["n"] - 1
        if (row["low"], row["high"], last) != (first, end, end):
            wrong.append({"series": row["series"], "documents": row["n"], "highest": row["high"], "given": last})
    wrong += [
        {"series": name, "documents": 0, "given": last}
        for name, last in given.items()
        if last != firsts.get(name, 1) - 1
    ]
    yield from _finding("documents.numbers", "a series of documents has a gap", wrong)


def totals_are_the_orders() -> Iterator[Finding]:
    """An invoice that stands says what its order says; its snapshot says what its row says."""
    standing = Document.objects.filter(kind=Document.Kind.INVOICE, credit_notes__isnull=True)
    differing = standing.exclude(total_minor=F("order__total_minor"), tax_minor=F("order__tax_minor"))
    wrong: list[dict[str, Any]] = [
        dict(row) for row in differing.values("number", "total_minor", "order__number", "order__total_minor")
    ]
    for document in Document.objects.only("number", "data", "net_minor", "tax_minor", "total_minor").iterator():
        figures, rates = document.data["figures"], document.data["figures"]["rates"]
        said = (figures["net_minor"], figures["tax_minor"], figures["total_minor"])
        if said != (document.net_minor, document.tax_minor, document.total_minor):
            wrong.append({"number": document.number, "snapshot": list(said)})
        if sum(rate["tax_minor"] for rate in rates) != document.tax_minor:
            wrong.append({"number": document.number, "rates": rates})
    yield from _finding("documents.totals", "a document and its order differ", wrong)


def credits_are_within() -> Iterator[Finding]:
    """Credit notes are for what was given back, and never above their invoice."""
    notes = Document.objects.filter(refund__isnull=False)
    other = notes.exclude(total_minor=F("refund__amount_minor"))
    wrong: list[dict[str, Any]] = [dict(row) for row in other.values("number", "total_minor", "refund__amount_minor")]
    open_ = notes.exclude(refund__status="done")
    wrong += [dict(row) for row in open_.values("number", "refund__status")]
    over = Document.objects.annotate(credited=Coalesce(Sum("credit_notes__total_minor"), 0)).filter(
        credited__gt=F("total_minor")
    )
    wrong += [dict(row) for row in over.values("number", "total_minor", "credited")]
    yield from _finding("documents.credits", "a credit note has no refund like it, or is above its invoice", wrong)


def files_are_unchanged() -> Iterator[Finding]:
    """Where the file of a document is, it is the one that was issued. One that is gone is made again when asked for."""
    wrong = []
    for document in Document.objects.only("number", "path", "sha256").iterator():
        found = storing.stored(document.path)
        if found is not None and storing.digest(found) != document.sha256:
            wrong.append({"number": document.number, "path": document.path})
    yield from _finding("documents.files", "the stored file of a document was changed", wrong)


CHECKS = {
    "documents.numbers": numbers_have_no_gap,
    "documents.totals": totals_are_the_orders,
    "documents.credits": credits_are_within,
    "documents.files": files_are_unchanged,
}


def _finding(check: str, message: str, wrong: list[dict[str, Any]]) -> Iterator[Finding]:
    if wrong:
        yield Finding(check, message, wrong[:MAX_ROWS])
