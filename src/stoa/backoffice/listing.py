"""Every list of the back office: Wagtail's listing (search, filters, sorting, pages) behind a right, with a CSV twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.widgets.button import Button, HeaderButton

from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import Right, Screen

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TODAY_CRUMB = {"url": reverse_lazy("wagtailadmin_home"), "label": _("Today")}
# The largest number a database id may have: longer ones from an address bar find nothing, and never fail.
PER_PAGE = 50


class Listing(Screen, BaseListingView):
    """A subclass names ``right``, ``url_name``, ``columns`` and a queryset; ``search`` narrows it by the text typed.

    A list with ``export_header`` and ``export_row`` also answers at ``…/export.csv`` for those with ``export_right``.
    """

    url_name = ""
    template_name = "backoffice/listing.html"
    results_template_name = "backoffice/listing_results.html"
    breadcrumbs_items = [TODAY_CRUMB]
    paginate_by = PER_PAGE
    is_searchable = True
    search_placeholder: str | StrPromise = ""
    empty_message: str | StrPromise = ""
    export_right: Right = ()
    export_name = "export"
    export_header: Sequence[object] = ()
    add_url_name = ""
    add_label: Any = ""
    add_right: Right = ()

    @property
    def index_url_name(self) -> str:
        return f"backoffice:{self.url_name}"

    @property
    def index_results_url_name(self) -> str:
        return f"backoffice:{self.url_name}_results"

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.search(queryset, self.search_query.strip()) if self.search_query.strip() else queryset

    def get_search_form(self) -> Any:
        form = super().get_search_form()
        if form is not None and self.search_placeholder:
            form.fields["q"].widget.attrs["placeholder"] = self.search_placeholder
        return form

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        ordered = super().order_queryset(queryset)
        # The last word is the key, so that rows of equal rank never change pages.
        return ordered.order_by(*ordered.query.order_by, "-pk") if ordered.query.order_by else ordered

    @cached_property
    def no_results_message(self) -> Any:
        if self.is_searching or self.is_filtering:
            return _("Nothing matches. Try fewer words or filters.")
        return self.empty_message or _("Nothing here yet.")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if self.add_url_name and self.may(self.add_right or self.right):
            return [HeaderButton(self.add_label, url=reverse(self.add_url_name), icon_name="plus")]
        return []

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not (self.export_right and self.may(self.export_right)):
            return []
        query = self.request.GET.urlencode()
        url = reverse(f"backoffice:{self.url_name}_export") + (f"?{query}" if query else "")
        return [Button(_("Download as CSV"), url=url, icon_name="download")]

    def export_rows(self, queryset: QuerySet) -> Iterator[Sequence[object]]:
        for row in queryset.iterator(chunk_size=1000):
            yield self.export_row(row)

    def export_row(self, row: Any) -> Sequence[object]:
        raise NotImplementedError

    def as_csv(self, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
        return csv_response(self.export_name, self.export_header, rows)

    @classmethod
    def routes(cls, prefix: str) -> list[URLPattern]:
        """The list, its results alone (for search as you type), and its CSV."""
        routes = [
            path(prefix, cls.as_view(), name=cls.url_name),
            path(f"{prefix}results/", cls.as_view(results_only=True), name=f"{cls.url_name}_results"),
        ]
        if cls.export_right:
            export: type[Any] = type(f"{cls.__name__}Export", (_CsvMixin, cls), {"right": cls.export_right})
            routes.append(path(f"{prefix}export.csv", export.as_view(), name=f"{cls.url_name}_export"))
        return routes


class _CsvMixin:
    """The same rows as the list shows under the same filters, all pages of them."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        return self.as_csv(self.export_rows(self.get_queryset()))  # type: ignore[attr-defined]
