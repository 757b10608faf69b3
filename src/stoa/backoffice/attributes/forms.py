"""Forms of types, attributes and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import WholeField
from stoa.catalogue.models import Attribute, AttributeChoice, ProductType
from stoa.catalogue.types.data import ChoiceData
from stoa.catalogue.types.queries import AttributeView
from stoa.catalogue.types.units import MOST_DECIMALS, UNITS, alike

ROOM = 3


class AttributeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"), max_length=60, required=False,
        help_text=_("How files and addresses call it. Blank: made of the name. It stays as it is afterwards."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=Attribute.Kind.choices)
    unit = forms.CharField(
        label=_("Unit"), max_length=16, required=False,
        widget=forms.TextInput(attrs={"list": "stoa-units", "size": 8, "autocomplete": "off"}),
        help_text=_("Of numbers: mm, cm, g, kg, ml, l ... Values may then be typed in any unit of the same measure."),
    )  # fmt: skip
    decimals = forms.IntegerField(
        label=_("Decimal places"), min_value=0, max_value=MOST_DECIMALS, initial=0, required=False,
        help_text=_("Of numbers."),
    )  # fmt: skip
    is_multiple = forms.BooleanField(label=_("Several choices at once"), required=False)
    is_facet = forms.BooleanField(label=_("A filter in lists and search"), required=False)
    is_in_specification = forms.BooleanField(label=_("Shown in the specification"), required=False, initial=True)
    is_comparable = forms.BooleanField(label=_("Shown in comparisons"), required=False, initial=True)
    help_text = forms.CharField(label=_("Note for editors"), max_length=200, required=False)

    FLAGS = ("is_multiple", "is_facet", "is_in_specification", "is_comparable")
    units = tuple(UNITS)

    def __init__(self, *args: Any, attribute: Attribute | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if attribute is not None:
            del self.fields["code"]

    def clean_decimals(self) -> int:
        return self.cleaned_data["decimals"] or 0


class ChoicesForm(forms.Form):
    """The choices of an attribute as a table: place, label, colour, and whether it goes. Three rows for new ones."""

    def __init__(self, *args: Any, choices: Sequence[AttributeChoice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "choice", **kwargs})
        self.there = list(choices)
        for index in range(len(self.there) + ROOM):
            choice = self.there[index] if index < len(self.there) else None
            self.fields[f"place_{index}"] = WholeField(label=_("Place"), required=False, initial=index + 1)
            self.fields[f"label_{index}"] = forms.CharField(
                label=_("Label"), max_length=80, required=False, initial=choice.label if choice else ""
            )
            self.fields[f"swatch_{index}"] = forms.RegexField(
                r"^#[0-9a-fA-F]{6}$", label=_("Colour"), required=False, initial=choice.swatch if choice else "",
                error_messages={"invalid": _("Such as #2f6f6a.")}, widget=forms.TextInput(attrs={"size": 8, "maxlength": 7}),
            )  # fmt: skip
            if choice:
                self.fields[f"gone_{index}"] = forms.BooleanField(label=_("Take away"), required=False)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "choice": self.there[index] if index < len(self.there) else None,
                **{name: self[f"{name}_{index}"] for name in ("place", "label", "swatch")},
                "gone": self[f"gone_{index}"] if index < len(self.there) else None,
            }
            for index in range(len(self.there) + ROOM)
        ]

    def chosen(self) -> list[ChoiceData]:
        values, rows = self.cleaned_data, []
        for index in range(len(self.there) + ROOM):
            label = values.get(f"label_{index}") or ""
            if not label or values.get(f"gone_{index}"):
                continue
            place = values.get(f"place_{index}")
            code = self.there[index].code if index < len(self.there) else ""
            data = ChoiceData(label, code, values.get(f"swatch_{index}") or "")
            rows.append((place if place is not None else len(self.there) + index, index, data))
        return [data for _place, _index, data in sorted(rows, key=lambda row: row[:2])]


class MergeForm(forms.Form):
    choice = forms.ModelChoiceField(label=_("Merge"), queryset=AttributeChoice.objects.none(), empty_label=None)
    into = forms.ModelChoiceField(label=_("into"), queryset=AttributeChoice.objects.none(), empty_label=None)

    def __init__(self, *args: Any, attribute_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("choice", "into"):
            self.fields[name].queryset = AttributeChoice.objects.filter(attribute_id=attribute_id)  # type: ignore[attr-defined]


class TypeForm(forms.Form):
    """A type, and which attributes it has at which place."""

    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"), max_length=60, required=False,
        help_text=_("How files call it. Blank: made of the name. It stays as it is afterwards."),
    )  # fmt: skip
    sku_pattern = forms.CharField(
        label=_("Pattern of SKUs"), max_length=120, required=False,
        help_text=_("For new variants: {slug}-{colour}-{size}, with the names of the options. Blank: made of the title."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, attributes: Mapping[int, AttributeView], present: Sequence[AttributeView] = (),
        kind: ProductType | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if kind is not None:
            del self.fields["code"]
        having = {view.id: view for view in present}
        others = [view for view in attributes.values() if view.id not in having]
        self.listed = [*present, *others]
        for place, view in enumerate(self.listed):
            self.fields[f"has_{view.id}"] = forms.BooleanField(
                label=view.name, required=False, initial=view.id in having
            )
            self.fields[f"place_{view.id}"] = WholeField(
                label=_("Place"), required=False, initial=place + 1 if view.id in having else None
            )
            self.fields[f"required_{view.id}"] = forms.BooleanField(
                label=_("Expected"), required=False, initial=view.id in having and having[view.id].is_required
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"view": view, **{name: self[f"{name}_{view.id}"] for name in ("has", "place", "required")}}
            for view in self.listed
        ]

    def attributes(self) -> list[str]:
        values = self.cleaned_data
        chosen = [
            (values[f"place_{view.id}"] if values[f"place_{view.id}"] is not None else 10**6, index, view.code)
            for index, view in enumerate(self.listed)
            if values[f"has_{view.id}"]
        ]
        return [code for _place, _index, code in sorted(chosen)]

    def expected(self) -> list[str]:
        return [view.code for view in self.listed if self.cleaned_data[f"required_{view.id}"]]


class ProductTypeForm(forms.Form):
    type = forms.ModelChoiceField(
        label=_("Type"), queryset=ProductType.objects.order_by("name", "id"), required=False, empty_label=_("no type")
    )
    is_sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ValuesForm(forms.Form):
    """A field for each attribute; what is left as it was is not written."""

    def __init__(
        self, *args: Any, views: Sequence[AttributeView], values: Mapping[str, str | list[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.views = views
        for view in views:
            self.fields[view.code] = _field(view)
            self.fields[view.code].initial = values.get(view.code)

    def changes(self) -> dict[str, Any]:
        return {view.code: self.cleaned_data[view.code] for view in self.views if view.code in self.changed_data}

    def rows(self) -> list[tuple[AttributeView, Any]]:
        return [(view, self[view.code]) for view in self.views]


def _field(view: AttributeView) -> forms.Field:
    words: dict[str, Any] = {"label": _label(view), "required": False, "help_text": _help(view)}
    match view.kind:
        case "choice" if view.is_multiple:
            return forms.MultipleChoiceField(choices=_choices(view), widget=forms.CheckboxSelectMultiple, **words)
        case "choice":
            return forms.ChoiceField(choices=[("", _("not said")), *_choices(view)], **words)
        case "yes_no":
            return forms.ChoiceField(choices=[("", _("not said")), ("yes", _("Yes")), ("no", _("No"))], **words)
        case "number":
            attrs = {"inputmode": "text" if len(alike(view.unit)) > 1 else "decimal", "autocomplete": "off", "size": 12}
            return forms.CharField(max_length=40, widget=forms.TextInput(attrs=attrs), **words)
    return forms.CharField(max_length=500, **words)


def _choices(view: AttributeView) -> list[tuple[str, str]]:
    return [(choice.code, choice.label) for choice in view.choices]


def _label(view: AttributeView) -> str:
    return f"{view.name} ({view.unit})" if view.unit else view.name


def _help(view: AttributeView) -> str:
    others = alike(view.unit)[1:4]
    said = str(_("Other units are understood: %s.")) % ", ".join(others) if others else ""
    return " ".join(filter(None, [view.help_text, said]))
