"""Plain pages of last resort: no template, no database, no session. The storefront has handsome ones."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.translation import gettext as _

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p><p><a href="/">{home}</a></p></main></body></html>
"""


def plain_page(status: int, text: str = "") -> HttpResponse:
    """A page with a status and one sentence."""
    texts = {
        400: _("This request could not be understood."),
        403: _("This is not allowed from here. Go back to the shop and try again."),
        404: _("There is nothing at this address."),
        413: _("That is too much at once."),
        429: _("Too many attempts. Wait a little and try again."),
        500: _("Something went wrong on our side. It has been noted."),
    }
    page = _PAGE.format(
        title=escape(HTTPStatus(status).phrase), text=escape(text or texts.get(status, "")), home=escape(_("To the shop"))
    )
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain_page(400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain_page(403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain_page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    return plain_page(500)
