"""What one product is: its type, and the values of its attributes. Live facts, beside the drafted words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.attributes.forms import ProductTypeForm, ValuesForm
from stoa.backoffice.guard import actor_of, require
from stoa.backoffice.screen import Page
from stoa.catalogue.models import AttributeValue, Product, Variant
from stoa.catalogue.types import actions, queries
from stoa.catalogue.types.errors import AttributesInvalidError
from stoa.kernel.errors import DomainError

SCREEN = "backoffice:product_attributes"


class ProductAttributes(Page):
    right = "catalogue.view_product"
    template_name = "backoffice/attributes/product.html"
    header_icon = "list-ul"
    page_title = _("Attributes")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product.objects.select_related("type"), pk=self.kwargs["product_id"])

    @cached_property
    def variants(self) -> list[Variant]:
        rows = list(Variant.objects.filter(product=self.product).order_by("position", "id"))
        return rows if len(rows) > 1 else []

    @cached_property
    def variant(self) -> Variant | None:
        wanted = self.request.GET.get("variant", "")
        return next((row for row in self.variants if str(row.pk) == wanted), None)

    @cached_property
    def values(self) -> dict[str, str | list[str]]:
        if self.variant:
            return queries.typed_values([self.product.pk], variant_ids=[self.variant.pk]).get(self.variant.pk, {})
        return queries.typed_values([self.product.pk]).get(self.product.pk, {})

    @cached_property
    def views(self) -> list[queries.AttributeView]:
        """Those of its type; without a type, those that it has values of."""
        if self.product.type_id is not None:
            return queries.attributes_of_type(self.product.type_id)
        held = AttributeValue.objects.filter(product=self.product).values_list("attribute_id", flat=True)
        known = queries.attribute_views()
        return [known[pk] for pk in known if pk in set(held)]

    def get_page_subtitle(self) -> str:
        return str(self.product)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [
            HeaderButton(
                _("Variants and prices"),
                url=reverse("backoffice:variants", args=[self.product.pk]),
                icon_name="list-ul",
            )
        ]
        if self.may("catalogue.change_product"):
            url = reverse("wagtailsnippets_catalogue_product:edit", args=[self.product.pk])
            buttons.insert(0, HeaderButton(_("Words and pictures"), url=url, icon_name="edit"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = queries.typed_values([self.product.pk]).get(self.product.pk, {})
        shown = {view.code for view in self.views}
        names = {view.code: view.name for view in queries.attribute_views().values()}
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "type_form": kwargs.get("type_form") or ProductTypeForm(initial={"type": self.product.type_id}),
            "change": kwargs.get("change"),
            "values_form": kwargs.get("values_form") or ValuesForm(views=self.views, values=self.values),
            "hidden": [names[code] for code in held if code not in shown],
            "expected": {view.code for view in self.views if view.is_required},
            "variants": self.variants,
            "variant": self.variant,
            "may_edit": self.may("catalogue.change_product"),
            "has_types": queries.types().exists(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, "catalogue.change_product")
        return self._set_type() if "type" in request.POST else self._set_values()

    def _set_type(self) -> HttpResponse:
        form = ProductTypeForm(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(type_form=form), status=422)
        kind = form.cleaned_data["type"]
        pk = kind.pk if kind else None
        change = queries.type_change(self.product.pk, pk)
        if change.hidden and not form.cleaned_data["is_sure"]:
            # Asked once more, with the names of what would no longer be shown.
            form = ProductTypeForm({"type": pk, "is_sure": "on"})
            return self.render_to_response(self.get_context_data(type_form=form, change=change), status=422)
        actions.set_type(self.product.pk, pk, actor=actor_of(self.request))
        messages.success(self.request, _("The type is set."))
        return self._back()

    def _set_values(self) -> HttpResponse:
        form = ValuesForm(self.request.POST, views=self.views, values=self.values)
        if form.is_valid():
            try:
                changed = actions.set_attributes(
                    self.product.pk, form.changes(), actor=actor_of(self.request),
                    variant_id=self.variant.pk if self.variant else None,
                )  # fmt: skip
            except AttributesInvalidError as refusal:
                for code, why in dict(refusal.facts["errors"]).items():  # type: ignore[call-overload]
                    form.add_error(code if code in form.fields else None, why)
            except DomainError as refusal:
                form.add_error(None, refusal.message)
            else:
                count = len(changed)
                messages.success(self.request, ngettext("%d value saved.", "%d values saved.", count) % count)
                return self._back()
        messages.error(self.request, _("Nothing is saved yet: please check the fields that are marked."))
        return self.render_to_response(self.get_context_data(values_form=form), status=422)

    def _back(self) -> HttpResponse:
        url = reverse(SCREEN, args=[self.product.pk])
        return redirect(f"{url}?variant={self.variant.pk}" if self.variant else url)
