"""Pages for what went wrong. They look like the shop where it can be asked, and are plain where it cannot."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from stoa.catalogue.markets.errors import NoMarketError
from stoa.kernel.web.pages import plain_page
from stoa.storefront.responses import private


@private
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # The request itself is in doubt (its host, its text): nothing of it is used to make a page.
    return plain_page(400)


@private
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, _("Not allowed"), _("This cannot be done from here. Go back to the shop and try again."))


@private
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = _("It may have moved, or the address has a slip in it. The search and the categories above lead further.")
    return _page(request, 404, _("There is nothing at this address"), text)


@private
def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no context: whatever broke may be either."""
    return HttpResponse(get_template("500.html").render(), status=500)


def _page(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    try:
        context = {"status": status, "heading": heading, "text": text}
        return render(request, "storefront/error.html", context, status=status)
    except (NoMarketError, DatabaseError):
        return plain_page(status)
