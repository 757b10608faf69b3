"""What no link leads to, and what lies too deep: with the place where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.widgets.button import Button

from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import Screen
from stoa.backoffice.screen import Page
from stoa.catalogue.markets.queries import default_market
from stoa.marketing.reach import queries
from stoa.marketing.reach.queries import Place, Reach

RIGHT = ("wagtailcore.change_page", "operations.view_sales_report")
PER_PAGE = 50
KINDS = {"category": _("Categories"), "product": _("Products"), "page": _("Pages")}
WHY = {
    "no-category": _("stands in no category"),
    "hidden-category": _("stands in hidden categories only"),
    "no-link": _("no menu, category or page leads here"),
    "far": _("more than three clicks from the home page"),
}
STEPS = (_("Home"), _("1 click"), _("2 clicks"), _("3 clicks"), _("4 clicks"), _("5 and more"), _("by no link"))


def wrong(reach: Reach, kind: str) -> list[Place]:
    """What cannot be reached first, then what lies deepest."""
    found = [place for place in reach.places if place.why and kind in ("", place.kind)]
    return sorted(found, key=lambda place: (place.depth is not None, -(place.depth or 0), place.title.casefold()))


class ReachReport(Page):
    right = RIGHT
    template_name = "backoffice/reach/report.html"
    page_title = _("Reach")
    header_icon = "link"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [Button(_("Download as CSV"), url=reverse("backoffice:reach_export"), icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = queries.reach(default_market())
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in KINDS else ""
        rows = Paginator(wrong(found, kind), PER_PAGE).get_page(self.request.GET.get("p"))
        return {
            **super().get_context_data(**kwargs),
            "steps": STEPS,
            "table": [(label, len(found.of(code)), found.spread(code)) for code, label in KINDS.items()],
            "kinds": KINDS.items(),
            "kind": kind,
            "unreached": found.unreached,
            "rows": rows,
            "shown": [(place, KINDS[place.kind], WHY[place.why], fix_url(place)) for place in rows],
        }


def fix_url(place: Place) -> str:
    """Where it is mended: the product's shelves, the menu, the page."""
    if place.kind == "product":
        return reverse("wagtailsnippets_catalogue_product:edit", args=[place.id]) + "#tab-shelves_and_facts"
    if place.kind == "category":
        return reverse("backoffice:menus")
    return reverse("wagtailadmin_pages:edit", args=[place.id])


class ReachExport(Screen, View):
    right = RIGHT

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        found = queries.reach(default_market())

        def rows() -> Iterator[tuple[object, ...]]:
            for place in found.places:
                yield place.kind, place.title, place.url, "" if place.depth is None else place.depth, place.why

        return csv_response("reach", ("kind", "title", "address", "clicks", "problem"), rows())
