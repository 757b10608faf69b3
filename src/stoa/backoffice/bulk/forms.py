"""One form for each kind of bulk edit: what is typed, as ``catalogue.bulk`` takes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import AmountField
from stoa.backoffice.guard import Right
from stoa.backoffice.products.new import CategoryChoice
from stoa.catalogue.bulk.rules import ROUNDINGS
from stoa.catalogue.models import Category, PriceList, ProductType
from stoa.catalogue.types.queries import attribute_views

_ROUNDING_WORDS = {
    "": _("as it comes, to the cent"),
    "99": _("to .99"),
    "95": _("to .95"),
    "90": _("to .90"),
    "50": _("to .50"),
    "00": _("to whole units"),
    "step_5": _("in steps of 0.05"),
    "step_500": _("in steps of 5"),
}
_ORDER = ("", "99", "95", "90", "50", "00", "step_5", "step_500")


class BulkForm(forms.Form):
    """``options`` are those of the action."""

    def options(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PriceForm(BulkForm):
    price_list = forms.ModelChoiceField(
        label=_("Price list"), queryset=PriceList.objects.order_by("pk"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = list(PriceList.objects.order_by("pk"))
        self.fields["price_list"].choices = [(row.pk, f"{row.name} ({row.currency})") for row in lists]  # type: ignore[attr-defined]
        if lists and "price_list" not in self.initial:
            self.initial["price_list"] = lists[0].pk

    def options(self) -> dict[str, Any]:
        return {**self.cleaned_data, "price_list": self.cleaned_data["price_list"].pk}


def _rounding() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Round"),
        required=False,
        choices=[(code, _ROUNDING_WORDS[code]) for code in _ORDER if code in ROUNDINGS],
    )


def _keep_old() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Show the old price as compare-at price where the new one is lower"), required=False
    )


class PercentForm(PriceForm):
    percent = forms.CharField(
        label=_("Percent"), max_length=12, help_text=_("-10 makes it cheaper, 2.5 dearer."),
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "size": 8}),
    )  # fmt: skip
    rounding = _rounding()
    keep_old = _keep_old()


class SignedAmountField(AmountField):
    """As AmountField, with a minus sign in front where something is taken away."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and value < 0:
            return f"-{super().prepare_value(-value)}"
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        text = (value or "").strip().replace("\u2212", "-") if isinstance(value, str) or value is None else value
        if isinstance(text, str) and text[:1] in {"-", "+"}:
            amount = super().to_python(text[1:])
            return -amount if amount is not None and text[0] == "-" else amount
        return super().to_python(text)


class _InListCurrency(PriceForm):
    """Amounts are read in the currency of the list that is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.data.get("price_list", "") if self.is_bound else ""
        row = (
            PriceList.objects.filter(pk=chosen).first()
            if chosen.isascii() and chosen.isdigit() and len(chosen) < 19
            else None
        )
        if row is not None and "amount" in self.fields:
            self.fields["amount"].currency = row.currency  # type: ignore[attr-defined]


class AmountForm(_InListCurrency):
    amount = SignedAmountField(label=_("Amount"), help_text=_("-1.50 makes it cheaper, 2 dearer."))
    rounding = _rounding()
    keep_old = _keep_old()


class PriceSetForm(_InListCurrency):
    amount = AmountField(label=_("Price"), help_text=_("For every variant of these products."))
    keep_old = _keep_old()


class CompareAtForm(PriceForm):
    percent = forms.CharField(
        label=_("Percent above the price"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}),
    )  # fmt: skip
    rounding = _rounding()
    rrp = forms.BooleanField(label=_("It is the recommended retail price, no former price of ours"), required=False)


class CategoryForm(BulkForm):
    category = CategoryChoice(label=_("Category"), queryset=Category.objects.order_by("path"), empty_label=None)
    is_main = forms.BooleanField(label=_("As the main category, which the breadcrumbs follow"), required=False)

    def options(self) -> dict[str, Any]:
        return {name: value.pk if isinstance(value, Category) else value for name, value in self.cleaned_data.items()}


class CategoryOnlyForm(CategoryForm):
    is_main = None  # type: ignore[assignment]


class CategoryMoveForm(CategoryOnlyForm):
    category = CategoryChoice(label=_("From"), queryset=Category.objects.order_by("path"), empty_label=None)
    into = CategoryChoice(label=_("To"), queryset=Category.objects.order_by("path"), empty_label=None)


class TagForm(BulkForm):
    tag = forms.CharField(label=_("Tag"), max_length=60)


class BrandForm(BulkForm):
    brand = forms.CharField(label=_("Brand"), max_length=120, required=False, help_text=_("Blank takes it away."))


class TypeForm(BulkForm):
    type = forms.ModelChoiceField(
        label=_("Type"), queryset=ProductType.objects.order_by("name", "id"), required=False, empty_label=_("no type")
    )

    def options(self) -> dict[str, Any]:
        kind = self.cleaned_data["type"]
        return {"type": kind.pk if kind else None}


class AttributeForm(BulkForm):
    attribute = forms.ChoiceField(label=_("Attribute"))
    value = forms.CharField(
        label=_("Value"), max_length=500, required=False,
        help_text=_("350 ml, yes, a choice by its name, several choices with ; between them. Blank takes it away."),
    )  # fmt: skip
    add = forms.BooleanField(label=_("Of several choices: leave the others there"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attribute"].choices = [  # type: ignore[attr-defined]
            (view.code, f"{view.name} ({view.unit})" if view.unit else view.name) for view in attribute_views().values()
        ]


class _Kind:
    """A kind of bulk edit as it stands in the menu of them."""

    def __init__(self, label: Any, form: type[BulkForm], right: Right = "catalogue.change_product") -> None:
        self.label, self.form, self.right = label, form, right


PRICES, SHOWN = "catalogue.change_prices", "catalogue.publish_product"
GROUPS: tuple[tuple[Any, dict[str, _Kind]], ...] = (
    (_("Prices"), {
        "price_percent": _Kind(_("Change by percent"), PercentForm, PRICES),
        "price_amount": _Kind(_("Change by an amount"), AmountForm, PRICES),
        "price_set": _Kind(_("One price for all"), PriceSetForm, PRICES),
        "compare_at_percent": _Kind(_("Set compare-at prices"), CompareAtForm, PRICES),
        "compare_at_clear": _Kind(_("Take compare-at prices away"), PriceForm, PRICES),
    }),
    (_("Categories and tags"), {
        "category_add": _Kind(_("Add to a category"), CategoryForm),
        "category_remove": _Kind(_("Take out of a category"), CategoryOnlyForm),
        "category_move": _Kind(_("Move between categories"), CategoryMoveForm),
        "tag_add": _Kind(_("Add a tag"), TagForm),
        "tag_remove": _Kind(_("Take a tag away"), TagForm),
    }),
    (_("Facts"), {
        "brand_set": _Kind(_("Set the brand"), BrandForm),
        "type_set": _Kind(_("Set the type"), TypeForm),
        "attribute_set": _Kind(_("Set an attribute"), AttributeForm),
    }),
    (_("In the shop"), {
        "publish": _Kind(_("Publish"), BulkForm, SHOWN),
        "unpublish": _Kind(_("Take off the shop"), BulkForm, SHOWN),
    }),
)  # fmt: skip
KINDS: dict[str, _Kind] = {code: kind for _label, kinds in GROUPS for code, kind in kinds.items()}


def rounding_label(code: str) -> Any:
    return _ROUNDING_WORDS.get(code, code)
