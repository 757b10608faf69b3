"""Types and attributes: what there is to say about goods."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.attributes.forms import AttributeForm, ChoicesForm, MergeForm, TypeForm
from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.models import Attribute, AttributeChoice, AttributeValue, ProductType
from stoa.catalogue.types import actions, queries

LIST = "backoffice:types"
_PARENTS = ((_("Types and attributes"), LIST),)


class TypesScreen(Page):
    right = "catalogue.view_producttype"
    template_name = "backoffice/attributes/overview.html"
    page_title = _("Types and attributes")
    header_icon = "list-ul"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may("catalogue.change_producttype"):
            return []
        return [
            HeaderButton(_("Add a type"), url=reverse("backoffice:type_new"), icon_name="plus"),
            HeaderButton(_("Add an attribute"), url=reverse("backoffice:attribute_new"), icon_name="plus"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts, places = queries.product_counts(), queries.attributes_by_type()
        used, holding = queries.usage_of_attributes(), queries.types_by_attribute()
        return {
            **super().get_context_data(**kwargs),
            "types": [(row, counts.get(row.pk, 0), places.get(row.pk, [])) for row in queries.types()],
            "attributes": [
                (view, used.get(pk, 0), holding.get(pk, [])) for pk, view in queries.attribute_views().items()
            ],
            "kinds": dict(Attribute.Kind.choices),
            "may_change": self.may("catalogue.change_producttype"),
        }


class NewType(FormPage):
    right = "catalogue.change_producttype"
    template_name = "backoffice/attributes/type.html"
    form_class = TypeForm
    page_title = _("New type")
    header_icon = "list-ul"
    parents = _PARENTS
    success_url_name = LIST
    kind: ProductType | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        present = queries.attributes_of_type(self.kind.pk if self.kind else None)
        more = {"attributes": queries.attribute_views(), "present": present, "kind": self.kind}
        return {**super().get_form_kwargs(), **more}

    def form_valid(self, form: Any) -> HttpResponse:
        self.form = form
        return super().form_valid(form)

    def perform(self, values: dict[str, Any]) -> ProductType:
        return actions.define_type(
            self.kind.code if self.kind else self._free(values), actor=self.actor, name=values["name"],
            sku_pattern=values["sku_pattern"], attributes=self.form.attributes(), required=self.form.expected(),
        )  # fmt: skip

    def _free(self, values: dict[str, Any]) -> str:
        """A new type never changes one that is there."""
        code = values["code"]
        return "" if code and ProductType.objects.filter(code=code).exists() else code


class EditType(NewType):
    @cached_property
    def kind(self) -> ProductType:  # type: ignore[override]
        return get_object_or_404(ProductType, pk=self.kwargs["type_id"])

    def get_page_title(self) -> str:
        return self.kind.name

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.kind.name, "sku_pattern": self.kind.sku_pattern}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = queries.product_counts().get(self.kind.pk, 0)
        return {**super().get_context_data(**kwargs), "kind": self.kind, "products": count}


class NewAttribute(FormPage):
    right = "catalogue.change_producttype"
    template_name = "backoffice/attributes/attribute.html"
    form_class = AttributeForm
    page_title = _("New attribute")
    header_icon = "list-ul"
    parents = _PARENTS
    attribute: Attribute | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "attribute": self.attribute}

    @cached_property
    def choices_form(self) -> ChoicesForm:
        there = AttributeChoice.objects.filter(attribute=self.attribute) if self.attribute else ()
        return ChoicesForm(self.request.POST if self.request.method == "POST" else None, choices=list(there))

    def form_valid(self, form: Any) -> HttpResponse:
        return super().form_valid(form) if self.choices_form.is_valid() else self.form_invalid(form)

    def perform(self, values: dict[str, Any]) -> Attribute:
        code = self.attribute.code if self.attribute else values.pop("code", "")
        if self.attribute is None and code and Attribute.objects.filter(code=code).exists():
            # A new one never changes one that is there.
            code = ""
        wanted = self.choices_form.chosen()
        is_choice = values["kind"] == Attribute.Kind.CHOICE
        choices = wanted if is_choice or (self.attribute and self.attribute.kind == Attribute.Kind.CHOICE) else None
        return actions.define_attribute(code, actor=self.actor, choices=choices if is_choice else None, **values)

    def get_success_url(self) -> str:
        return reverse("backoffice:attribute", args=[self.result.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "choices_form": self.choices_form, "attribute": self.attribute}


class EditAttribute(NewAttribute):
    @cached_property
    def attribute(self) -> Attribute:  # type: ignore[override]
        return get_object_or_404(Attribute, pk=self.kwargs["attribute_id"])

    def get_page_title(self) -> str:
        return self.attribute.name

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "kind", "unit", "decimals", "help_text", *AttributeForm.FLAGS)
        return {name: getattr(self.attribute, name) for name in names}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pk = self.attribute.pk
        return {
            **super().get_context_data(**kwargs),
            "products": queries.usage_of_attribute(pk),
            "is_used": AttributeValue.objects.filter(attribute=pk).exists(),
            "used_choices": queries.usage_of_choices(pk),
            "merge_form": MergeForm(attribute_id=pk),
        }


@step("catalogue.change_producttype", LIST)
def delete_type(request: HttpRequest, type_id: int) -> str:
    actions.delete_type(type_id, actor=actor_of(request))
    return _t("The type is deleted.")


@step("catalogue.change_producttype", LIST)
def delete_attribute(request: HttpRequest, attribute_id: int) -> str:
    actions.delete_attribute(attribute_id, actor=actor_of(request))
    return _t("The attribute is deleted.")


@step("catalogue.change_producttype", "backoffice:attribute")
def merge(request: HttpRequest, attribute_id: int) -> str:
    values = cleaned(MergeForm(request.POST, attribute_id=attribute_id))
    count = actions.merge_choices(values["choice"].pk, values["into"].pk, actor=actor_of(request))
    return (
        ngettext(
            "Merged: %d product has the other choice now.", "Merged: %d products have the other choice now.", count
        )
        % count
    )
