"""Documents as files: one, its XML, drafts, and a month of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.messages import error as say_error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.generic import View

from stoa.backoffice.documents.filters import month_span, this_month, zone
from stoa.backoffice.guard import Screen
from stoa.kernel.errors import NotFoundError
from stoa.kernel.web.attachment import as_attachment, attachment
from stoa.operations.documents import queries
from stoa.operations.documents.errors import DocumentError, DocumentLostError
from stoa.operations.models import Document, Order

PDF, XML = "application/pdf", "application/xml"
SEE = "operations.view_document"


def _issued(document_id: int) -> Document:
    try:
        return queries.issued_document(document_id)
    except NotFoundError as error:
        raise Http404 from error


class DocumentPdf(Screen, View):
    right = SEE

    def get(self, request: HttpRequest, document_id: int) -> HttpResponseBase:
        document = _issued(document_id)
        try:
            made = queries.pdf_of(document)
        except DocumentLostError as refusal:
            say_error(request, refusal.message)
            return redirect("backoffice:order", document.order_id)
        return attachment(made, queries.file_name(document.number, "pdf"), PDF)


class DocumentXml(Screen, View):
    right = SEE

    def get(self, request: HttpRequest, document_id: int) -> HttpResponse:
        document = _issued(document_id)
        if not document.data["xml"]:
            raise Http404
        return attachment(document.data["xml"].encode(), queries.file_name(document.number, "xml"), XML)


class Draft(Screen, View):
    """A pro-forma invoice or a packing slip, of the order as it is now."""

    right = "operations.view_order"
    kind = queries.PACKING_SLIP

    def get(self, request: HttpRequest, order_id: int) -> HttpResponseBase:
        order = Order.objects.filter(pk=order_id).first() if order_id < 2**63 else None
        if order is None:
            raise Http404
        try:
            made = queries.draft(order.pk, self.kind)
        except DocumentError as refusal:
            say_error(request, refusal.message)
            return redirect("backoffice:order", order.pk)
        name = f"{self.kind.replace('_', '-')}-{order.number}"
        return attachment(made, queries.file_name(name, "pdf"), PDF)


class MonthZip(Screen, View):
    """Every document of a month (this one, where none is named), sent while it is being packed."""

    right = "operations.export_order"

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        month = request.GET.get("month", this_month())[:7]
        try:
            start, end = month_span(month)
        except ValueError as error:
            raise Http404 from error
        response = StreamingHttpResponse(packed(start, end), content_type="application/zip")
        return as_attachment(response, f"documents-{month}.zip")


class _Pipe:
    """What a ZipFile writes to: it keeps the bytes until they are taken away."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def write(self, piece: Any) -> int:
        self.kept.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        found = b"".join(self.kept)
        self.kept.clear()
        return found


def packed(start: datetime, end: datetime) -> Iterator[bytes]:
    """A zip of the documents issued between, one at a time in memory. What is lost has a note in its place."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for document in queries.issued_between(start, end).iterator(chunk_size=50):
            try:
                content, ending = queries.pdf_of(document), "pdf"
            except DocumentLostError as lost:
                content, ending = str(lost.message).encode(), "lost.txt"
            entry = zipfile.ZipInfo(
                queries.file_name(document.number, ending), document.issued_at.astimezone(zone()).timetuple()[:6]
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            yield pipe.taken()
    yield pipe.taken()
