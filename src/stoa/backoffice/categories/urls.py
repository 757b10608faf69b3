from __future__ import annotations

from django.urls import path

from stoa.backoffice.categories import screens

urlpatterns = [
    path("categories/", screens.CategoryTree.as_view(), name="categories"),
    path("categories/new/", screens.NewCategory.as_view(), name="category_new"),
    path("categories/<int:category_id>/", screens.EditCategory.as_view(), name="category"),
    path("categories/<int:category_id>/rise/", screens.rise, name="category_rise"),
    path("categories/<int:category_id>/delete/", screens.delete, name="category_delete"),
]
