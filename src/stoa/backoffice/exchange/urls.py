from __future__ import annotations

from django.urls import path

from stoa.backoffice.exchange import screens

urlpatterns = [
    *screens.ImportList.routes("imports/"),
    path("imports/new/", screens.NewImport.as_view(), name="import_new"),
    path("imports/<int:file_id>/", screens.ImportScreen.as_view(), name="import"),
    path("imports/<int:file_id>/map/", screens.MapScreen.as_view(), name="import_map"),
    path("imports/<int:file_id>/settings/", screens.settings, name="import_settings"),
    path("imports/<int:file_id>/check/", screens.check, name="import_check"),
    path("imports/<int:file_id>/run/", screens.run, name="import_run"),
    path("imports/<int:file_id>/undo/", screens.undo, name="import_undo"),
    path("imports/<int:file_id>/discard/", screens.discard, name="import_discard"),
    path("imports/<int:file_id>/pictures/", screens.retry, name="import_pictures"),
    path("imports/<int:file_id>/rows.csv", screens.RejectedRows.as_view(), name="import_rows"),
    path("exports/", screens.ExportScreen.as_view(), name="exports"),
    path("exports/products.csv", screens.ProductExport.as_view(), name="export_products"),
    path("exports/customers.csv", screens.CustomerExport.as_view(), name="export_customers"),
    path("exports/shop/", screens.export_shop, name="export_shop"),
    path("exports/<int:export_id>/", screens.ExportedArchive.as_view(), name="export_file"),
]
