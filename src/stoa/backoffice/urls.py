"""/admin/: our home, our log-in, then Wagtail's routes (ours among them, by its hook) behind the gate."""

from __future__ import annotations

from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtail_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from stoa.backoffice.gate import at_home, gated
from stoa.backoffice.staff.account import OwnAccountView
from stoa.backoffice.staff.login import StaffLoginView
from stoa.backoffice.today.views import TodayView

_wagtail = decorate_urlpatterns(list(wagtail_urls.urlpatterns), gated)

urlpatterns = [
    path("", at_home(TodayView.as_view()), name="stoa_today"),
    path("login/", StaffLoginView.as_view(), name="stoa_staff_login"),
    # One way to a new password for everybody: the one that sends our own mail.
    path("password_reset/", RedirectView.as_view(url=reverse_lazy("account_reset_password")), name="stoa_staff_reset"),
    path("account/", at_home(OwnAccountView.as_view()), name="stoa_own_account"),
    path("", include(_wagtail)),
]
