"""The prices of one product on one list: price, compare-at and quantity breaks of each variant, and what they were."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.fields import AmountField
from stoa.backoffice.guard import actor_of
from stoa.backoffice.screen import Page, add_refusal
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Price, Product, Variant
from stoa.catalogue.prices import queries
from stoa.catalogue.prices.actions import PriceChange, set_breaks, set_prices
from stoa.kernel.errors import DomainError
from stoa.kernel.money import Money

SCREEN = "backoffice:product_prices"
_STEP = re.compile(r"\s*(\d{1,4})\s*[:=]\s*(\d{1,12}(?:[.,]\d{1,4})?)\s*", re.ASCII)
SHOWN_POINTS = 12


class BreaksField(forms.CharField):
    """One step a line, "10: 9.00"; cleans to [(10, 900)] in minor units of ``currency``."""

    default_error_messages = {"invalid": _("Write one step a line: 10: 9.00")}

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "cols": 16, "placeholder": "10: 9.00"})
        super().__init__(widget=widget, required=False, max_length=400, **kwargs)
        self.currency = currency

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{minimum}: {Money(amount, self.currency).decimal}" for minimum, amount in value)

    def to_python(self, value: Any) -> Any:
        steps = []
        for line in (super().to_python(value) or "").splitlines():
            if not line.strip():
                continue
            found = _STEP.fullmatch(line)
            if found is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            try:
                steps.append([int(found[1]), Money.of(found[2].replace(",", "."), self.currency).minor])
            except ValueError as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return steps

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except forms.ValidationError:
            return True


class VariantPriceForm(forms.Form):
    price_minor = AmountField(label=_("Price"), required=False)
    compare_at_minor = AmountField(label=_("Compare-at price"), required=False)
    compare_at_is_rrp = forms.BooleanField(label=_("Is the RRP"), required=False)
    breaks = BreaksField(label=_("Quantity breaks"))

    def __init__(self, *args: Any, variant: Variant, currency: str, **kwargs: Any) -> None:
        kwargs["prefix"] = f"v{variant.pk}"
        super().__init__(*args, **kwargs)
        self.variant = variant
        for name in ("price_minor", "compare_at_minor", "breaks"):
            self.fields[name].currency = currency  # type: ignore[attr-defined]


class ProductPrices(Page):
    right = "catalogue.change_prices"
    template_name = "backoffice/prices/product.html"
    header_icon = "tag"
    page_title = _("Prices")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["product_id"])

    @cached_property
    def chosen(self) -> queries.PriceListFacts:
        """The list that ``?list=`` names, else the default market's."""
        wanted, lists = self.request.GET.get("list", ""), queries.price_lists()
        own = default_market().price_list_id
        found = [each for each in lists if str(each.id) == wanted] or [each for each in lists if each.id == own]
        return found[0]

    @cached_property
    def variants(self) -> list[Variant]:
        return list(Variant.objects.filter(product=self.product).order_by("-is_active", "position", "id"))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = reverse("backoffice:variants", args=[self.product.pk])
        return [HeaderButton(_("Variants"), url=url, icon_name="list-ul")]

    def get_page_subtitle(self) -> str:
        return str(self.product)

    def forms(self, data: Any = None) -> list[VariantPriceForm]:
        prices = {
            price.variant_id: price
            for price in Price.objects.filter(price_list_id=self.chosen.id, variant__product=self.product)
        }
        return [
            VariantPriceForm(
                data, variant=variant, currency=self.chosen.currency, initial=_initial(prices.get(variant.pk))
            )
            for variant in self.variants
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = kwargs.pop("forms", None) or self.forms()
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "lists": queries.price_lists(),
            "chosen": self.chosen,
            "rows": [(form, *_past(form.variant.pk, self.chosen.id)) for form in shown],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shown = self.forms(request.POST)
        changed = [form for form in shown if form.has_changed()]
        wrong = [form for form in changed if not form.is_valid()]
        if not wrong and self._save(changed):
            messages.success(request, _("Prices saved."))
            return redirect(f"{reverse(SCREEN, args=[self.product.pk])}?list={self.chosen.id}")
        messages.error(request, _("Nothing is saved yet: please check the fields that are marked."))
        return self.render_to_response(self.get_context_data(forms=shown, **kwargs), status=422)

    def _save(self, changed: list[VariantPriceForm]) -> bool:
        form: VariantPriceForm | None = None
        actor = actor_of(self.request)
        try:
            with transaction.atomic():
                for form in changed:
                    values, variant_id = form.cleaned_data, form.variant.pk
                    amount = values["price_minor"]
                    above = values["compare_at_minor"] if amount is not None else None
                    change = PriceChange(variant_id, self.chosen.id, amount, above, values["compare_at_is_rrp"])
                    set_prices([change], actor)
                    if amount is not None:
                        set_breaks(variant_id, self.chosen.id, [tuple(each) for each in values["breaks"]], actor=actor)
        except DomainError as refusal:
            assert form is not None  # noqa: S101
            add_refusal(form, refusal)
            return False
        return True


def _initial(price: Price | None) -> dict[str, Any]:
    if price is None:
        return {"breaks": []}
    return {
        "price_minor": price.amount_minor, "compare_at_minor": price.compare_at_minor,
        "compare_at_is_rrp": price.compare_at_is_rrp, "breaks": price.breaks or [],
    }  # fmt: skip


def _past(variant_id: int, price_list_id: int) -> tuple[list[Any], list[Any]]:
    points, windows = queries.history_of(variant_id, price_list_id)
    return points[:SHOWN_POINTS], windows[:SHOWN_POINTS]
