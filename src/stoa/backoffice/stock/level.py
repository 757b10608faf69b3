"""The screen of one level: correct it, say what happens when it is sold out, see what moved."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from stoa.backoffice.fields import WholeField
from stoa.backoffice.guard import FormRefusedError, actor_of, cleaned, step
from stoa.backoffice.screen import Page
from stoa.inventory.models import Location, StockLevel, StockMove
from stoa.inventory.stock import actions as stock
from stoa.inventory.stock import queries
from stoa.kernel.audit.queries import trail_of

SCREEN = "backoffice:level"
BY_HAND = ("counted", "received", "damaged", "corrected", "returned")


class AdjustForm(forms.Form):
    """One form for both ways of saying it: by how many, or what was counted."""

    mode = forms.ChoiceField(
        label=_("How"),
        choices=[("delta", _("add or take away")), ("count", _("I counted"))],
        widget=forms.RadioSelect,
        initial="delta",
    )
    quantity = WholeField(label=_("Units"), signed=True, help_text=_("For example 12, or -3 to take three away."))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[choice for choice in StockMove.Reason.choices if choice[0] in BY_HAND],
        initial="corrected",
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        quantity = values.get("quantity")
        if values.get("mode") == "count" and quantity is not None and quantity < 0:
            self.add_error("quantity", _("A count is not negative."))
        if values.get("mode") == "delta" and quantity == 0:
            self.add_error("quantity", _("Nothing would change."))
        return values


class PolicyForm(forms.Form):
    policy = forms.ChoiceField(label=_("When sold out"), choices=StockLevel.Policy.choices, widget=forms.RadioSelect)
    limit = WholeField(
        label=_("At most so many units"), required=False, help_text=_("Only where it is sold for a later date.")
    )
    date = forms.DateField(label=_("Expected"), required=False, widget=AdminDateInput)


class OpenForm(forms.Form):
    location = forms.ModelChoiceField(
        label=_("Location"), queryset=Location.objects.filter(is_active=True), empty_label=None
    )
    quantity = WholeField(label=_("Units there now"), initial=0)


class LevelScreen(Page):
    right = "inventory.view_stocklevel"
    template_name = "backoffice/stock/level.html"
    header_icon = "table"
    parents = ((_("Stock"), "backoffice:levels"),)

    def get_page_title(self) -> str:
        return self.level.variant.sku

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        levels = StockLevel.objects.select_related("variant__product", "location")
        self.level = get_object_or_404(levels, pk=kwargs["level_id"])
        level = self.level
        policy = PolicyForm(
            initial={"policy": level.policy, "limit": level.backorder_limit or "", "date": level.backorder_date}
        )
        return {
            **super().get_context_data(**kwargs),
            "level": level,
            "free": level.on_hand - level.reserved,
            "others": levels.filter(variant=level.variant).exclude(pk=level.pk).order_by("location__priority"),
            "adjust_form": AdjustForm(),
            "policy_form": policy,
            "media": policy.media,
            "moves": queries.ledger(level.variant_id, level.location_id)[:25],
            "trail": trail_of("level", level.pk)[:1],
        }


def _level(level_id: int) -> StockLevel:
    return get_object_or_404(StockLevel, pk=level_id)


@step("inventory.adjust_stock", SCREEN)
def adjust(request: HttpRequest, level_id: int) -> str:
    level, values = _level(level_id), cleaned(AdjustForm(request.POST))
    write = stock.set_on_hand if values["mode"] == "count" else stock.adjust
    now = write(
        level.variant_id,
        level.location_id,
        values["quantity"],
        reason=values["reason"],
        note=values["note"],
        actor=actor_of(request),
    )
    return _t("Done: %d on hand now.") % now


@step("inventory.change_policy", SCREEN)
def change_policy(request: HttpRequest, level_id: int) -> str:
    level, values = _level(level_id), cleaned(PolicyForm(request.POST))
    is_later = values["policy"] == StockLevel.Policy.BACKORDER
    when: date | None = values["date"] if is_later else None
    stock.set_policy(
        level.variant_id, level.location_id, policy=values["policy"], limit=(values["limit"] or 0) if is_later else 0, date=when,
        actor=actor_of(request),
    )  # fmt: skip
    return _t("Saved.")


@step("inventory.adjust_stock", "backoffice:levels")
def open_level(request: HttpRequest, variant_id: int) -> str:
    from stoa.catalogue.models import Variant

    variant = get_object_or_404(Variant, pk=variant_id)
    form = OpenForm(request.POST)
    if not form.is_valid():
        raise FormRefusedError(form)
    stock.open_level(
        variant.pk, form.cleaned_data["location"].pk, form.cleaned_data["quantity"], actor=actor_of(request)
    )
    return _t("Stock of %(sku)s is kept now.") % {"sku": variant.sku}
