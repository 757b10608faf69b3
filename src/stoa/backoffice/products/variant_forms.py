"""Forms of the grid of variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import AmountField, WholeField
from stoa.catalogue.models import ProductOption, Variant
from stoa.catalogue.products.data import VariantData
from stoa.inventory.models import Location, StockMove

# The reasons for which a count may differ from what was there.
REASONS = ("counted", "received", "corrected", "damaged", "returned")


class VariantForm(forms.Form):
    """A row: one variant. Cost is there only for those who may see it, stock for those who may see or change it."""

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

    MAIN = ("price_minor", "compare_at_minor", "cost_minor", "sku", "barcode", "weight_grams")
    MORE = ("length_mm", "width_mm", "height_mm", "is_stock_tracked")

    def __init__(
        self, *args: Any, options: Sequence[ProductOption], currency: str, sees_cost: bool, may_price: bool = True,
        variant: Variant | None = None, seen: str = "", locations: Sequence[Location] = (),
        levels: Mapping[int, int] | None = None, may_adjust: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.variant, self.options, self.currency, self.seen = variant, options, currency, seen
        # What goes back to the browser: what the editor saw, and not what somebody else has written since.
        self.shown_seen = self.data.get(self.add_prefix("seen"), "") if self.is_bound else seen
        self.locations, self.levels = list(locations), dict(levels or {})
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
        for location in self.locations:
            self.fields[f"stock_{location.pk}"] = WholeField(
                label=location.name, required=False, disabled=not may_adjust, initial=self.levels.get(location.pk)
            )
        for name, field in self.fields.items():
            # The table's headings name the columns; the row names itself.
            field.widget.attrs.setdefault("data-field", name)

    def option_fields(self) -> list[Any]:
        return [self[f"option_{index}"] for index in range(len(self.options))]

    def main_fields(self) -> list[Any]:
        return [self[name] for name in self.MAIN if name in self.fields]

    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.MORE]

    def stock_fields(self) -> list[tuple[Location, Any, int | None]]:
        return [(row, self[f"stock_{row.pk}"], self.levels.get(row.pk)) for row in self.locations]

    def more_has_errors(self) -> bool:
        return any(name in self.errors for name in (*self.MORE, *(f"option_{i}" for i in range(len(self.options)))))

    def changed_fields(self) -> list[str]:
        """Those of the variant itself; stock is counted elsewhere."""
        return [name for name in self.changed_data if not name.startswith("stock_")]

    def counts(self) -> list[tuple[Location, int, int | None]]:
        """Counts that were typed: where, how many, and how many there were when the page was made."""
        found = []
        for location in self.locations:
            name = f"stock_{location.pk}"
            if name in self.changed_data and self.cleaned_data.get(name) is not None:
                raw = self.data.get(self.add_prefix(f"{name}-seen"), "")
                seen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None
                if self.cleaned_data[name] != seen:
                    found.append((location, self.cleaned_data[name], seen))
        return found

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


class StockReasonForm(forms.Form):
    """Why the counts of this save differ."""

    stock_reason = forms.ChoiceField(
        label=_("Stock changes because"), required=False, initial="counted",
        choices=[(code, StockMove.Reason(code).label) for code in REASONS],
    )  # fmt: skip


class FillForm(forms.Form):
    """One value into one column of several rows."""

    field = forms.CharField(max_length=40)
    value = forms.CharField(max_length=120, required=False)
    rows = forms.ChoiceField(choices=[("ticked", _("ticked rows")), ("page", _("all rows shown"))], required=False)
