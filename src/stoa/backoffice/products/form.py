"""The form of a product's words and pictures: Wagtail's, with shelves shown as a tree and own variants alone."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from stoa.catalogue.models import Category, Variant


class TagsField(forms.CharField):
    """Words with commas between them, kept as a list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        words = (" ".join(word.split()) for word in (super().to_python(value) or "").split(","))
        return list(dict.fromkeys(word[:60] for word in words if word))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class ProductForm(WagtailAdminModelForm):
    tags = TagsField(
        label=_("Tags"), required=False, help_text=_("Words with commas between them. The search knows them too.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose_from("placements", "category", Category.objects.order_by("path"), _shelf_label)
        own = Variant.objects.filter(product_id=self.instance.pk) if self.instance.pk else Variant.objects.none()
        self._choose_from("pictures", "variant", own, _variant_label)

    def _choose_from(self, relation: str, name: str, rows: Any, label: Any) -> None:
        """Let each row of an inline form choose among ``rows``, read once for all of them."""
        formset = self.formsets.get(relation)
        if formset is None or name not in formset.form.base_fields:
            return
        field = copy(formset.form.base_fields[name])
        field.queryset = rows
        field.widget = forms.Select()
        blank = [] if field.required else [("", _("all variants"))]
        field.choices = [*blank, *((row.pk, label(row)) for row in rows)]
        formset.form = type(formset.form.__name__, (formset.form,), {})
        formset.form.base_fields = {**formset.form.base_fields, name: field}


def _shelf_label(category: Category) -> str:
    return "— " * (category.depth - 1) + category.name


def _variant_label(variant: Variant) -> str:
    return variant.title or variant.sku
