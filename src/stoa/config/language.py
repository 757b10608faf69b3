"""In which language Django will answer a request: asked by the page cache, so that it keeps languages apart."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from types import SimpleNamespace
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.utils.translation import get_language_from_request

LOCALE_MIDDLEWARE = "django.middleware.locale.LocaleMiddleware"


def language_of(middleware: list[str]) -> Callable[[WSGIEnvironment], str] | None:
    """The rule of Django's LocaleMiddleware, remembered by header; None where that middleware is not in use."""
    if LOCALE_MIDDLEWARE not in middleware or len(settings.LANGUAGES) < 2:
        return None
    known: dict[tuple[str, str], str] = {}
    marker = f"{settings.LANGUAGE_COOKIE_NAME}="

    def find(environ: WSGIEnvironment) -> str:
        accept = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        cookies = environ.get("HTTP_COOKIE", "")
        chosen = _cookie(cookies) if marker in cookies else ""
        found = known.get((accept, chosen))
        if found is None:
            request = SimpleNamespace(
                META={"HTTP_ACCEPT_LANGUAGE": accept}, COOKIES={settings.LANGUAGE_COOKIE_NAME: chosen} if chosen else {}
            )
            found = get_language_from_request(request)  # type: ignore[arg-type]
            if len(known) > 1000:
                known.clear()
            known[accept, chosen] = found
        return found

    return find


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(settings.LANGUAGE_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""
