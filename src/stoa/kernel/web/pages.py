"""Plain pages of last resort: no template, no database, no session. The storefront has handsome ones."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)

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
        title=escape(HTTPStatus(status).phrase),
        text=escape(text or texts.get(status, "")),
        home=escape(_("To the shop")),
    )
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain_page(400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)


def page(request: HttpRequest, status: int) -> HttpResponse:
    """The shop's own page for a status (template ``<status>.html``); the plain one where that cannot be made."""
    try:
        body = render_to_string(f"{status}.html", {"status": status}, request=request)
    except TemplateDoesNotExist:
        return plain_page(status)
    except Exception:
        # An error page must not fail: what broke the page may break its template as well.
        log.exception("error page failed", status=status)
        return plain_page(status)
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})
