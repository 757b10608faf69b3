"""Who answers which address. Static files, media and cached pages are answered before Django (see wsgi.py)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from stoa.kernel.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", include("stoa.backoffice.urls")),
    path("", include("stoa.operations.urls")),
    path("", include("stoa.storefront.urls")),
]

handler400 = "stoa.storefront.errors.bad_request"
handler403 = "stoa.storefront.errors.permission_denied"
handler404 = "stoa.storefront.errors.page_not_found"
handler500 = "stoa.storefront.errors.server_error"
