from __future__ import annotations

from django.urls import path

from stoa.backoffice.contents import downloads, files, parts

_PRODUCT, _ORDER = "products/<int:product_id>/", "orders/<int:order_id>/files/"

urlpatterns = [
    path(f"{_PRODUCT}parts/", parts.PartsScreen.as_view(), name="product_parts"),
    path(f"{_PRODUCT}parts/<int:variant_id>/", parts.change, name="product_parts_change"),
    path(f"{_PRODUCT}parts/<int:variant_id>/add/", parts.add, name="product_parts_add"),
    path(f"{_PRODUCT}files/", files.FilesScreen.as_view(), name="product_files"),
    path(f"{_PRODUCT}files/terms/", files.terms, name="product_file_terms"),
    path(f"{_PRODUCT}files/<int:file_id>/replace/", files.replace, name="product_file_replace"),
    path(f"{_PRODUCT}files/<int:file_id>/remove/", files.remove, name="product_file_remove"),
    path(f"{_ORDER}grant/", downloads.grant, name="order_files_grant"),
    path(f"{_ORDER}mail/", downloads.mail, name="order_files_mail"),
    path(f"{_ORDER}<int:grant_id>/renew/", downloads.renew, name="order_file_renew"),
    path(f"{_ORDER}<int:grant_id>/answer/", downloads.answer, name="order_file_answer"),
    path(f"{_ORDER}<int:grant_id>/extend/", downloads.extend, name="order_file_extend"),
    path(f"{_ORDER}<int:grant_id>/revoke/", downloads.revoke, name="order_file_revoke"),
]
