"""The links in header and footer: one list, moved by buttons; dragging comes on top of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from stoa.backoffice.guard import actor_of, cleaned, require, step
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.models import Category, Market
from stoa.catalogue.products import queries as products
from stoa.marketing.menus import actions, queries, rules
from stoa.marketing.menus.errors import MESSAGES, MenuInvalidError
from stoa.marketing.menus.models import Menu
from stoa.marketing.pages import pages
from stoa.marketing.preview import sample

RIGHT = "marketing.change_menu"
EDITOR = "backoffice:menu"


def market_of(code: str) -> Market:
    """Raises Http404."""
    market = markets.market_by_code(code)
    if market is None:
        raise Http404
    return market


def place_of(place: str) -> str:
    if place not in queries.PLACES:
        raise Http404
    return place


def category_choices(blank: Any = None) -> list[tuple[str, str]]:
    rows = Category.objects.order_by("path").values_list("pk", "name", "depth", "is_visible")
    found = [
        (str(pk), "— " * (depth - 1) + name + ("" if is_visible else f" ({_t('hidden')})"))
        for pk, name, depth, is_visible in rows
    ]
    return [("", str(blank)), *found] if blank is not None else found


class Menus(Page):
    """A menu of one market: the way to the others stands above it."""

    right = RIGHT
    template_name = "backoffice/menus/editor.html"
    page_title = _("Menus")
    header_icon = "list-ul"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        market = market_of(self.kwargs.get("market") or markets.default_market().code)
        place = place_of(self.kwargs.get("place", "header"))
        editor = queries.editor(market.pk, place)
        return {
            **super().get_context_data(**kwargs),
            "market": market,
            "markets": markets.all_markets(),
            "places": Menu.Place.choices,
            "place": place,
            "editor": editor,
            "categories": category_choices(),
            "pages": pages().choices(),
            "insides": [row for row in editor.rows if row.depth < rules.LEVELS],
        }


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class StepForm(VersionForm):
    entry = forms.CharField(max_length=40)
    step = forms.ChoiceField(choices=[(name, name) for name in rules.STEPS])


@step(RIGHT, EDITOR)
def move(request: HttpRequest, market: str, place: str) -> None:
    sent = cleaned(StepForm(request.POST))
    actions.take_step(
        market_of(market).pk,
        place_of(place),
        sent["step"],
        sent["entry"],
        version=sent["version"],
        actor=actor_of(request),
    )


class OrderForm(VersionForm):
    """``order``: "entry:level" pairs with commas between them, as dragging leaves them."""

    order = forms.CharField(max_length=12_000)

    def clean_order(self) -> list[tuple[str, int]]:
        pairs = [part.partition(":") for part in self.cleaned_data["order"].split(",")]
        if not all(level.isascii() and level.isdigit() and len(level) == 1 for _entry, _colon, level in pairs):
            raise forms.ValidationError(_t("This is no order."))
        return [(entry, int(level)) for entry, _colon, level in pairs]


@step(RIGHT, EDITOR)
def rearrange(request: HttpRequest, market: str, place: str) -> None:
    sent = cleaned(OrderForm(request.POST))
    actions.rearrange(
        market_of(market).pk, place_of(place), sent["order"], version=sent["version"], actor=actor_of(request)
    )


class AddForm(VersionForm):
    """One of four small forms; ``kind`` says which."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in rules.KINDS if kind != "product"])
    target = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    label = forms.CharField(required=False, max_length=rules.LONGEST_LABEL, label=_("Name"))
    address = forms.CharField(required=False, max_length=rules.LONGEST_ADDRESS, label=_("Address"))
    inside = forms.CharField(required=False, max_length=40)


@step(RIGHT, EDITOR)
def add(request: HttpRequest, market: str, place: str) -> str:
    sent = cleaned(AddForm(request.POST))
    sent["kind"], sent["target"], sent["address"] = as_target(sent["kind"], sent["target"], sent["address"])
    if sent["kind"] in rules.WITH_TARGET and sent["target"] is None:
        raise MenuInvalidError(_t("Choose where it leads."))
    version = sent.pop("version")
    actions.add_item(
        market_of(market).pk, place_of(place), sent.pop("kind"), version=version, actor=actor_of(request), **sent
    )
    return _t("Added. Visitors see it once the menu is published.")


