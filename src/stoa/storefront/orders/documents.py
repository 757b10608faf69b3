"""An order's invoices and credit notes, for whoever may see the order."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.kernel.errors import NotFoundError
from stoa.kernel.web import ratelimit
from stoa.kernel.web.attachment import attachment
from stoa.operations.documents import queries as documents
from stoa.operations.documents.errors import DocumentLostError
from stoa.operations.orders import queries as orders
from stoa.storefront.responses import secret_address

# From one network, in ten minutes. A file that was lost is made again, which costs more than a page.
FETCHES, SECONDS = 120, 600


@require_safe
@secret_address
def order_document(request: HttpRequest, number: str, token: str, document_id: int) -> HttpResponse:
    """The PDF as it was issued. A wrong key, a wrong order, another order's document: all are the same 404."""
    if not ratelimit.hit("document", getattr(request, "client_ip", ""), FETCHES, SECONDS):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        order = orders.order_by_token(number, token)
        document = documents.document_of(order, document_id)
    except NotFoundError as error:
        raise Http404 from error
    try:
        made = documents.pdf_of(document)
    except DocumentLostError:
        return _lost(request, document.number)
    return attachment(made, documents.file_name(document.number, "pdf"), "application/pdf")


def _lost(request: HttpRequest, number: str) -> HttpResponse:
    context = {
        "heading": _("This document cannot be read at the moment"),
        "text": _("That is our fault. Write to us, and we send it to you."),
        "subject": _("Document %(number)s") % {"number": number},
        "name": number,
        "is_document": True,
    }
    return render(request, "storefront/downloads/gone.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
