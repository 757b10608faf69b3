"""Wagtail's place for users, with our screens in it: no groups to tick, no superuser switch, no deletion."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail.users.views.groups import GroupViewSet
from wagtail.users.views.users import UserViewSet

from stoa.backoffice.staff.screens import EditStaff, NewStaff, StaffList


class StaffViewSet(UserViewSet):
    add_to_settings_menu = False

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", StaffList.as_view(), name="index"),
            path("results/", StaffList.as_view(results_only=True), name="index_results"),
            path("new/", NewStaff.as_view(), name="add"),
            path("edit/<int:pk>/", EditStaff.as_view(), name="edit"),
        ]

    def register_search_area(self) -> None:
        """Staff are few: the list has a search of its own."""


class RolesAreCode(GroupViewSet):
    """Roles are written in ``backoffice.roles``; nothing is edited here."""

    add_to_settings_menu = False

    def get_urlpatterns(self) -> list[Any]:
        return [path("", StaffList.as_view(), name="index")]

    def register_search_area(self) -> None:
        """Nothing to find."""
