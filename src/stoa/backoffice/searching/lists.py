"""What has been decided about searches: synonyms, results by hand, redirects, and what to source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, PillColumn, StepColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage
from stoa.backoffice.searching.report import CHANGE, SEE, period, query_url
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Curation, Synonym
from stoa.catalogue.search import actions as search
from stoa.marketing.models import SearchDay, SearchRedirect, SourcingNote
from stoa.marketing.searching import actions as searching

TONES = {"open": "wait", "sourcing": "wait", "done": "good"}


class SynonymList(Listing):
    model = Synonym
    right = SEE
    url_name = "synonyms"
    page_title = _("Synonyms")
    header_icon = "search"
    search_placeholder = _("Word")
    default_ordering = "words"
    empty_message = _("No synonyms yet. Add one here, or from a query in the search report.")
    add_url_name = "backoffice:synonym_new"
    add_label = _("Add a synonym")
    add_right = CHANGE

    def get_base_queryset(self) -> QuerySet:
        return Synonym.objects.select_related("market")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(words__icontains=text) | rows.filter(others__icontains=text)

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "words", label=_("Words"), sort_key="words", below=lambda row: ", ".join(row.others),
                get_url=lambda row: reverse("backoffice:synonym", args=[row.pk]) if self.may(CHANGE) else None,
            ),
            Column("way", label=_("Holds"), accessor=_way, classname=WIDE),
        ]  # fmt: skip
        if self.may(CHANGE):
            columns.append(
                StepColumn(
                    "gone", button=_("Remove"), accessor=lambda row: reverse("backoffice:synonym_remove", args=[row.pk])
                )
            )
        return columns


def _way(row: Synonym) -> str:
    return _t("both ways") if row.is_two_way else _t("one way")


class SynonymForm(forms.Form):
    words = forms.CharField(label=_("People type"), max_length=100)
    others = forms.CharField(
        label=_("Also look for"), max_length=400, help_text=_("Several with commas between them: settee, three seater.")
    )
    is_two_way = forms.BooleanField(
        label=_("Both ways"), required=False, initial=True,
        help_text=_("Who types one of the others finds this as well."),
    )  # fmt: skip


class NewSynonym(FormPage):
    right = CHANGE
    form_class = SynonymForm
    page_title: Any = _("Add a synonym")
    header_icon = "search"
    parents = ((_("Synonyms"), "backoffice:synonyms"),)
    success_url_name = "backoffice:synonyms"

    def perform(self, values: dict[str, Any]) -> Any:
        others = [part.strip() for part in values["others"].split(",") if part.strip()]
        return search.save_synonym(values["words"], others, is_two_way=values["is_two_way"], actor=self.actor)


class EditSynonym(NewSynonym):
    page_title = _("Synonym")

    @cached_property
    def synonym(self) -> Synonym:
        row = Synonym.objects.filter(pk=self.kwargs["synonym_id"]).first()
        if row is None:
            raise Http404
        return row

    def get_initial(self) -> dict[str, Any]:
        row = self.synonym
        return {"words": row.words, "others": ", ".join(row.others), "is_two_way": row.is_two_way}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["words"].disabled = True
        return form

    def perform(self, values: dict[str, Any]) -> Any:
        others = [part.strip() for part in values["others"].split(",") if part.strip()]
        row = self.synonym
        return search.save_synonym(
            row.words,
            others,
            market_id=row.market_id,
            is_two_way=values["is_two_way"],
            synonym_id=row.pk,
            actor=self.actor,
        )


@step(CHANGE, to="backoffice:synonyms")
def remove_synonym(request: HttpRequest, synonym_id: int) -> str:
    search.delete_synonym(synonym_id, actor=actor_of(request))
    return _t("Removed.")


class CurationList(Listing):
    model = Curation
    right = SEE
    url_name = "curations"
    page_title = _("Results by hand")
    header_icon = "thumbtack"
    search_placeholder = _("Query or product")
    default_ordering = "text"
    empty_message = _(
        "No results are placed by hand. Open a query in the search report to put products first or leave them out."
    )

    def get_base_queryset(self) -> QuerySet:
        return Curation.objects.filter(market=default_market()).annotate(title=F("product__title"))

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(text__icontains=text) | rows.filter(title__icontains=text)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "text", label=_("Query"), sort_key="text", get_url=lambda row: query_url(row.text), below=lambda row: row.title
            ),
            PillColumn(
                "kind", label=_("Place"), accessor="get_kind_display", tone_of=lambda row: "good" if row.kind == "pin" else "bad"
            ),
        ]  # fmt: skip


class RedirectList(Listing):
    model = SearchRedirect
    right = SEE
    url_name = "search_redirects"
    page_title = _("Queries that lead to pages")
    header_icon = "redirect"
    search_placeholder = _("Query or page")
    default_ordering = "text"
    empty_message = _("Every query shows its results. Open one in the search report to have it lead to a page.")

    def get_base_queryset(self) -> QuerySet:
        return SearchRedirect.objects.filter(market=default_market())

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(text__icontains=text) | rows.filter(target__icontains=text)

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "shown", label=_("Query"), sort_key="text", get_url=lambda row: query_url(row.text), below=lambda row: row.target
            ),
            MomentColumn("changed_at", label=_("Changed"), sort_key="changed_at", classname=WIDE),
        ]  # fmt: skip
        if self.may(CHANGE):
            columns.append(
                StepColumn(
                    "gone", button=_("Remove"),
                    accessor=lambda row: reverse("backoffice:search_redirect_remove", args=[row.pk]),
                )
            )  # fmt: skip
        return columns


class SourcingList(Listing):
    model = SourcingNote
    right = SEE
    url_name = "sourcing"
    page_title = _("To source")
    header_icon = "list-ul"
    search_placeholder = _("What is looked for")
    default_ordering = "-created_at"
    empty_message = _("Nothing to source. The search report shows what people look for and do not find.")

    def get_base_queryset(self) -> QuerySet:
        return SourcingNote.objects.filter(market=default_market())

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(shown__icontains=text) | rows.filter(note__icontains=text)

    @cached_property
    def searched(self) -> dict[str, int]:
        """How often each was asked for in the last 30 days."""
        first, last = period()
        rows = SearchDay.objects.filter(market=default_market(), day__gte=first, day__lte=last)
        texts = SourcingNote.objects.filter(market=default_market()).values("text")
        sums = rows.filter(text__in=texts).values_list("text").annotate(n=Coalesce(Sum("times"), 0))
        return dict(sums)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "shown", label=_("Looked for"), below=lambda row: row.note.splitlines()[0] if row.note else "",
                get_url=lambda row: reverse("backoffice:sourcing_note", args=[row.pk]) if self.may(CHANGE) else None,
            ),
            PillColumn("state", label=_("State"), accessor="get_state_display", tone_of=lambda row: TONES.get(row.state, "")),
            Column(
                "searched", label=_("Searches in 30 days"), accessor=lambda row: self.searched.get(row.text, 0),
                classname=f"{NUMBER} {WIDE}",
            ),
            MomentColumn("created_at", label=_("Noted"), sort_key="created_at", classname=WIDE),
        ]  # fmt: skip


class SourcingForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=SourcingNote.State.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))


class SourcingScreen(FormPage):
    right = CHANGE
    form_class = SourcingForm
    header_icon = "list-ul"
    parents = ((_("To source"), "backoffice:sourcing"),)
    success_url_name = "backoffice:sourcing"

    @cached_property
    def found(self) -> SourcingNote:
        row = SourcingNote.objects.filter(pk=self.kwargs["note_id"]).first()
        if row is None:
            raise Http404
        return row

    def get_page_title(self) -> str:
        return self.found.shown

    def get_initial(self) -> dict[str, Any]:
        return {"state": self.found.state, "note": self.found.note}

    def perform(self, values: dict[str, Any]) -> Any:
        return searching.change_sourcing(self.found.pk, actor=self.actor, **values)
