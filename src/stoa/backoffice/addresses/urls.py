from __future__ import annotations

from django.urls import path

from stoa.backoffice.addresses import screens

urlpatterns = [
    *screens.MissingList.routes("marketing/missing/"),
    path("marketing/missing/<int:address_id>/redirect/", screens.NewRedirect.as_view(), name="missing_redirect"),
    path("marketing/missing/<int:address_id>/ignore/", screens.ignore, name="missing_ignore"),
    path("marketing/missing/import/", screens.ImportRedirects.as_view(), name="redirect_import"),
]
