"""Which products a bulk edit is for: those ticked in the list, or all that the list shows under its filters."""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.bulk_action import BulkAction

from stoa.backoffice.guard import may
from stoa.catalogue.models import Product

# What the address of the list carries besides its filters.
_NOT_FILTERS = ("operation", "all", "p", "page", "ids", "ordering")
MOST_IDS = 1000


def chosen_products(request: HttpRequest) -> list[int]:
    """Ids, in their order."""
    if "all" in request.GET:
        return listed_products(request, request.GET)
    wanted = {
        int(one) for one in request.GET.get("ids", "").split(",") if one.isascii() and one.isdigit() and len(one) < 19
    }
    found = Product.objects.filter(pk__in=sorted(wanted)[:MOST_IDS])
    return list(found.order_by("pk").values_list("pk", flat=True))


def listed_products(request: HttpRequest, query: QueryDict) -> list[int]:
    """All that the product list shows under this query, on all its pages."""
    twin = copy(request)
    filters = query.copy()
    for name in _NOT_FILTERS:
        filters.pop(name, None)
    twin.GET = filters  # type: ignore[assignment]
    made = Product.snippet_viewset.index_view  # type: ignore[attr-defined]
    view = made.view_class(**made.view_initkwargs)
    view.setup(twin)
    return sorted(set(view.get_queryset().order_by().values_list("pk", flat=True)))


class ChangeProducts(BulkAction):
    """The button below ticked rows of the list; it only carries the choice over."""

    models: ClassVar[list[type]] = [Product]  # type: ignore[assignment]
    display_name = _("Change")
    aria_label = _("Change the selected products")
    action_type = "change"
    action_priority = 10
    template_name = "backoffice/bulk/new.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, "catalogue.add_bulkedit"):
            raise PermissionDenied
        target = reverse("backoffice:bulk_new")
        if "all" in request.GET.getlist("id"):
            query = QueryDict(urlsplit(request.GET.get("next", "")).query, mutable=True)
            query["all"] = "1"
            return redirect(f"{target}?{query.urlencode()}")
        ids = [one for one in request.GET.getlist("id") if one.isascii() and one.isdigit()]
        return redirect(f"{target}?ids={','.join(ids[:MOST_IDS])}")

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> Any:
        raise NotImplementedError
