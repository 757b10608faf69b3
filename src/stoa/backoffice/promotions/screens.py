"""Promotions: the list, one with what came of it, and the editor with what it means before it is kept."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button, HeaderButton

from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, MoneyColumn, PillColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.promotions.forms import FIELDS, CodesForm, FloorForm, PromotionForm, TrialForm, initial_of
from stoa.backoffice.promotions.wording import Names, data_of, percent, sentence
from stoa.backoffice.screen import FormPage, Page, add_refusal
from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.markets.queries import all_markets, default_market
from stoa.catalogue.models import Market, Promotion
from stoa.catalogue.promotions import actions, queries
from stoa.catalogue.promotions.actions import PromotionData, problems
from stoa.catalogue.promotions.errors import PromotionInvalidError
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.money import Money
from stoa.operations.promotions.queries import BelowFloor, below_floor, promotions_with_uses, trials_of

SEE, EDIT = "catalogue.view_promotion", "catalogue.change_promotion"
COST = "catalogue.view_cost"
FLOOR = "catalogue.change_market"
LIST, SCREEN = "backoffice:promotions", "backoffice:promotion"
STATES = {
    "running": _("running"), "planned": _("planned"), "over": _("ended"), "used_up": _("used up"), "off": _("switched off"),
    "archived": _("archived"),
}  # fmt: skip
TONES = {"running": "good", "planned": "wait"}
KIND_HELP = {
    "percent": _("10 % off all mugs"),
    "amount": _("€5 off the cart, shared out over the goods"),
    "amount_each": _("€2 off every towel"),
    "free_delivery": _("from €40 on"),
    "buy_get": _("of three, the cheapest is free"),
    "spend_tiers": _("5 % from €50, 10 % from €100"),
    "quantity_tiers": _("10 % from three pieces"),
    "bundle": _("a pot and two cups for €30"),
}
# Articles below the floor that are shown.
SHOWN = 20


class PromotionList(Listing):
    model = Promotion
    right = SEE
    url_name = "promotions"
    page_title = _("Promotions")
    header_icon = "tag"
    search_placeholder = _("Name or code")
    empty_message = _("No promotions yet. Take something off for a time, for some, or for a code.")
    add_url_name = "backoffice:promotion_new"
    add_label = _("Add a promotion")
    add_right = EDIT

    def get_base_queryset(self) -> QuerySet:
        return promotions_with_uses()

    @cached_property
    def shared_codes(self) -> dict[int, str]:
        return dict(queries.all_codes().filter(limit__isnull=True).values_list("promotion_id", "code"))

    @cached_property
    def names(self) -> Names:
        return Names.of(data_of(row) for row in queries.promotions())

    def say(self, row: Promotion) -> str:
        code = "" if row.is_automatic else self.shared_codes.get(row.pk, "")
        return sentence(data_of(row, code), self.names)

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        found = queries.all_codes().filter(code=queries.normal(text)).values("promotion_id")
        return rows.filter(name__icontains=text) | rows.filter(pk__in=found)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not self.may(FLOOR):
            return []
        return [Button(_("Margin floor"), url=reverse("backoffice:promotion_floor"), icon_name="decimal")]

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "name", label=_("Promotion"), accessor="name", get_url=lambda row: reverse(SCREEN, args=[row.pk]),
                below=self.say,
            ),
            PillColumn("state", label=_("State"), accessor=lambda row: STATES[queries.state_of(row)],
                       tone_of=lambda row: TONES.get(queries.state_of(row), "")),
            Column("used", label=_("Used"), accessor=_used, classname=NUMBER),
            MoneyColumn("given", label=_("Given away"), accessor=lambda row: Money(row.given_minor, row.currency),
                        classname=f"{NUMBER} {WIDE}"),
            MomentColumn("starts_at", label=_("Starts"), accessor="starts_at", classname=WIDE),
            MomentColumn("ends_at", label=_("Ends"), accessor="ends_at", classname=WIDE),
        ]  # fmt: skip


def _used(row: Promotion) -> str:
    if is_on_shelf(row):
        return _t("on the shelf")
    return f"{row.used} / {row.limit_total}" if row.limit_total is not None else str(row.used)


def is_on_shelf(row: Promotion) -> bool:
    """Its prices are those of the articles: nobody counts who has them."""
    return row.is_automatic and queries.terms_of(row).is_for_shelf


def _code_of(row: Promotion) -> str:
    shared = None if row.is_automatic else queries.shared_code_of(row.pk)
    return shared.code if shared else ""


class NewPromotion(FormPage):
    """First the kind, then its fields; what it means is shown as often as one likes before it is kept."""

    right = EDIT
    template_name = "backoffice/promotions/form.html"
    page_title = _("New promotion")
    header_icon = "tag"
    parents = ((_("Promotions"), LIST),)
    submit_label = _("Save")
    form_class = PromotionForm

    @cached_property
    def kind(self) -> str:
        wanted = self.request.GET.get("kind", "")
        if wanted and wanted not in FIELDS:
            raise Http404
        return wanted

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kind": self.kind or "percent"}

    def form_valid(self, form: Any) -> HttpResponse:
        data: PromotionData = form.promotion
        if "preview" in self.request.POST:
            for name, what in problems(data).items():
                add_refusal(form, _refusal(name, what))
            return self.render_to_response(self.get_context_data(form=form, **preview_of(data)))
        try:
            row = self.keep(data)
        except DomainError as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect(SCREEN, row.pk)

    def keep(self, data: PromotionData) -> Promotion:
        return actions.create_promotion(data, actor=self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = dict(Promotion.Kind.choices)
        return {
            **super().get_context_data(**kwargs),
            "kind": self.kind,
            "kind_label": labels.get(self.kind, ""),
            "kinds": [(kind, labels[kind], KIND_HELP[kind]) for kind in FIELDS],
        }


def _refusal(name: str, what: str) -> DomainError:
    return PromotionInvalidError(fields={name: what})


def preview_of(data: PromotionData) -> dict[str, Any]:
    row = Promotion(
        pk=0, name=data.name, label=data.label, kind=data.kind, currency=data.currency, market_id=data.market_id,
        terms=data.terms, conditions=data.conditions, is_automatic=data.is_automatic,
    )  # fmt: skip
    return {"sentence": sentence(data), "is_on_shelf": is_on_shelf(row), **floor_warnings(row)}


def floor_warnings(row: Promotion) -> dict[str, Any]:
    """Of the market that has most of them."""
    found: list[BelowFloor] = []
    chosen: Market = default_market()
    for market in all_markets():
        below = below_floor(row, market) if row.market_id in {None, market.pk} else []
        if len(below) > len(found):
            found, chosen = below, market
    return {
        "below": found[:SHOWN],
        "below_count": len(found),
        "losses": sum(each.is_loss for each in found),
        "floor_blocks": chosen.floor_blocks,
        "currency": row.currency,
    }


class EditPromotion(NewPromotion):
    @cached_property
    def row(self) -> Promotion:
        return _promotion(self.kwargs["promotion_id"])

    @cached_property
    def kind(self) -> str:
        return self.row.kind

    def get_page_title(self) -> str:
        return self.row.name

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.row, _code_of(self.row))

    def keep(self, data: PromotionData) -> Promotion:
        return actions.update_promotion(self.row.pk, data, actor=self.actor)

    def get_cancel_url(self) -> str:
        return reverse(SCREEN, args=[self.row.pk])


def _promotion(promotion_id: int) -> Promotion:
    """Raises Http404 for one that is archived too: it cannot be changed any more."""
    try:
        row = queries.promotion_by_id(promotion_id)
    except NotFoundError as error:
        raise Http404 from error
    if row.archived_at is not None:
        raise Http404
    return row


class PromotionScreen(Page):
    right = SEE
    template_name = "backoffice/promotions/promotion.html"
    header_icon = "tag"
    parents = ((_("Promotions"), LIST),)

    @cached_property
    def row(self) -> Any:
        pk = self.kwargs["promotion_id"]
        row = promotions_with_uses(with_archived=True).filter(pk=pk).first() if pk < 2**63 else None
        if row is None:
            raise Http404
        return row

    @cached_property
    def may_edit(self) -> bool:
        return self.may(EDIT) and self.row.archived_at is None

    def get_page_title(self) -> str:
        return self.row.name

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may_edit:
            return []
        return [HeaderButton(_("Edit"), url=reverse("backoffice:promotion_edit", args=[self.row.pk]), icon_name="edit")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, may_edit = self.row, self.may_edit
        state = queries.state_of(row) if row.archived_at is None else "archived"
        return {
            **super().get_context_data(**kwargs),
            "row": row,
            "sentence": sentence(data_of(row, _code_of(row))),
            "state": STATES[state],
            "tone": TONES.get(state, ""),
            "is_on_shelf": is_on_shelf(row),
            "shared_code": _code_of(row),
            "batches": [] if row.is_automatic else queries.batches_of(row.pk),
            "may_edit": may_edit,
            "sees_cost": self.may(COST),
            "codes_form": CodesForm() if may_edit and not row.is_automatic else None,
            "trial_form": TrialForm() if may_edit else None,
            "trials": trials_of(row.pk),
            **(floor_warnings(row) if may_edit else {}),
        }


@step(EDIT, SCREEN)
def pause(request: HttpRequest, promotion_id: int) -> str:
    actions.set_active(promotion_id, False, actor=actor_of(request))
    return _t("Switched off.")


@step(EDIT, SCREEN)
def resume(request: HttpRequest, promotion_id: int) -> str:
    actions.set_active(promotion_id, True, actor=actor_of(request))
    return _t("Switched on.")


@step(EDIT, LIST)
def archive(request: HttpRequest, promotion_id: int) -> str:
    actions.archive_promotion(promotion_id, actor=actor_of(request))
    return _t("Archived. The orders that had it still say so.")


class FloorPage(FormPage):
    right = FLOOR
    form_class = FloorForm
    page_title = _("Margin floor")
    header_icon = "decimal"
    parents = ((_("Promotions"), LIST),)
    success_url_name = "backoffice:promotion_floor"

    @cached_property
    def market(self) -> Market:
        return default_market()

    def get_page_subtitle(self) -> str:
        return self.market.shop_name

    def get_initial(self) -> dict[str, Any]:
        market = self.market
        return {
            "product": _number(market.floor_per_product_bp),
            "order": _number(market.floor_per_order_bp),
            "blocks": "block" if market.floor_blocks else "warn",
        }

    def perform(self, values: dict[str, Any]) -> Market:
        return update_market(
            self.market.pk, actor=self.actor, floor_per_product_bp=_points(values["product"]),
            floor_per_order_bp=_points(values["order"]), floor_blocks=values["blocks"] == "block",
        )  # fmt: skip


def _points(value: Any) -> int | None:
    return None if value is None else int(value * 100)


def _number(basis_points: int | None) -> str:
    return "" if basis_points is None else percent(basis_points).removesuffix(" %")
