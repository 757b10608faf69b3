from __future__ import annotations

from django.urls import path

from stoa.backoffice.insights import screens

urlpatterns = [
    path("insights/sales/", screens.Sales.as_view(), name="sales"),
    path("insights/sales/export.csv", screens.SalesExport.as_view(), name="sales_export"),
]
