"""Feeds for shopping networks: how they stand, what keeps goods out of them, and their settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, PillColumn, StepColumn, TwoLineColumn
from stoa.backoffice.feeds.wording import PROBLEMS, mend_url, words
from stoa.backoffice.fields import WholeField
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets.queries import base_url, default_market
from stoa.catalogue.models import Product
from stoa.marketing.feeds import actions, queries
from stoa.marketing.models import FeedExclusion, FeedProblem, FeedProduct, FeedSettings

SEE = "marketing.view_feedproblem"
CHANGE = "marketing.change_feedsettings"
HOME = "backoffice:feeds"
PARENT = ((_("Feeds"), HOME),)


class Feeds(Page):
    right = SEE
    template_name = "backoffice/feeds/feeds.html"
    page_title = _("Feeds")
    header_icon = "globe"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        market = default_market()
        base = base_url(market)
        problems = reverse("backoffice:feed_problems")
        return {
            **super().get_context_data(**kwargs),
            "addresses": [("Google Merchant Center", f"{base}/feeds/google.xml"), ("Meta", f"{base}/feeds/meta.csv")],
            "settings": queries.settings_of(market.pk), "state": queries.state_of(market.pk),
            "counts": queries.counts(market.pk), "may_change": self.may(CHANGE),
            "problems": [
                (severity, words(code), count, f"{problems}?severity={severity}&code={code}")
                for severity, code, count in queries.problem_counts(market.pk)
            ],
        }  # fmt: skip


class ProblemFilters(WagtailFilterSet):
    severity = django_filters.ChoiceFilter(
        label=_("What it does"), choices=FeedProblem.Severity.choices, widget=forms.RadioSelect, empty_label=_("All")
    )
    code = django_filters.MultipleChoiceFilter(
        label=_("Problem"), choices=list(PROBLEMS.items()), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = FeedProblem
        fields: list[str] = []


class ProblemList(Listing):
    model = FeedProblem
    right = SEE
    url_name = "feed_problems"
    page_title = _("Problems of the feeds")
    header_icon = "warning"
    search_placeholder = _("Product or SKU")
    empty_message = _("Nothing to mend: every item is as the networks want it.")
    default_ordering = "severity"
    filterset_class = ProblemFilters
    export_right = SEE
    export_name = "feed-problems"
    export_header = ("product", "sku", "problem", "severity", "detail")

    def get_base_queryset(self) -> QuerySet:
        return queries.problems(default_market().pk)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(product_title__icontains=text) | Q(sku__icontains=text))

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "product", label=_("Product"), accessor="product_title", get_url=mend_url,
                below=lambda row: " · ".join(part for part in (row.sku, words(row.code)) if part),
            ),
            PillColumn(
                "severity", label=_("What it does"), accessor="get_severity_display",
                tone_of=lambda row: "bad" if row.severity == "error" else "wait",
            ),
        ]  # fmt: skip
        if self.may(CHANGE):
            columns.append(
                StepColumn(
                    "out", button=_("Keep out of feeds"),
                    accessor=lambda row: reverse("backoffice:feed_exclude", args=[row.product_id]),
                )
            )  # fmt: skip
        return columns

    def export_row(self, row: Any) -> Sequence[object]:
        return row.product_title, row.sku or "", words(row.code), row.severity, row.detail


class FeedProductFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), method="by_state", widget=forms.RadioSelect, empty_label=_("All"),
        choices=[("in", _("in the feeds")), ("out", _("left out")), ("kept", _("kept out by hand"))],
    )  # fmt: skip

    class Meta:
        model = Product
        fields: list[str] = []

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "kept":
            return rows.filter(is_kept_out=True)
        return rows.filter(items__gt=0) if value == "in" else rows.filter(left_out__gt=0)


class FeedProductList(Listing):
    model = Product
    right = SEE
    url_name = "feed_products"
    page_title = _("Products in the feeds")
    header_icon = "tag"
    search_placeholder = _("Product or brand")
    default_ordering = "title"
    filterset_class = FeedProductFilters

    def get_base_queryset(self) -> QuerySet:
        made = FeedProduct.objects.filter(market=default_market(), product_id=OuterRef("pk"))
        return Product.objects.filter(live=True).annotate(
            items=Coalesce(Subquery(made.values("items")[:1], output_field=IntegerField()), 0),
            left_out=Coalesce(Subquery(made.values("left_out")[:1], output_field=IntegerField()), 0),
            is_kept_out=Exists(FeedExclusion.objects.filter(pk=OuterRef("pk"))),
        )

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(title__icontains=text) | Q(brand__icontains=text))

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "title", label=_("Product"), sort_key="title", below=lambda row: row.brand,
                get_url=lambda row: reverse("wagtailsnippets_catalogue_product:edit", args=[row.pk]),
            ),
            PillColumn("state", label=_("State"), accessor=_state, tone_of=_tone),
            Column("items", label=_("Items"), sort_key="items", classname=f"{NUMBER} {WIDE}"),
            Column("left_out", label=_("Left out"), sort_key="left_out", classname=f"{NUMBER} {WIDE}"),
        ]  # fmt: skip
        if self.may(CHANGE):
            columns += [
                StepColumn("out", button=_("Keep out"), accessor=lambda row: _switch(row, "feed_exclude", False)),
                StepColumn("in", button=_("Let in"), accessor=lambda row: _switch(row, "feed_include", True)),
            ]
        return columns


def _switch(row: Any, url_name: str, when: bool) -> str:
    return reverse(f"backoffice:{url_name}", args=[row.pk]) if row.is_kept_out is when else ""


def _state(row: Any) -> str:
    if row.is_kept_out:
        return _t("kept out")
    if row.left_out:
        return _t("left out") if not row.items else _t("in part")
    return _t("in the feeds") if row.items else _t("not for sale")


def _tone(row: Any) -> str:
    if row.is_kept_out or not (row.items or row.left_out):
        return ""
    return "bad" if row.left_out else "good"


@step(CHANGE, to="backoffice:feed_products")
def exclude(request: HttpRequest, product_id: int) -> str:
    actions.set_excluded(product_id, True, actor=actor_of(request))
    return _t("Kept out of all feeds. In the shop nothing changes.")


@step(CHANGE, to="backoffice:feed_products")
def include(request: HttpRequest, product_id: int) -> str:
    actions.set_excluded(product_id, False, actor=actor_of(request))
    return _t("In the feeds again.")


@step(CHANGE, to=HOME)
def renew(request: HttpRequest) -> str:
    actions.rebuild_later(default_market().pk)
    return _t("The feeds are being made anew.")


class SettingsForm(forms.Form):
    is_offered = forms.BooleanField(
        label=_("Offer the feeds"), required=False, help_text=_("Whoever knows their addresses can read them.")
    )
    google_category = forms.CharField(
        label=_("Google category of goods whose category has none"), max_length=250, required=False,
        help_text=_("Its number or its path, such as 536 or Home & Garden."),
    )  # fmt: skip
    margin_low = WholeField(
        label=_("Low margin below, in %"),
        help_text=_("Of the price without tax. Items are labelled low, medium or high margin, for bids; costs are never told."),
    )  # fmt: skip
    margin_high = WholeField(label=_("High margin from, in %"))
    return_days = WholeField(
        label=_("Days to return goods"), required=False,
        help_text=_("Told to search engines on every product page. Leave it blank to say nothing."),
    )  # fmt: skip
    return_fees = forms.ChoiceField(label=_("Returns are"), choices=FeedSettings.Fees.choices)


class EditSettings(FormPage):
    right = CHANGE
    form_class = SettingsForm
    page_title = _("Settings of the feeds")
    header_icon = "cogs"
    parents = PARENT
    success_url_name = HOME

    def get_initial(self) -> dict[str, Any]:
        row = queries.settings_of(default_market().pk)
        return {name: getattr(row, name) for name in SettingsForm.base_fields}

    def perform(self, values: dict[str, Any]) -> Any:
        return actions.change_settings(default_market().pk, actor=self.actor, **values)


class EditCategories(FormPage):
    """What Google calls each of our categories: one field a category."""

    right = CHANGE
    form_class = forms.Form
    page_title = _("Google's names of the categories")
    header_icon = "list-ul"
    parents = PARENT
    success_url_name = HOME
    success_message = _("Saved. The feeds are being made anew.")

    @cached_property
    def nodes(self) -> list[Any]:
        def walk(nodes: Sequence[Any]) -> list[Any]:
            return [each for node in nodes for each in (node, *walk(node.children))]

        return walk(categories.tree())

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        known = queries.categories()
        for node in self.nodes:
            form.fields[f"c{node.id}"] = forms.CharField(
                label=f"{'— ' * (node.depth - 1)}{node.name}",
                max_length=250,
                required=False,
                initial=known.get(node.id, ""),
            )
        return form

    def perform(self, values: dict[str, Any]) -> None:
        for node in self.nodes:
            actions.map_category(node.id, values[f"c{node.id}"], actor=self.actor)
