"""The options of a product: what tells its variants apart. Added, renamed, put in order, taken away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from stoa.backoffice.fields import WholeField
from stoa.backoffice.guard import actor_of
from stoa.backoffice.screen import Page, add_refusal
from stoa.catalogue.models import Product, ProductOption, Variant
from stoa.catalogue.products.saving import OptionEdit, ValueEdit, change_options
from stoa.kernel.errors import DomainError

# As many as the shop shows and other systems' files bring, with room; more would be no choice any more.
MOST_OPTIONS = 6
VARIANTS = "backoffice:variants"


class OptionForm(forms.Form):
    """One option: its name and place, each value with its place, and words for new ones with commas between them."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    place = WholeField(label=_("Place"), required=False)
    gone = forms.BooleanField(label=_("Take this option away"), required=False)
    more = forms.CharField(
        label=_("New values"), max_length=4000, required=False, widget=forms.TextInput(attrs={"placeholder": _("Red, Blue")}),
        help_text=_("With commas between them."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, option: ProductOption | None = None, used: dict[str, int] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.option, self.used = option, used or {}
        self.there: list[str] = list(option.values) if option else []
        if option is None:
            del self.fields["gone"]
        else:
            self.fields["name"].initial = option.name
            # Taken away by its tick alone, never by a form that came without it.
            self.fields["name"].required = True
        for index, value in enumerate(self.there):
            self.fields[f"value_{index}"] = forms.CharField(label=_("Value"), max_length=100, initial=value)
            self.fields[f"value_place_{index}"] = WholeField(label=_("Place"), required=False, initial=index + 1)
            self.fields[f"value_gone_{index}"] = forms.BooleanField(label=_("Take away"), required=False)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "before": value, "used": self.used.get(value, 0), "value": self[f"value_{index}"],
                "place": self[f"value_place_{index}"], "gone": self[f"value_gone_{index}"],
            }
            for index, value in enumerate(self.there)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("more") and not values.get("name"):
            self.add_error("name", _("Give it a name."))
        if values.get("name") and not self.there and not self._words():
            self.add_error("more", _("Give it at least one value."))
        return values

    def _words(self) -> list[str]:
        words = (" ".join(word.split()) for word in self.cleaned_data.get("more", "").split(","))
        return list(dict.fromkeys(word for word in words if word))

    def edit(self) -> OptionEdit | None:
        """None where there is none, or none any more."""
        said = self.cleaned_data
        if said.get("gone") or not said["name"]:
            return None
        kept = [
            (said[f"value_place_{index}"] if said[f"value_place_{index}"] is not None else 10**6, index,
             ValueEdit(" ".join(said[f"value_{index}"].split()), before))
            for index, before in enumerate(self.there)
            if not said[f"value_gone_{index}"]
        ]  # fmt: skip
        values = [value for _place, _index, value in sorted(kept, key=lambda row: row[:2])]
        values += [ValueEdit(word) for word in self._words()]
        return OptionEdit(said["name"], values, self.option.name if self.option else "")


class OptionsScreen(Page):
    right = "catalogue.change_variant"
    template_name = "backoffice/products/options.html"
    header_icon = "sliders"
    page_title = _("Options")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["product_id"])

    def get_page_subtitle(self) -> str:
        return str(self.product)

    @cached_property
    def forms(self) -> list[OptionForm]:
        data = self.request.POST if self.request.method == "POST" else None
        options = list(ProductOption.objects.filter(product=self.product).order_by("position", "id"))
        used: list[dict[str, int]] = [{} for _ in options]
        for values in Variant.objects.filter(product=self.product, is_active=True).values_list(
            "option_values", flat=True
        ):
            for index, value in enumerate(values[: len(used)]):
                used[index][value] = used[index].get(value, 0) + 1
        made = [
            OptionForm(data, prefix=f"option{index}", option=option, used=used[index], initial={"place": index + 1})
            for index, option in enumerate(options)
        ]
        if len(made) < MOST_OPTIONS:
            made.append(OptionForm(data, prefix="new", initial={"place": len(made) + 1}))
        return made

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "forms": self.forms,
            "most": MOST_OPTIONS,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Every form is asked, so that each shows its own errors.
        valid = [form.is_valid() for form in self.forms]
        if all(valid):
            placed = [
                (form.cleaned_data["place"] if form.cleaned_data["place"] is not None else 99, index, edit)
                for index, form in enumerate(self.forms)
                if (edit := form.edit()) is not None
            ]
            edits = [edit for _place, _index, edit in sorted(placed, key=lambda row: row[:2])]
            try:
                gone, kept = change_options(self.product.pk, edits, actor=actor_of(request))
            except DomainError as refusal:
                add_refusal(self.forms[0], refusal)
            else:
                messages.success(request, " ".join([_t("Options saved."), *_what_went(gone, kept)]))
                return redirect(VARIANTS, self.product.pk)
        messages.error(request, _("Nothing is saved yet: please check the fields that are marked."))
        return self.render_to_response(self.get_context_data(**kwargs), status=422)


def _what_went(gone: int, kept: int) -> list[str]:
    said = []
    if gone:
        said.append(ngettext("%d variant is gone.", "%d variants are gone.", gone) % gone)
    if kept:
        said.append(
            ngettext(
                "%d variant has been sold or stocked, so it is kept, and no longer for sale.",
                "%d variants have been sold or stocked, so they are kept, and no longer for sale.",
                kept,
            )
            % kept
        )
    return said
