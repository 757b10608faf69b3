"""Handing out what was bought."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stoa.kernel.errors import NotFoundError
from stoa.kernel.web import ratelimit
from stoa.operations.downloads import actions as downloads
from stoa.operations.downloads.errors import DownloadGoneError, Gone
from stoa.storefront.downloads.sending import first_byte, send
from stoa.storefront.responses import secret_address

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# From one network, in ten minutes: links that open something, and links that do not.
FETCHES, GUESSES, SECONDS = 120, 20, 600


@require_safe
@secret_address
def download(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a link. Whoever has the link has the file, as often as it was sold."""
    client = getattr(request, "client_ip", "")
    if not ratelimit.hit("download", client, FETCHES, SECONDS):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        delivery = downloads.fetch(
            token, client=client, first_byte=first_byte(request), counts=request.method != "HEAD"
        )
    except NotFoundError:
        if not ratelimit.hit("download_guess", client, GUESSES, SECONDS):
            return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        return _unknown(request)
    except DownloadGoneError as error:
        return _gone(request, error)
    return send(request, delivery)


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": _("There is no file at this address"),
        "text": _("The link may have been cut off on its way, or replaced by a newer one."),
        "subject": _("A download link does not work"),
    }
    return render(request, "storefront/downloads/gone.html", context, status=HTTPStatus.NOT_FOUND)


def _gone(request: HttpRequest, error: DownloadGoneError) -> HttpResponse:
    texts: dict[Gone, tuple[str | _StrPromise, str | _StrPromise]] = {
        Gone.EXPIRED: (_("This link has run out"), _("The time to download this file is over.")),
        Gone.USED_UP: (_("All downloads are used up"), _("This file was downloaded as often as it may be.")),
        Gone.REVOKED: (_("This link was closed"), _("It belongs to an order that was cancelled or paid back.")),
        Gone.MISSING: (
            _("This file cannot be read at the moment"),
            _("That is our fault, and your download was not counted. Please try again later."),
        ),
    }
    heading, text = texts[error.why]
    subject = _("Download of order %(number)s") % {"number": error.number}
    context = {"heading": heading, "text": text, "subject": subject, "name": error.name}
    status = HTTPStatus.SERVICE_UNAVAILABLE if error.why is Gone.MISSING else HTTPStatus.GONE
    return render(request, "storefront/downloads/gone.html", context, status=status)
