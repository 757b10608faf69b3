from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.exchange.products.fields import FIELDS as MEANINGS
from stoa.exchange.products.settings import FIELDS

FIELD_LABELS = {
    "texts": _("title, brand, search texts, tax class"), "description": _("description"), "categories": _("categories"),
    "tags": _("tags"), "attributes": _("attributes"), "variants": _("variants, SKUs, measures"), "prices": _("prices"),
    "stock": _("stock"), "pictures": _("pictures"), "files": _("files for sale"), "publication": _("whether it is published"),
}  # fmt: skip
MODES = [
    ("new", _("Bring in what is new, leave alone what is there")),
    ("update", _("Bring in what is new, and change what is there where the file says otherwise")),
]


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is in it"), choices=[("products", _("Products")), ("customers", _("Customers"))],
        widget=forms.RadioSelect, initial="products",
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX: of Shopify, WooCommerce, Spree, Vendure, or any table. Or an archive of a whole shop."
        ),
    )
    pictures = forms.FileField(
        label=_("Pictures"), required=False,
        help_text=_("A zip archive, where the file names pictures that lie nowhere on the internet."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("What happens"), choices=MODES, widget=forms.RadioSelect, initial="new")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.choices = [choice for choice in field.choices if choice[0] in kinds]  # type: ignore[attr-defined]
        field.initial = kinds[0] if kinds else None


class SettingsForm(forms.Form):
    mode = forms.ChoiceField(label=_("What happens"), choices=MODES, widget=forms.RadioSelect)
    fields_ = forms.MultipleChoiceField(
        label=_("What may change of products that are there"), choices=list(FIELD_LABELS.items()),
        widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("An empty cell always leaves what is there."),
    )  # fmt: skip

    @property
    def chosen(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["fields_"]) or frozenset(FIELDS)


UNITS = [(unit, unit) for unit in ("g", "kg", "lb", "oz")]
SIZES = [(unit, unit) for unit in ("mm", "cm", "m", "in")]


class RulesForm(forms.Form):
    """What a map says beside its columns."""

    lists = forms.CharField(label=_("Between the members of a list"), max_length=3, initial=",")
    paths = forms.CharField(label=_("Between the steps of a category"), max_length=3, initial=">")
    weight = forms.ChoiceField(label=_("Weights are in"), choices=UNITS)
    size = forms.ChoiceField(label=_("Measures are in"), choices=SIZES)
    decimal = forms.ChoiceField(label=_("Fractions are written"), choices=[(".", "12.50"), (",", "12,50")])
    name = forms.CharField(
        label=_("Keep this map as"), max_length=80, required=False, help_text=_("For the next file with these columns.")
    )


def meanings() -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields that a column may be, by group."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in MEANINGS:
        groups.setdefault(str(field.group), []).append((field.code, str(field.label)))
    return list(groups.items())