def as_target(kind: str, target: int | None, address: str) -> tuple[str, int | None, str]:
    """A pasted address of a product or category becomes the thing itself, so that it follows new names and addresses."""
    path = address.strip()
    if kind != "link":
        return kind, target, ""
    if path.startswith("/p/") and (product := products.live_products().filter(slug=path[3:].strip("/")).first()):
        return "product", product.pk, ""
    if path.startswith("/c/") and (category := Category.objects.filter(slug=path[3:].strip("/")).first()):
        return "category", category.pk, ""
    return kind, None, path


@step(RIGHT, EDITOR)
def fill(request: HttpRequest, market: str, place: str) -> str:
    version = cleaned(VersionForm(request.POST))["version"]
    actions.fill_from_categories(market_of(market).pk, place_of(place), version=version, actor=actor_of(request))
    return _t("The categories are in the menu. Arrange them, then publish.")


@step(RIGHT, EDITOR)
def undo(request: HttpRequest, market: str, place: str) -> str:
    actions.undo(market_of(market).pk, place_of(place), actor=actor_of(request))
    return _t("The last step is undone.")


@step(RIGHT, EDITOR)
def discard(request: HttpRequest, market: str, place: str) -> str:
    actions.discard(market_of(market).pk, place_of(place), actor=actor_of(request))
    return _t("The draft is as visitors see the menu.")


@step(RIGHT, EDITOR)
def publish(request: HttpRequest, market: str, place: str) -> str:
    version = cleaned(VersionForm(request.POST))["version"]
    actions.publish(market_of(market).pk, place_of(place), version=version, actor=actor_of(request))
    return _t("Published. Visitors see it now.")


class EntryForm(VersionForm):
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Name"), required=False, max_length=rules.LONGEST_LABEL)
    target = forms.ChoiceField(label=_("Leads to"), required=False)
    address = forms.CharField(
        label=_("Address"), required=False, max_length=rules.LONGEST_ADDRESS,
        help_text=_("A path of the shop such as /c/lamps/, or a whole address."),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind in ("category", "branch"):
            self.fields["target"].choices = category_choices()  # type: ignore[attr-defined]
        elif kind == "page":
            self.fields["target"].choices = [(str(pk), title) for pk, title in pages().choices()]  # type: ignore[attr-defined]
        else:
            del self.fields["target"]
        if kind != "link":
            del self.fields["address"]
        if kind in rules.WITH_TARGET:
            self.fields["label"].help_text = _("Blank: the name of what it leads to, as it is at the time.")
        else:
            self.fields["label"].required = True

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if not rules.is_address(address):
            raise forms.ValidationError(MESSAGES["address"])
        return address


class EditEntry(FormPage):
    right = RIGHT
    form_class = EntryForm
    page_title = _("Menu entry")
    header_icon = "list-ul"

    @cached_property
    def market(self) -> Market:
        return market_of(self.kwargs["market"])

    @cached_property
    def editor(self) -> queries.Editor:
        return queries.editor(self.market.pk, place_of(self.kwargs["place"]))

    @cached_property
    def node(self) -> rules.Node:
        found = rules.find(self.editor.tree, self.kwargs["entry"])
        if found is None:
            raise Http404
        return found[0][found[1]]

    def get_page_title(self) -> str:
        return next(
            (row.label for row in self.editor.rows if row.id == self.node["id"] and row.label), _t("Menu entry")
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.node["kind"]}

    def get_initial(self) -> dict[str, Any]:
        node = self.node
        return {
            "version": self.editor.version, "label": node["label"], "address": node["address"], "target": str(node["target"])
        }  # fmt: skip

    def perform(self, values: dict[str, Any]) -> Menu:
        changes: dict[str, Any] = {"label": values["label"]}
        if values.get("target"):
            changes["target"] = int(values["target"])
        if "address" in values:
            changes["address"] = values["address"]
        return actions.change_item(
            self.market.pk,
            self.kwargs["place"],
            self.node["id"],
            version=values["version"],
            actor=self.actor,
            **changes,
        )

    def get_success_url(self) -> str:
        return reverse(EDITOR, kwargs={"market": self.kwargs["market"], "place": self.kwargs["place"]})

    get_cancel_url = get_success_url


@xframe_options_sameorigin
def preview(request: HttpRequest, market: str, place: str) -> HttpResponse:
    """A page of the shop with the draft in it."""
    require(request, RIGHT)
    found = market_of(market)
    nodes = queries.nodes(queries.editor(found.pk, place_of(place)).tree)
    shown: HttpResponse = sample(request, found, menus={place: nodes or queries.category_nodes()})  # type: ignore[assignment]
    return shown


preview.right = RIGHT  # type: ignore[attr-defined]
