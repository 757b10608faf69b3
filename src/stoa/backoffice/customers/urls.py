from __future__ import annotations

from django.urls import path

from stoa.backoffice.customers import screens

urlpatterns = [
    *screens.CustomerList.routes("customers/"),
    path("customers/<int:customer_id>/", screens.CustomerScreen.as_view(), name="customer"),
    path("customers/<int:customer_id>/note/", screens.change_note, name="customer_note"),
]
