"""The tree of categories: shown whole, changed through actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton
from wagtail.images.widgets import AdminImageChooser

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.products.new import CategoryChoice
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.categories import actions as categories
from stoa.catalogue.categories.rules import BRAND, PRICE, STOCK
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Category, Picture
from stoa.catalogue.products import queries as products

LIST = "backoffice:categories"


class CategoryForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = CategoryChoice(
        label=_("Inside"), queryset=Category.objects.order_by("path"), required=False, empty_label=_("the top")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=130,
        required=False,
        help_text=_("Blank: made of the name. An old address leads to the new one."),
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    picture = forms.ModelChoiceField(
        label=_("Picture"), queryset=Picture.objects.all(), required=False, widget=AdminImageChooser
    )
    is_visible = forms.BooleanField(label=_("Visible in the shop"), required=False, initial=True)
    seo_title = forms.CharField(
        label=_("Title in search engines"), max_length=160, required=False,
        help_text=_("Up to 60 characters are shown. Blank: the name."),
    )  # fmt: skip
    seo_description = forms.CharField(
        label=_("Text in search engines"), max_length=320, required=False,
        help_text=_("120 to 160 characters are shown. Blank: the description."),
    )  # fmt: skip

    filters_first = forms.CharField(
        label=_("Filters that come first"), max_length=500, required=False,
        help_text=_("In their order, with commas between: Colour, Size. The others follow."),
    )  # fmt: skip
    filters_off = forms.MultipleChoiceField(
        label=_("Filters that are not offered"), required=False, choices=[], widget=forms.CheckboxSelectMultiple,
        help_text=_("With neither of the two, it is as in the category above."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = filter_labels()
        self.fields["filters_off"].choices = list(self.labels.items())  # type: ignore[attr-defined]

    def clean_filters_first(self) -> list[str]:
        """Codes for the names that were typed."""
        known = {label.casefold(): code for code, label in self.labels.items()}
        typed = [name.strip() for name in self.cleaned_data["filters_first"].split(",") if name.strip()]
        if unknown := [name for name in typed if name.casefold() not in known]:
            said = _t("There is no filter %(names)s. There are: %(known)s.")
            raise forms.ValidationError(said % {"names": ", ".join(unknown), "known": ", ".join(self.labels.values())})
        return list(dict.fromkeys(known[name.casefold()] for name in typed))

    def changes(self) -> dict[str, Any]:
        values = {**self.cleaned_data}
        values.pop("parent")
        picture = values.pop("picture")
        kept = {"first": values.pop("filters_first"), "off": values.pop("filters_off")}
        filters = {name: codes for name, codes in kept.items() if codes}
        return {**values, "picture_id": picture.pk if picture else None, "filters": filters}


def filter_labels() -> dict[str, str]:
    """What lists of the shop can be filtered by: code and name."""
    own = {BRAND: _t("Brand"), STOCK: _t("Availability"), PRICE: _t("Price")}
    return own | {each.code: each.label for each in products.listing(default_market(), size=1).facets.attributes}


class CategoryTree(Page):
    right = "catalogue.view_category"
    template_name = "backoffice/categories/tree.html"
    page_title = _("Categories")
    header_icon = "list-ul"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may("catalogue.add_category"):
            return []
        return [HeaderButton(_("Add a category"), url=reverse("backoffice:category_new"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(Category.objects.annotate(products=Count("placements", distinct=True)).order_by("path"))
        return {**super().get_context_data(**kwargs), "rows": [(row, _can_rise(row, rows)) for row in rows]}


def _can_rise(category: Category, rows: list[Category]) -> int | None:
    """The sibling before it, where it has one."""
    above = [
        row
        for row in rows
        if row.depth == category.depth and row.path[: -Category.steplen] == category.path[: -Category.steplen]
    ]
    place = above.index(category)
    return above[place - 1].pk if place else None


class NewCategory(FormPage):
    right = "catalogue.add_category"
    form_class = CategoryForm
    page_title = _("New category")
    header_icon = "list-ul"
    parents = ((_("Categories"), LIST),)
    success_url_name = LIST

    def get_initial(self) -> dict[str, Any]:
        parent = self.request.GET.get("parent", "")
        return {
            "is_visible": True,
            "parent": parent if parent.isascii() and parent.isdigit() and len(parent) < 19 else None,
        }

    def perform(self, values: dict[str, Any]) -> Category:
        changes = self.get_form_changes(values)
        parent = values["parent"]
        return categories.create_category(
            changes.pop("name"), actor=self.actor, parent_id=parent.pk if parent else None, **changes
        )

    def get_form_changes(self, values: dict[str, Any]) -> dict[str, Any]:
        form = CategoryForm()
        form.cleaned_data = values
        return form.changes()


class EditCategory(NewCategory):
    right = "catalogue.change_category"

    @cached_property
    def category(self) -> Category:
        return get_object_or_404(Category, pk=self.kwargs["category_id"])

    def get_page_title(self) -> str:
        return self.category.name

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "slug", "description", "is_visible", "seo_title", "seo_description")
        above = self.category.get_parent()
        labels, kept = filter_labels(), self.category.filters
        return {
            "filters_first": ", ".join(labels[code] for code in kept.get("first", ()) if code in labels),
            "filters_off": kept.get("off", []),
            **{name: getattr(self.category, name) for name in names},
            "picture": self.category.picture_id,
            "parent": above,
        }

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["parent"].queryset = Category.objects.exclude(path__startswith=self.category.path).order_by("path")
        return form

    def perform(self, values: dict[str, Any]) -> Category:
        parent, above = values["parent"], self.category.get_parent()
        changed = categories.update_category(self.category.pk, actor=self.actor, **self.get_form_changes(values))
        if (parent.pk if parent else None) != (above.pk if above else None):
            categories.move_category(self.category.pk, actor=self.actor, parent_id=parent.pk if parent else None)
        return changed


class MoveForm(forms.Form):
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@step("catalogue.change_category", LIST)
def rise(request: HttpRequest, category_id: int) -> str:
    categories.move_category(category_id, actor=actor_of(request), before_id=cleaned(MoveForm(request.POST))["before"])
    return _t("Moved.")


@step("catalogue.delete_category", LIST)
def delete(request: HttpRequest, category_id: int) -> str:
    categories.delete_category(category_id, actor=actor_of(request))
    return _t("Deleted. Its products stay.")
