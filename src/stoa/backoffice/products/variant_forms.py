"""Forms of the screen "Variants and prices"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import AmountField, WholeField
from stoa.catalogue.models import ProductOption, Variant
from stoa.catalogue.products.data import OptionData, VariantData

MOST_OPTIONS = 3


class VariantForm(forms.Form):
    """One variant. Options come first, one field each; cost is there only for those who may see it."""

    sku = forms.CharField(label=_("SKU"), max_length=80, required=False)
    barcode = forms.CharField(label=_("Barcode"), max_length=40, required=False)
    price_minor = AmountField(label=_("Price"), required=False)
    compare_at_minor = AmountField(label=_("Compare-at price"), required=False)
    cost_minor = AmountField(label=_("Cost"), required=False)
    weight_grams = WholeField(label=_("Weight (g)"), required=False)
    length_mm = WholeField(label=_("Length (mm)"), required=False)
    width_mm = WholeField(label=_("Width (mm)"), required=False)
    height_mm = WholeField(label=_("Height (mm)"), required=False)
    is_stock_tracked = forms.BooleanField(label=_("Count stock"), required=False)
    is_active = forms.BooleanField(label=_("For sale"), required=False)

    MAIN = ("sku", "price_minor", "compare_at_minor", "cost_minor")
    MORE = ("barcode", "weight_grams", "length_mm", "width_mm", "height_mm", "is_stock_tracked")

    def __init__(
        self, *args: Any, options: Sequence[ProductOption], currency: str, sees_cost: bool, may_price: bool = True,
        variant: Variant | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.variant, self.options, self.currency = variant, options, currency
        for name in ("price_minor", "compare_at_minor", "cost_minor"):
            self.fields[name].currency = currency  # type: ignore[attr-defined]
        if not sees_cost:
            del self.fields["cost_minor"]
        if not may_price:
            for name in ("price_minor", "compare_at_minor"):
                self.fields[name].disabled = True
        for index, option in enumerate(options):
            own = variant.option_values[index] if variant and index < len(variant.option_values) else None
            values = [*option.values, *([own] if own and own not in option.values else [])]
            self.fields[f"option_{index}"] = forms.ChoiceField(
                label=option.name, choices=[(value, value) for value in values]
            )

    def option_fields(self) -> list[Any]:
        return [self[f"option_{index}"] for index in range(len(self.options))]

    def main_fields(self) -> list[Any]:
        return [self[name] for name in self.MAIN if name in self.fields]

    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.MORE]

    def more_has_errors(self) -> bool:
        return any(name in self.errors for name in self.MORE)

    def data_of(self) -> VariantData:
        """What the action takes. Fields that are not in the form keep the variant's own values."""
        values, variant = self.cleaned_data, self.variant
        kept_cost = variant.cost_minor if variant else None
        cost = values["cost_minor"] if "cost_minor" in self.fields else kept_cost
        return VariantData(
            sku=values["sku"] or (variant.sku if variant else ""),
            option_values=tuple(values[f"option_{index}"] for index in range(len(self.options))),
            price_minor=values["price_minor"],
            compare_at_minor=values["compare_at_minor"],
            cost_minor=cost,
            cost_currency=(variant.cost_currency if variant and variant.cost_currency else self.currency)
            if cost is not None
            else "",
            barcode=values["barcode"],
            weight_grams=values["weight_grams"],
            length_mm=values["length_mm"],
            width_mm=values["width_mm"],
            height_mm=values["height_mm"],
            is_stock_tracked=values["is_stock_tracked"],
            is_active=values["is_active"],
            external_ref=variant.external_ref if variant else None,
        )


def initial_of(variant: Variant, price: tuple[int, int | None] | None) -> dict[str, Any]:
    fields = (
        "sku",
        "barcode",
        "cost_minor",
        "weight_grams",
        "length_mm",
        "width_mm",
        "height_mm",
        "is_stock_tracked",
        "is_active",
    )
    initial: dict[str, Any] = {name: getattr(variant, name) for name in fields}
    initial |= {f"option_{index}": value for index, value in enumerate(variant.option_values)}
    if price is not None:
        initial |= {"price_minor": price[0], "compare_at_minor": price[1]}
    return initial


class OptionsForm(forms.Form):
    """Up to three options: a name, and its values with commas between them."""

    def __init__(self, *args: Any, options: Sequence[ProductOption] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is there, and room for one more; a form that comes back has as many as were sent.
        self.shown = min(len(options) + 1, MOST_OPTIONS)
        for index in range(MOST_OPTIONS):
            option = options[index] if index < len(options) else None
            self.fields[f"name_{index}"] = forms.CharField(
                label=_("Option"), max_length=60, required=False, initial=option.name if option else "",
                widget=forms.TextInput(attrs={"placeholder": _("Colour")}),
            )  # fmt: skip
            self.fields[f"values_{index}"] = forms.CharField(
                label=_("Values"), max_length=2000, required=False, initial=", ".join(option.values) if option else "",
                widget=forms.TextInput(attrs={"placeholder": _("Red, Blue, Green")}),
            )  # fmt: skip

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"name_{index}"], self[f"values_{index}"]) for index in range(self.shown)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for index in range(MOST_OPTIONS):
            name, words = values.get(f"name_{index}"), self._words(values, index)
            if name and not words:
                self.add_error(f"values_{index}", _("Give it at least one value."))
            if words and not name:
                self.add_error(f"name_{index}", _("Give it a name."))
        return values

    def chosen(self) -> list[tuple[int, OptionData]]:
        """The options as written, each with the place that it had before."""
        values = self.cleaned_data
        return [
            (index, OptionData(values[f"name_{index}"], tuple(self._words(values, index))))
            for index in range(MOST_OPTIONS)
            if values[f"name_{index}"]
        ]

    @staticmethod
    def _words(values: dict[str, Any], index: int) -> list[str]:
        words = (" ".join(word.split()) for word in (values.get(f"values_{index}") or "").split(","))
        return list(dict.fromkeys(word for word in words if word))
