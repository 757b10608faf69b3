from __future__ import annotations

from django.urls import path

from stoa.backoffice.menus import screens

ONE = "menus/<slug:market>/<slug:place>/"

urlpatterns = [
    path("menus/", screens.Menus.as_view(), name="menus"),
    path(ONE, screens.Menus.as_view(), name="menu"),
    path(f"{ONE}move/", screens.move, name="menu_move"),
    path(f"{ONE}order/", screens.rearrange, name="menu_rearrange"),
    path(f"{ONE}add/", screens.add, name="menu_add"),
    path(f"{ONE}fill/", screens.fill, name="menu_fill"),
    path(f"{ONE}undo/", screens.undo, name="menu_undo"),
    path(f"{ONE}discard/", screens.discard, name="menu_discard"),
    path(f"{ONE}publish/", screens.publish, name="menu_publish"),
    path(f"{ONE}preview/", screens.preview, name="menu_preview"),
    path(f"{ONE}entry/<str:entry>/", screens.EditEntry.as_view(), name="menu_entry"),
]
