from __future__ import annotations

from django.urls import path

from stoa.backoffice.bulk import screens

urlpatterns = [
    *screens.BulkEditList.routes("products/bulk/"),
    path("products/bulk/new/", screens.NewBulkEdit.as_view(), name="bulk_new"),
    path("products/bulk/<int:edit_id>/", screens.BulkEditScreen.as_view(), name="bulk_edit"),
    path("products/bulk/<int:edit_id>/apply/", screens.apply, name="bulk_apply"),
    path("products/bulk/<int:edit_id>/undo/", screens.undo, name="bulk_undo"),
    path("products/bulk/<int:edit_id>/discard/", screens.discard, name="bulk_discard"),
]
