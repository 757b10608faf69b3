"""The home of the back office."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from stoa.backoffice.gate import ANY_STAFF
from stoa.backoffice.guard import Screen, may, member_of
from stoa.backoffice.today.sections import sections_for
from stoa.catalogue.models import Product
from stoa.kernel import clock


class TodayView(Screen, WagtailAdminTemplateMixin, TemplateView):
    right = ANY_STAFF
    template_name = "backoffice/today.html"
    page_title = _("Today")
    header_icon = "calendar-check"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = member_of(self.request)
        return {
            **super().get_context_data(**kwargs),
            "sections": sections_for(user),
            "is_new": may(user, "catalogue.add_product") and not Product.objects.exists(),
            "now": timezone.localtime(clock.now()),
            "first_name": user.get_short_name() if user.first_name else "",
        }
