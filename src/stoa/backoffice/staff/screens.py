"""Who may work here. A person has one role; nobody gives away more than they hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import WIDE, MomentColumn, PillColumn, TwoLineColumn
from stoa.backoffice.listing import Listing
from stoa.backoffice.roles import ROLE_BY_CODE, grantable_roles
from stoa.backoffice.screen import FormPage
from stoa.customers.identity import actions as people
from stoa.customers.identity import staff as team
from stoa.customers.models import User

LIST = "wagtailusers_users:index"


def role_of(user: User) -> str:
    """The name of the role, as people read it; "administrator" for a superuser."""
    if user.is_superuser:
        return str(_("administrator"))
    names = [group.name for group in user.groups.all()]
    return ", ".join(str(ROLE_BY_CODE[name].label) if name in ROLE_BY_CODE else name for name in names)


class StaffList(Listing):
    model = User
    right = ("customers.view_user", "customers.change_user")
    page_title = _("Staff")
    header_icon = "user"
    search_placeholder = _("Name or e-mail")
    default_ordering = "email"
    index_url_name = LIST
    index_results_url_name = "wagtailusers_users:index_results"
    add_url_name = "wagtailusers_users:add"
    add_label = _("Add somebody")
    add_right = "customers.add_user"

    def get_base_queryset(self) -> QuerySet:
        return User.objects.filter(is_staff=True).prefetch_related("groups")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        from django.db.models import Q

        return rows.filter(Q(email__icontains=text) | Q(first_name__icontains=text) | Q(last_name__icontains=text))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "email", label=_("Name"), accessor=lambda user: user.get_full_name() or user.email, sort_key="email",
                get_url=lambda user: reverse("wagtailusers_users:edit", args=[user.pk]),
                below=lambda user: user.email if user.get_full_name() else "",
            ),
            Column("role", label=_("Role"), accessor=role_of),
            PillColumn(
                "is_active", label=_("Access"), accessor=lambda user: _("may enter") if user.is_active else _("shut out"),
                tone_of=lambda user: "good" if user.is_active else "bad", classname=WIDE,
            ),
            MomentColumn("last_login", label=_("Last log-in"), sort_key="last_login", classname=WIDE),
        ]  # fmt: skip


class RoleChoice(forms.ChoiceField):
    widget = forms.RadioSelect


class StaffForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    role = RoleChoice(label=_("Role"))
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. They can change it under their own account."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("May enter"), required=False, initial=True)

    def __init__(self, *args: Any, roles: list[Any], is_new: bool, is_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.code, f"{role.label}: {role.description}") for role in roles]  # type: ignore[attr-defined]
        if is_new:
            del self.fields["is_active"]
            return
        self.fields["email"].disabled = True
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Blank: as it is.")
        if is_self:
            # Whoever steps down asks somebody else to press the button.
            for name in ("role", "is_active"):
                self.fields[name].disabled = True


class NewStaff(FormPage):
    right = "customers.add_user"
    form_class = StaffForm
    page_title = _("Add somebody")
    header_icon = "user"
    parents = ((_("Staff"), LIST),)
    success_url_name = LIST

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "roles": grantable_roles(self.request.user), "is_new": True}

    def get_initial(self) -> dict[str, Any]:
        return {"role": "support"}

    def perform(self, values: dict[str, Any]) -> User:
        name = f"{values['first_name']} {values['last_name']}".strip()
        return people.create_staff(values["email"], values["password"], values["role"], actor=self.actor, name=name)

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValidationError as weak:
            form.add_error("password", weak)
            return self.form_invalid(form)


class EditStaff(NewStaff):
    right = "customers.change_user"

    @cached_property
    def member(self) -> User:
        return get_object_or_404(User.objects.prefetch_related("groups"), pk=self.kwargs["pk"], is_staff=True)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        # Who holds more than the asker is out of reach: changing their password would be taking their rights.
        response_right = request.user.has_perm("customers.change_user")
        if response_right and not self.member.get_all_permissions() <= request.user.get_all_permissions():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.member.get_full_name() or self.member.email

    @property
    def is_self(self) -> bool:
        return self.member.pk == self.request.user.pk

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_new": False, "is_self": self.is_self}

    def get_initial(self) -> dict[str, Any]:
        groups = list(self.member.groups.all())
        names = ("email", "first_name", "last_name", "is_active")
        return {**{name: getattr(self.member, name) for name in names}, "role": groups[0].name if groups else ""}

    def perform(self, values: dict[str, Any]) -> User:
        names = ("first_name", "last_name", "role", "is_active", "password")
        changed = team.update_staff(self.member.pk, actor=self.actor, **{name: values[name] for name in names})
        if self.is_self and values["password"]:
            update_session_auth_hash(self.request, changed)
        return changed
