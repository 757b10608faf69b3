from __future__ import annotations

from django.urls import path

from stoa.backoffice.attributes import product, screens

urlpatterns = [
    path("products/types/", screens.TypesScreen.as_view(), name="types"),
    path("products/types/new/", screens.NewType.as_view(), name="type_new"),
    path("products/types/<int:type_id>/", screens.EditType.as_view(), name="type"),
    path("products/types/<int:type_id>/delete/", screens.delete_type, name="type_delete"),
    path("products/attributes/new/", screens.NewAttribute.as_view(), name="attribute_new"),
    path("products/attributes/<int:attribute_id>/", screens.EditAttribute.as_view(), name="attribute"),
    path("products/attributes/<int:attribute_id>/delete/", screens.delete_attribute, name="attribute_delete"),
    path("products/attributes/<int:attribute_id>/merge/", screens.merge, name="attribute_merge"),
    path("products/<int:product_id>/attributes/", product.ProductAttributes.as_view(), name="product_attributes"),
]
