from __future__ import annotations

from django.urls import path

from stoa.backoffice.reach import screens

urlpatterns = [
    path("insights/reach/", screens.ReachReport.as_view(), name="reach"),
    path("insights/reach/export.csv", screens.ReachExport.as_view(), name="reach_export"),
]
