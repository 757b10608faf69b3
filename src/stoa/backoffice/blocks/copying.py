"""A page's blocks on other pages, and as the beginning of new ones. What would happen is shown before it does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from stoa.backoffice.guard import actor_of, require, step
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.blocks import actions as blocks
from stoa.catalogue.blocks.queries import installed
from stoa.catalogue.models import Category, Product, ProductType
from stoa.kernel.errors import DomainError

EDIT = "wagtailsnippets_catalogue_product:edit"
MOST_SHOWN = 100


def summary(block: dict[str, Any]) -> str:
    """What a block is, and its first words: ``Questions and answers: Before you buy``."""
    label = str(getattr(dict(installed()).get(block["type"]), "label", block["type"]))
    value = block.get("value")
    words = value if isinstance(value, str) else (value.get("heading") or "") if isinstance(value, dict) else ""
    text = Truncator(" ".join(strip_tags(words).split())).chars(60)
    return f"{label}: {text}" if text else label


class _AboutOne(Page):
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["product_id"])

    def get_page_subtitle(self) -> str:
        return str(self.product)


class CopyForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Where to"), widget=forms.RadioSelect, initial=blocks.APPEND,
        choices=[
            (blocks.APPEND, _("behind the blocks that are there")),
            (blocks.REPLACE, _("in place of all blocks that are there")),
        ],
    )  # fmt: skip
    publish = forms.ChoiceField(
        label=_("When"), widget=forms.RadioSelect, initial="draft",
        choices=[("draft", _("as drafts, to look at first")), ("live", _("live at once"))],
    )  # fmt: skip


class CopyBlocks(_AboutOne):
    right = "catalogue.change_product"
    template_name = "backoffice/blocks/copy.html"
    header_icon = "copy"
    page_title = _("Copy blocks to other products")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen_blocks = self._asked("block")
        own = [(block.get("id"), summary(block)) for block in blocks.blocks_of(self.product)]
        return {
            **super().get_context_data(**kwargs),
            "form": kwargs.get("form") or CopyForm(initial={"mode": blocks.APPEND, "publish": "draft"}),
            "own": [(key, text, not chosen_blocks or key in chosen_blocks) for key, text in own],
            "found": self.found,
            "is_cut": len(self.found) == MOST_SHOWN,
            "chosen": {int(pk) for pk in self._asked("target") if pk.isascii() and pk.isdigit()},
            "text": self.text,
            "category": self.category,
            "categories": Category.objects.order_by("path"),
            "may_publish": self.may("catalogue.publish_product"),
            "edit_url": reverse(EDIT, args=[self.product.pk]),
            "plans": kwargs.get("plans"),
        }

    @property
    def text(self) -> str:
        return self._data.get("q", "").strip()[:100]

    @property
    def category(self) -> str:
        return self._data.get("category", "")

    @property
    def _data(self) -> Any:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    def _asked(self, name: str) -> list[str]:
        return list(self._data.getlist(name))

    @cached_property
    def found(self) -> list[Product]:
        """Products to choose from: by words and category, or of the same type or category as this one."""
        rows = Product.objects.exclude(pk=self.product.pk).only("id", "title", "live", "has_unpublished_changes")
        for word in self.text.split()[:6]:
            rows = rows.filter(title__icontains=word)
        category = Category.objects.filter(pk=self.category).first() if self.category.isdigit() else None
        if category is not None:
            rows = rows.filter(placements__category__path__startswith=category.path).distinct()
        elif not self.text:
            shelves = list(self.product.placements.values_list("category_id", flat=True))
            rows = rows.filter(placements__category_id__in=shelves).distinct()
        return list(rows.order_by("title", "pk")[:MOST_SHOWN])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CopyForm(request.POST)
        if "search" in request.POST or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, **kwargs))
        publish = form.cleaned_data["publish"] == "live"
        if publish:
            require(request, "catalogue.publish_product")
        asked: dict[str, Any] = {
            "mode": form.cleaned_data["mode"],
            "publish": publish,
            "block_ids": self._asked("block"),
        }
        targets = [int(pk) for pk in self._asked("target") if pk.isascii() and pk.isdigit() and len(pk) < 19]
        try:
            if "confirm" not in request.POST:
                plans = blocks.plan_copy(self.product.pk, targets, **asked)
                return self.render_to_response(self.get_context_data(form=form, plans=plans, **kwargs))
            done = blocks.copy_blocks(self.product.pk, targets, **asked, actor=actor_of(request))
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return self.render_to_response(self.get_context_data(form=form, **kwargs), status=422)
        live = sum(plan.goes_live for plan in done)
        said = ngettext("%d page has the blocks now", "%d pages have the blocks now", len(done)) % len(done)
        messages.success(request, f"{said}, {_t('%d of them live') % live}." if live else f"{said}, {_t('as drafts')}.")
        return redirect(EDIT, self.product.pk)


class TemplateForm(forms.Form):
    type = forms.ModelChoiceField(
        label=_("Product type"), queryset=ProductType.objects.order_by("name"), empty_label=None,
        help_text=_("New products of this type start with the blocks of this page, as a draft. What there was before is replaced."),
    )  # fmt: skip


class SaveTemplate(FormPage, _AboutOne):
    right = "catalogue.change_product"
    template_name = "backoffice/blocks/template.html"
    header_icon = "copy"
    page_title = _("Keep the blocks as a template")
    form_class = TemplateForm
    submit_label = _("Keep as template")
    success_message = _("New products of this type start with these blocks.")

    def get_initial(self) -> dict[str, Any]:
        return {"type": self.product.type_id}

    def perform(self, values: dict[str, Any]) -> Any:
        return blocks.save_template(self.product.pk, values["type"].pk, actor=self.actor)

    def get_success_url(self) -> str:
        return reverse(EDIT, args=[self.product.pk])

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = ProductType.objects.order_by("name")
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "own": [summary(block) for block in blocks.blocks_of(self.product)],
            "kinds": [(kind, [summary(block) for block in kind.template]) for kind in kinds if kind.template],
            "has_types": kinds.exists(),
        }


@step("catalogue.change_product", "backoffice:blocks_template")
def clear(request: HttpRequest, product_id: int) -> str:
    kind = get_object_or_404(
        ProductType, pk=request.POST.get("type", "") if request.POST.get("type", "").isdigit() else 0
    )
    blocks.clear_template(kind.pk, actor=actor_of(request))
    return _t("New products of the type %(name)s start with a blank page.") % {"name": kind.name}
