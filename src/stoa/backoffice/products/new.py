"""A new product: the few words that it cannot do without. The rest is written on its own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import AmountField
from stoa.backoffice.screen import FormPage
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Category, Product, TaxClass
from stoa.catalogue.products import actions as products
from stoa.catalogue.products.data import ProductData, VariantData


class CategoryChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Category) -> str:
        return "— " * (obj.depth - 1) + obj.name


class NewProductForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    price = AmountField(label=_("Price"), required=False, help_text=_("Blank: not for sale yet."))
    sku = forms.CharField(label=_("SKU"), max_length=80, required=False, help_text=_("Blank: made of the title."))
    category = CategoryChoice(
        label=_("Category"), queryset=Category.objects.order_by("path"), required=False, empty_label=_("none yet")
    )
    tax_class = forms.ModelChoiceField(
        label=_("Tax class"), queryset=TaxClass.objects.all(), empty_label=None, initial="standard"
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Product.Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        market = default_market()
        self.fields["price"].currency = market.currency  # type: ignore[attr-defined]
        how = _("with tax") if market.prices_include_tax else _("without tax")
        self.fields["price"].label = f"{_('Price')} ({market.currency}, {how})"


class NewProduct(FormPage):
    right = "catalogue.add_product"
    form_class = NewProductForm
    page_title = _("New product")
    header_icon = "tag"
    submit_label = _("Make a draft")
    success_message = _("The draft is there. Add pictures and words, then publish it.")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    def perform(self, values: dict[str, Any]) -> Product:
        kind = values["kind"]
        variant = VariantData(
            sku=values["sku"], price_minor=values["price"], is_stock_tracked=kind == Product.Kind.PHYSICAL,
            cost_currency=default_market().currency,
        )  # fmt: skip
        data = ProductData(
            title=values["title"], kind=kind, tax_class=values["tax_class"].pk, variants=[variant], publish=False,
            categories=[values["category"].pk] if values["category"] else [],
        )  # fmt: skip
        return products.create_product(data, actor=self.actor, market=default_market())

    def get_success_url(self) -> str:
        return reverse("wagtailsnippets_catalogue_product:edit", args=[self.result.pk])
