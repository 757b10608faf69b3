"""Wagtail's log-in page with our limits: so many tries, and one answer for everybody who may not enter."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import LoginView

from stoa.kernel.web import ratelimit

TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, WINDOW_SECONDS = 10, 40, 900


class StaffLoginForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(autocomplete="username", inputmode="email", autocapitalize="none")
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username", "")).strip().casefold()
        address = getattr(self.request, "client_ip", "") or self.request.META.get("REMOTE_ADDR", "")
        within = ratelimit.hit("admin-login", name, TRIES_PER_ACCOUNT, WINDOW_SECONDS)
        within &= ratelimit.hit("admin-login-address", address, TRIES_PER_ADDRESS, WINDOW_SECONDS)
        if not within:
            self.add_error(None, _("Too many tries. Please wait a quarter of an hour."))
            return self.cleaned_data
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        # A customer's right password must not look different from a wrong one here.
        if not user.has_perm("wagtailadmin.access_admin"):
            raise self.get_invalid_login_error()


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class StaffLoginView(LoginView):
    def get_form_class(self) -> type[LoginForm]:
        return StaffLoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Wagtail's own way to a new password is shut; the link leads to ours, at the same address.
        return {**super().get_context_data(**kwargs), "show_password_reset": True}

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422 if form.is_bound else 200
        return response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().dispatch(request, *args, **kwargs)
