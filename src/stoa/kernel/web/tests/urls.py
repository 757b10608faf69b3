"""Routes of the tests: one that echoes, one that changes state, one that a foreign site may call, one that breaks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_protect

from stoa.kernel.web.origin import origin_exempt
from stoa.kernel.web.text import json_body


def echo(request: HttpRequest, rest: str = "") -> HttpResponse:
    return JsonResponse({"get": request.GET.dict(), "post": request.POST.dict(), "ip": request.client_ip})


def break_down(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))


urlpatterns = [
    path("", echo),
    path("echo/", echo),
    path("echo/<str:rest>/", echo),
    path("guarded-twice/", csrf_protect(echo)),
    path("json/", lambda request: JsonResponse({"got": json_body(request)})),
    path("webhook/", origin_exempt(echo)),
    path("broken/", break_down),
    path("nonce/", nonce),
    path("session/", lambda request: HttpResponse(str(request.session.get("a", "nothing")))),
    path("admin/thing/", echo),
    path("admin/framed/", xframe_options_sameorigin(echo)),
]
handler400 = "stoa.kernel.web.pages.bad_request"
handler403 = "stoa.kernel.web.pages.permission_denied"
handler404 = "stoa.kernel.web.pages.page_not_found"
handler500 = "stoa.kernel.web.pages.server_error"
