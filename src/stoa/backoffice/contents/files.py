"""The files of a product: put there, replaced, taken off, and how long buyers may download them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from stoa.backoffice.fields import WholeField
from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.screen import Page, add_refusal
from stoa.catalogue.files import actions
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.models import DigitalFile, DownloadTerms, Product
from stoa.kernel.errors import DomainError

RIGHT = "catalogue.change_product"
SCREEN = "backoffice:product_files"


class UploadForm(forms.Form):
    upload = forms.FileField(label=_("File"), max_length=500)
    name = forms.CharField(
        label=_("Name"), max_length=150, required=False,
        help_text=_("What buyers see. Blank: the name of the file."),
    )  # fmt: skip
    variant = forms.ChoiceField(label=_("Comes with"), required=False)

    def __init__(self, *args: Any, variants: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("every variant")), *((str(pk), title) for pk, title in variants)]
        self.fields["variant"].choices = choices  # type: ignore[attr-defined]
        if len(variants) < 2:
            del self.fields["variant"]


class ReplaceForm(forms.Form):
    upload = forms.FileField(label=_("New version"), max_length=500)


class TermsForm(forms.Form):
    days = WholeField(label=_("Days"), required=False)
    downloads = WholeField(label=_("Downloads of each file"), required=False)


class FilesScreen(Page):
    right = RIGHT
    template_name = "backoffice/contents/files.html"
    header_icon = "doc-full"
    page_title = _("Files for buyers")
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["product_id"])

    def get_page_subtitle(self) -> str:
        return str(self.product)

    @cached_property
    def form(self) -> UploadForm:
        sent = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        rows = self.product.variants.filter(is_active=True).order_by("position", "id")
        return UploadForm(
            *sent, variants=[(pk, title or sku) for pk, title, sku in rows.values_list("pk", "title", "sku")]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = DownloadTerms.objects.filter(product=self.product).first()
        initial = {"days": own.days, "downloads": own.downloads} if own else {}
        files = DigitalFile.objects.filter(product=self.product).select_related("variant")
        return {
            **super().get_context_data(**kwargs),
            "product": self.product,
            "files": list(files.order_by("is_withdrawn", "position", "id")),
            "form": self.form,
            "terms_form": TermsForm(initial=initial),
            "market": markets.default_market(),
            "most": settings.STOA_FILE_MAX_MB,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.is_valid():
            values = self.form.cleaned_data
            variant = values.get("variant")
            try:
                actions.attach_file(
                    self.product.pk, values["upload"], name=values["name"], actor=actor_of(request),
                    variant_id=int(variant) if variant else None,
                )  # fmt: skip
            except DomainError as refusal:
                add_refusal(self.form, refusal)
            else:
                messages.success(request, _t("The file is there. Whoever buys the product from now on gets it."))
                return redirect(SCREEN, self.product.pk)
        return self.render_to_response(self.get_context_data(**kwargs), status=422)


@step(RIGHT, SCREEN)
def replace(request: HttpRequest, product_id: int, file_id: int) -> str:
    _check(product_id, file_id)
    form = ReplaceForm(request.POST, request.FILES)
    file = actions.replace_file(file_id, cleaned(form)["upload"], actor=actor_of(request))
    return _t("Version %(number)d is there, also for those who have bought the file.") % {"number": file.version}


@step(RIGHT, SCREEN)
def remove(request: HttpRequest, product_id: int, file_id: int) -> str:
    _check(product_id, file_id)
    if actions.remove_file(file_id, actor=actor_of(request)):
        return _t("The file is deleted.")
    return _t("Somebody has bought this file: it is withdrawn, and its buyers keep it.")


@step(RIGHT, SCREEN)
def terms(request: HttpRequest, product_id: int) -> str:
    values = cleaned(TermsForm(request.POST))
    actions.set_terms(product_id, days=values["days"], downloads=values["downloads"], actor=actor_of(request))
    return _t("Saved. It holds for what is bought from now on.")


def _check(product_id: int, file_id: int) -> None:
    if not DigitalFile.objects.filter(pk=file_id, product_id=product_id).exists():
        raise Http404
