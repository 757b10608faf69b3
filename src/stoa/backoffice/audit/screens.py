"""What the page audit has found, each with the screen where it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import WIDE, MomentColumn, PillColumn, TwoLineColumn
from stoa.backoffice.export import stamp
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.catalogue.markets.queries import default_market
from stoa.marketing.audit import actions, queries
from stoa.marketing.models import AuditFinding
from stoa.storefront.content.models import ContentPage
from stoa.storefront.content.paths import root

SEE = "marketing.view_auditfinding"
CHANGE = "marketing.change_auditfinding"
LIST = "backoffice:findings"
POLICIES: dict[str, Any] = dict(ContentPage.Policy.choices)
TONES = {1: "bad", 2: "wait", 3: ""}

WORDS = {
    "unreachable": _("The page does not open"),
    "no_title": _("No title"),
    "noindex": _("Shut to search engines, though it is in the sitemap"),
    "broken_link": _("A link leads nowhere"),
    "data_fault": _("Data for search engines has a fault"),
    "no_data": _("Data for search engines is missing"),
    "mixed_content": _("Loads something without encryption"),
    "foreign_canonical": _("Names an address that is not the shop's as the right one"),
    "local_address": _("The shop's base address is that of one machine"),
    "insecure_address": _("The shop's base address is not encrypted"),
    "no_seller": _("Who sells is not said: legal name and address"),
    "no_email": _("No e-mail address to write to"),
    "no_phone": _("No telephone number"),
    "no_hours": _("When people answer is not said"),
    "no_payment": _("There is no way to pay"),
    "no_policy": _("A page that lays down what holds is missing"),
    "duplicate_title": _("The same title as another page"),
    "duplicate_description": _("The same description as another page"),
    "no_description": _("No description"),
    "no_heading": _("No main heading"),
    "thin": _("Few words"),
    "no_alt": _("A picture without words for those who do not see it"),
    "redirect_chain": _("A link takes several redirects"),
    "not_on_cdn": _("Loads from the shop instead of the CDN"),
    "long_title": _("The title is cut off in search results"),
    "long_description": _("The description is cut off in search results"),
    "short_description": _("The description says little"),
    "many_headings": _("Several main headings"),
    "no_size": _("A picture without its size: the page jumps while it loads"),
    "redirected_link": _("A link takes a redirect"),
}


def mend_url(finding: AuditFinding) -> str:
    """The screen where it is mended; the page itself where it has none."""
    if finding.code == "no_policy":
        return reverse("wagtailadmin_pages:add", args=["storefront", "contentpage", root().pk])
    if finding.code == "no_payment":
        return reverse("backoffice:methods")
    if finding.subject_id and finding.kind == "product":
        return reverse("wagtailsnippets_catalogue_product:edit", args=[finding.subject_id])
    if finding.subject_id and finding.kind == "category":
        return reverse("backoffice:category", args=[finding.subject_id])
    if finding.subject_id and finding.kind == "content":
        return reverse("wagtailadmin_pages:edit", args=[finding.subject_id])
    return reverse("backoffice:identity") if finding.kind == "home" else finding.address


class FindingFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), method="by_state", widget=forms.RadioSelect, empty_label=_("To mend"),
        choices=[("fixed", _("fixed"))],
    )  # fmt: skip
    priority = django_filters.MultipleChoiceFilter(
        label=_("Priority"), choices=AuditFinding.Priority.choices, widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Page"), widget=forms.CheckboxSelectMultiple,
        choices=[("home", _("home page")), ("category", _("category")), ("product", _("product")), ("content", _("content page"))],
    )  # fmt: skip
    code = django_filters.MultipleChoiceFilter(
        label=_("Finding"), choices=list(WORDS.items()), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = AuditFinding
        fields: list[str] = []

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows


class FindingList(Listing):
    model = AuditFinding
    right = SEE
    url_name = "findings"
    page_title = _("Page audit")
    header_icon = "view"
    template_name = "backoffice/audit/findings.html"
    search_placeholder = _("Address or detail")
    empty_message = _("No findings.")
    default_ordering = "priority"
    filterset_class = FindingFilters
    export_right = SEE
    export_name = "page-audit"
    export_header = ("priority", "finding", "address", "page", "about", "detail", "since", "fixed")

    def get_base_queryset(self) -> QuerySet:
        is_fixed = self.request.GET.get("state") == "fixed"
        return AuditFinding.objects.filter(market=default_market(), fixed_at__isnull=not is_fixed)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(address__icontains=text) | Q(about__icontains=text) | Q(detail__icontains=text))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn("code", label=_("Finding"), accessor=_words, get_url=mend_url, below=_below),
            PillColumn(
                "priority", label=_("Priority"), accessor="get_priority_display", sort_key="priority",
                tone_of=lambda row: TONES.get(row.priority, ""),
            ),
            Column("address", label=_("Page"), sort_key="address", classname=WIDE),
            MomentColumn("since", label=_("Since"), sort_key="since", classname=WIDE),
        ]  # fmt: skip

    @cached_property
    def no_results_message(self) -> Any:
        if not self.is_searching and not self.is_filtering and queries.last_run(default_market().pk) is None:
            return _("Nothing is known yet: no page has been looked at.")
        return super().no_results_message

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        market = default_market()
        counts = queries.counts(market.pk)
        by_code = queries.open_findings(market.pk).values_list("code").annotate(n=Count("pk")).order_by("-n")[:6]
        return {
            **super().get_context_data(*args, **kwargs),
            "last_run": queries.last_run(market.pk), "may_run": self.may(CHANGE), "reach_url": reverse("backoffice:reach"),
            "counts": [(label, counts.get(value, 0)) for value, label in AuditFinding.Priority.choices],
            "by_code": [(WORDS.get(code, code), count, f"?code={code}") for code, count in by_code],
        }  # fmt: skip

    def export_row(self, row: Any) -> Sequence[object]:
        return (
            row.get_priority_display(), _words(row), row.address, row.kind, row.about, row.detail, stamp(row.since),
            stamp(row.fixed_at),
        )  # fmt: skip


def _words(row: AuditFinding) -> str:
    return str(WORDS.get(row.code, row.code))


def _below(row: AuditFinding) -> str:
    about = POLICIES.get(row.about, row.about) if row.code == "no_policy" else row.about
    return " · ".join(str(part) for part in (row.address, about, row.detail) if part)


@step(CHANGE, to=LIST)
def run(request: HttpRequest) -> str:
    actions.start(default_market().pk, actor=actor_of(request))
    return _t("Every page is being looked at. The list changes while that goes on.")
