from __future__ import annotations

from django.urls import path

from stoa.backoffice.insights import screens
from stoa.backoffice.insights.filters import FilterReport
from stoa.backoffice.insights.found import PathReport
from stoa.backoffice.insights.pages import Pages
from stoa.backoffice.insights.taxes import Taxes, TaxesExport

urlpatterns = [
    path("insights/sales/", screens.Sales.as_view(), name="sales"),
    path("insights/sales/export.csv", screens.SalesExport.as_view(), name="sales_export"),
    path("insights/taxes/", Taxes.as_view(), name="tax_report"),
    path("insights/taxes/export.csv", TaxesExport.as_view(), name="tax_report_export"),
    path("insights/pages/", Pages.as_view(), name="pages_kept"),
    *PathReport.routes("insights/paths/"),
    *FilterReport.routes("insights/filters/"),
]
