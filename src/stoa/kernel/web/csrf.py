from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

PREFIX = "/admin/"


class BackOfficeCsrfMiddleware(CsrfViewMiddleware):
    """Django's tokens in the back office; everywhere else the origin guard stands alone, so that pages can be cached."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(PREFIX):
            super().process_request(request)
        else:
            # Also for views of libraries that carry their own csrf_protect.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX):
            return super().process_response(request, response)
        return response
