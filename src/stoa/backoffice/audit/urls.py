from __future__ import annotations

from django.urls import path

from stoa.backoffice.audit import screens

urlpatterns = [
    *screens.FindingList.routes("insights/audit/"),
    path("insights/audit/run/", screens.run, name="audit_run"),
]
