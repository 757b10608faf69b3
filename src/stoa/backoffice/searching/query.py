"""One query: what it finds, what is opened, and the steps that make it find more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.screen import Page
from stoa.backoffice.searching.report import CHANGE, SEE, period, query_url
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Curation, Product
from stoa.catalogue.products import queries as products
from stoa.catalogue.search import actions as search
from stoa.catalogue.search.rules import fold
from stoa.kernel.web.text import clean_text
from stoa.marketing.models import SearchRedirect
from stoa.marketing.searching import actions as searching
from stoa.marketing.searching import queries
from stoa.marketing.searching.models import LONGEST

REPORT = "backoffice:searches"


class SynonymForm(forms.Form):
    others = forms.CharField(
        label=_("Also look for"), max_length=300, help_text=_("Several with commas between them: settee, three seater.")
    )


class TargetForm(forms.Form):
    target = forms.CharField(
        label=_("Leads to"), max_length=500, widget=forms.TextInput(attrs={"placeholder": "/returns/"}),
        help_text=_("A page of the shop, such as /returns/ or /c/mugs/, or a web address."),
    )  # fmt: skip


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Note"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))


class PlaceForm(forms.Form):
    product = forms.IntegerField(min_value=1, max_value=2**62)
    kind = forms.ChoiceField(choices=[*Curation.Kind.choices, ("none", "none")])


def asked_for(request: HttpRequest) -> str:
    """The query that a screen or a step is about. Raises Http404 for none."""
    text = clean_text(request.GET.get("q", ""), LONGEST)
    if not fold(text):
        raise Http404
    return text


class SearchQuery(Page):
    right = SEE
    template_name = "backoffice/searching/query.html"
    header_icon = "search"
    parents = ((_("Search"), REPORT),)

    @cached_property
    def text(self) -> str:
        return asked_for(self.request)

    def get_page_title(self) -> str:
        return f"“{self.text}”"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        market, folded = default_market(), fold(self.text)[:LONGEST]
        first, last = period(self.request.GET.get("days", ""))
        row = queries.searches(market.pk, first, last).filter(text=folded).order_by("text").first()
        found = products.listing(market, text=self.text, size=12)
        places = {
            curation.product_id: curation.kind for curation in Curation.objects.filter(market=market, text=folded)
        }
        hidden = Product.objects.filter(pk__in=[pk for pk, kind in places.items() if kind == Curation.Kind.HIDE])
        return {
            **super().get_context_data(**kwargs),
            "query": self.text, "row": row, "total": found.total,
            "results": [(card.id, card.title, places.get(card.id, "")) for card in found.items],
            "hidden": list(hidden), "opened": queries.clicked_products(market.pk, folded, first, last),
            "redirect": SearchRedirect.objects.filter(market=market, text=folded).first(),
            "note": queries.open_sourcing_notes(market.pk).filter(text=folded).first(),
            "synonym_form": SynonymForm(), "target_form": TargetForm(), "note_form": NoteForm(),
            "may_change": self.may(CHANGE),
            "shop_url": f"{reverse('search')}?q={self.text}",
        }  # fmt: skip


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(query_url(asked_for(request)))


@step(CHANGE, to=REPORT)
def add_synonym(request: HttpRequest) -> str:
    text = asked_for(request)
    others = [part.strip() for part in cleaned(SynonymForm(request.POST))["others"].split(",") if part.strip()]
    search.save_synonym(text, others, actor=actor_of(request))
    return _t("“%(query)s” also finds %(others)s now.") % {"query": text, "others": ", ".join(others)}


@step(CHANGE, to=REPORT)
def set_target(request: HttpRequest) -> str:
    text, target = asked_for(request), cleaned(TargetForm(request.POST))["target"]
    searching.save_redirect(default_market().pk, text, target, actor=actor_of(request))
    return _t("“%(query)s” leads to %(target)s now.") % {"query": text, "target": target}


@step(CHANGE, to=REPORT)
def drop_target(request: HttpRequest, redirect_id: int) -> str:
    text = searching.delete_redirect(redirect_id, actor=actor_of(request))
    return _t("“%(query)s” shows its results again.") % {"query": text}


@step(CHANGE, to=REPORT)
def source(request: HttpRequest) -> str:
    text, note = asked_for(request), cleaned(NoteForm(request.POST))["note"]
    searching.note_for_sourcing(default_market().pk, text, note, actor=actor_of(request))
    return _t("“%(query)s” is on the list of what to source.") % {"query": text}


@step(CHANGE, to=REPORT)
def place(request: HttpRequest) -> str:
    """Put a product first for a query, leave it out, or neither."""
    text, wanted = asked_for(request), cleaned(PlaceForm(request.POST))
    market, folded = default_market(), fold(text)[:LONGEST]
    rows = Curation.objects.filter(market=market, text=folded).exclude(product_id=wanted["product"])
    pinned = list(rows.filter(kind=Curation.Kind.PIN).order_by("position").values_list("product_id", flat=True))
    hidden = list(rows.filter(kind=Curation.Kind.HIDE).values_list("product_id", flat=True))
    if wanted["kind"] == Curation.Kind.PIN:
        pinned.append(wanted["product"])
    elif wanted["kind"] == Curation.Kind.HIDE:
        hidden.append(wanted["product"])
    search.save_curation(market.pk, text, pinned=pinned, hidden=hidden, actor=actor_of(request))
    return _t("Saved.")
