"""How buyers may pay."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import WholeField
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import default_market
from stoa.kernel.errors import DomainError
from stoa.operations.models import PaymentMethod
from stoa.operations.payments import actions as payments
from stoa.operations.payments.providers import registry
from stoa.operations.payments.queries import methods_of

RIGHT = "operations.change_paymentmethod"
LIST = "backoffice:methods"


class Methods(Page):
    right = RIGHT
    template_name = "backoffice/shop/methods.html"
    page_title = _("Payment methods")
    header_icon = "key"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        methods = [(code, label, row, _description(code)) for code, label, row in methods_of(default_market().pk)]
        return {**super().get_context_data(**kwargs), "methods": methods}


def _description(code: str) -> str:
    """What a provider says of itself; blank where it is gone."""
    try:
        return str(registry.provider(code).description)
    except (LookupError, DomainError):
        return ""


class MethodForm(forms.Form):
    is_active = forms.BooleanField(label=_("Offered at the checkout"), required=False)
    label = forms.CharField(label=_("Name shown to buyers"), max_length=80, required=False)
    instructions = forms.CharField(
        label=_("Instructions"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown after the order, and in its mail."),
    )  # fmt: skip
    account_holder = forms.CharField(label=_("Account holder"), max_length=120, required=False)
    iban = forms.CharField(label=_("IBAN"), max_length=42, required=False)
    bic = forms.CharField(label=_("BIC"), max_length=14, required=False)
    position = WholeField(label=_("Place in the list"), initial=0)


class EditMethod(FormPage):
    right = RIGHT
    form_class = MethodForm
    header_icon = "key"
    parents = ((_("Payment methods"), LIST),)
    success_url_name = LIST

    @cached_property
    def found(self) -> tuple[str, str, PaymentMethod | None]:
        for code, label, row in methods_of(default_market().pk):
            if code == self.kwargs["code"]:
                return code, label, row
        raise Http404

    def get_page_title(self) -> str:
        return str(self.found[1])

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["label"].widget.attrs["placeholder"] = self.found[1]
        if self.found[0] != "bank_transfer":
            for name in ("account_holder", "iban", "bic"):
                del form.fields[name]
        return form

    def get_initial(self) -> dict[str, Any]:
        row = self.found[2]
        return (
            {name: getattr(row, name) for name in MethodForm.base_fields} if row else {"is_active": True, "position": 0}
        )

    def perform(self, values: dict[str, Any]) -> PaymentMethod:
        return payments.configure_method(default_market().pk, self.found[0], actor=self.actor, **values)
