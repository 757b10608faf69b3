"""Screens that show one thing or a form, in Wagtail's frame."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from stoa.backoffice.guard import Screen, actor_of
from stoa.backoffice.listing import TODAY_CRUMB
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError


class Crumbs(WagtailAdminTemplateMixin):
    """``parents`` are (label, url name) pairs between Today and this screen."""

    parents: tuple[tuple[Any, str], ...] = ()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        middle = [{"url": reverse(name), "label": label} for label, name in self.parents]
        return [TODAY_CRUMB, *middle, {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}]


class Page(Screen, Crumbs, TemplateView):
    """A screen that shows something."""


class FormPage(Screen, Crumbs, FormView):
    """A screen with one form that calls one action. Domain errors stand above the form and nothing is lost."""

    template_name = "backoffice/form.html"
    submit_label: Any = _("Save")
    success_message: Any = _("Saved.")
    success_url_name = ""

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def perform(self, values: dict[str, Any]) -> Any:
        """Call the action. What it returns is kept in ``self.result``."""
        raise NotImplementedError

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        try:
            self.result = self.perform(form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, self.success_message)
        return redirect(self.get_success_url())

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_success_url(self) -> str:
        return reverse(self.success_url_name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "submit_label": self.submit_label,
            "media": context["form"].media,
            "cancel_url": self.get_cancel_url(),
        }

    def get_cancel_url(self) -> str:
        return reverse(self.parents[-1][1]) if self.parents else reverse("wagtailadmin_home")


# The words by which rules say what is wrong with a field.
FIELD_PROBLEMS = {
    "missing": _("This is needed."),
    "too_long": _("This is too long."),
    "unknown": _("This is not known."),
    "invalid": _("This cannot be used."),
    "taken": _("This is taken already."),
    "circle": _("This would lead in a circle."),
    "page": _("There is a page at this address: nobody would be led away."),
    "not_delivered_to": _("This is not among the countries that are delivered to."),
    "not_the_price_lists": _("The price list has another currency."),
}


def add_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a domain error where it belongs: on the fields that it names, else above the form."""
    fields = refusal.facts.get("fields")
    if isinstance(fields, dict) and fields:
        for name, message in fields.items():
            text = FIELD_PROBLEMS.get(message, message)
            form.add_error(name if name in form.fields else None, str(text))
        return
    named = refusal.facts.get("field")
    form.add_error(named if isinstance(named, str) and named in form.fields else None, refusal.message)
