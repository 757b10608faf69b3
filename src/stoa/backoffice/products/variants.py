"""The screen "Variants and prices" of one product. All rows are saved together or not at all."""

from __future__ import annotations

from itertools import product as combinations
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.guard import actor_of, cleaned, require, step
from stoa.backoffice.products.variant_forms import OptionsForm, VariantForm, initial_of
from stoa.backoffice.screen import Page, add_refusal
from stoa.backoffice.stock.level import OpenForm
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Price, Product, ProductOption, Variant
from stoa.catalogue.products import actions as products
from stoa.catalogue.products.actions import PriceChange
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.inventory.models import StockLevel
from stoa.kernel.errors import DomainError

SCREEN = "backoffice:variants"
MOST_VARIANTS = 100


class VariantsScreen(Page):
    right = "catalogue.view_product"
    template_name = "backoffice/products/variants.html"
    header_icon = "list-ul"
    page_title = _("Variants and prices")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.forms: list[VariantForm] | None = None

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["product_id"])

    @cached_property
    def product_options(self) -> list[ProductOption]:
        return list(ProductOption.objects.filter(product=self.product))

    @cached_property
    def variants(self) -> list[Variant]:
        return list(Variant.objects.filter(product=self.product).order_by("-is_active", "position", "id"))

    @cached_property
    def prices(self) -> dict[int, tuple[int, int | None]]:
        rows = Price.objects.filter(variant__product=self.product, price_list=default_market().price_list_id)
        return {
            variant: (amount, above)
            for variant, amount, above in rows.values_list("variant_id", "amount_minor", "compare_at_minor")
        }

    def get_page_subtitle(self) -> str:
        return str(self.product)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = []
        if self.may("catalogue.change_product"):
            url = reverse("wagtailsnippets_catalogue_product:edit", args=[self.product.pk])
            buttons.append(HeaderButton(_("Words and pictures"), url=url, icon_name="edit"))
        if self.may("catalogue.change_prices"):
            url = reverse("backoffice:product_prices", args=[self.product.pk])
            buttons.append(HeaderButton(_("All price lists and breaks"), url=url, icon_name="tag"))
        if self.product.live:
            buttons.append(HeaderButton(_("Show in the shop"), url=self.product.get_absolute_url(), icon_name="view"))
        return buttons

    def form_for(self, variant: Variant | None, data: Any = None) -> VariantForm:
        initial = (
            initial_of(variant, self.prices.get(variant.pk))
            if variant
            else {"is_stock_tracked": True, "is_active": True}
        )
        return VariantForm(
            data,
            prefix=f"v{variant.pk}" if variant else "new",
            initial=initial,
            options=self.product_options,
            variant=variant,
            currency=default_market().currency,
            sees_cost=self.may("catalogue.view_cost"),
            may_price=self.may("catalogue.change_prices"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms = self.forms or [self.form_for(variant) for variant in self.variants]
        levels: dict[int, list[StockLevel]] = {}
        for level in StockLevel.objects.filter(variant__product=self.product).select_related("location"):
            levels.setdefault(level.variant_id, []).append(level)
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "market": default_market(),
            "rows": [(form, form.variant, levels.get(form.variant.pk, [])) for form in forms if form.variant],
            "new_form": kwargs.get("new_form") or self.form_for(None),
            "options": self.product_options,
            "options_form": OptionsForm(options=self.product_options),
            "open_form": OpenForm(),
            "may_edit": self.may("catalogue.change_variant"),
            "sees_stock": self.may("inventory.view_stocklevel"),
            "may_adjust": self.may("inventory.adjust_stock"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, "catalogue.change_variant")
        self.forms = [
            self.form_for(variant, request.POST)
            for variant in self.variants
            if f"v{variant.pk}-present" in request.POST
        ]
        changed = [form for form in self.forms if form.has_changed()]
        wrong = [form for form in changed if not form.is_valid()]
        if not wrong and self._save(changed):
            messages.success(request, ngettext("%d variant saved.", "%d variants saved.", len(changed)) % len(changed))
            return redirect(SCREEN, self.product.pk)
        messages.error(request, _("Nothing is saved yet: please check the fields that are marked."))
        return self.render_to_response(self.get_context_data(**kwargs), status=422)

    def _save(self, changed: list[VariantForm]) -> bool:
        form: VariantForm | None = None
        try:
            with transaction.atomic():
                for form in changed:
                    self._save_one(form)
        except DomainError as refusal:
            assert form is not None  # noqa: S101
            add_refusal(form, refusal)
            return False
        return True

    def _save_one(self, form: VariantForm) -> None:
        actor, data, variant = actor_of(self.request), form.data_of(), form.variant
        assert variant is not None  # noqa: S101
        may_price = self.may("catalogue.change_prices")
        products.update_variant(variant.pk, data, actor, market=default_market() if may_price else None)
        if may_price and data.price_minor is None and variant.pk in self.prices:
            products.set_prices([PriceChange(variant.pk, default_market().price_list_id, None)], actor)


class VariantAdd(VariantsScreen):
    """The form under the list. GET has nothing to show of its own."""

    right = "catalogue.add_variant"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(SCREEN, self.product.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_for(None, request.POST)
        if form.is_valid():
            try:
                added = products.add_variant(
                    self.product.pk, form.data_of(), actor=actor_of(request), market=default_market()
                )
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _t("%(sku)s is added.") % {"sku": added.sku})
                return redirect(SCREEN, self.product.pk)
        return self.render_to_response(self.get_context_data(new_form=form, **kwargs), status=422)


@step("catalogue.delete_variant", SCREEN)
def remove(request: HttpRequest, product_id: int, variant_id: int) -> str:
    variant = get_object_or_404(Variant, pk=variant_id, product_id=product_id)
    if products.remove_variant(variant.pk, actor=actor_of(request)):
        return _t("%(sku)s is gone.") % {"sku": variant.sku}
    return _t("%(sku)s has been sold or stocked before, so it is kept, and no longer for sale.") % {"sku": variant.sku}


@step("catalogue.change_variant", SCREEN)
def change_options(request: HttpRequest, product_id: int) -> str:
    """New options. A variant keeps the value of an option that stays, and gets the first value of a new one."""
    form = OptionsForm(request.POST)
    cleaned(form)
    chosen = form.chosen()
    values = {
        variant.pk: tuple(_value(variant, place, option) for place, option in chosen)
        for variant in Variant.objects.filter(product_id=product_id)
    }
    products.set_options(product_id, [option for _place, option in chosen], actor=actor_of(request), values=values)
    return _t("Options saved.")


def _value(variant: Variant, place: int, option: OptionData) -> str:
    own = variant.option_values[place] if place < len(variant.option_values) else None
    return own if own in option.values else option.values[0]


@step("catalogue.add_variant", SCREEN)
def fill_up(request: HttpRequest, product_id: int) -> str:
    """A variant for every combination of options that has none, at the price of the first."""
    variants = list(Variant.objects.filter(product_id=product_id).order_by("position", "id"))
    options = list(ProductOption.objects.filter(product_id=product_id))
    there = {tuple(variant.option_values) for variant in variants}
    missing = (
        [values for values in combinations(*(option.values for option in options)) if values not in there]
        if options
        else []
    )
    if len(missing) + len(variants) > MOST_VARIANTS:
        raise DomainError(_t("These would be more than %d variants.") % MOST_VARIANTS)
    price = Price.objects.filter(variant__in=variants[:1], price_list=default_market().price_list_id).first()
    with transaction.atomic():
        for values in missing:
            data = VariantData(option_values=values, price_minor=price.amount_minor if price else None)
            products.add_variant(product_id, data, actor=actor_of(request), market=default_market())
    return ngettext("%d variant added.", "%d variants added.", len(missing)) % len(missing)
