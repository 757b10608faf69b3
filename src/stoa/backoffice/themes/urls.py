from __future__ import annotations

from django.urls import path

from stoa.backoffice.themes import screens

ONE = "theme/<slug:market>/"

urlpatterns = [
    path("theme/", screens.ThemeScreen.as_view(), name="themes"),
    path(ONE, screens.ThemeScreen.as_view(), name="theme"),
    path(f"{ONE}publish/", screens.publish, name="theme_publish"),
    path(f"{ONE}discard/", screens.discard, name="theme_discard"),
    path(f"{ONE}reset/", screens.reset, name="theme_reset"),
    path(f"{ONE}take-back/", screens.take_back, name="theme_take_back"),
    path(f"{ONE}favicon/", screens.favicon, name="theme_favicon"),
    path(f"{ONE}typefaces/", screens.add_font, name="theme_font_add"),
    path(f"{ONE}typefaces/<int:font_id>/delete/", screens.remove_font, name="theme_font_remove"),
    path(f"{ONE}preview/", screens.preview, name="theme_preview"),
    path(f"{ONE}draft.css", screens.draft_css, name="theme_css"),
]
