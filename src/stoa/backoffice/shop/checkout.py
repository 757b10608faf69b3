"""Which fields the checkout asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.screen import FormPage
from stoa.catalogue.markets.queries import default_market
from stoa.operations.checkout.asked import actions as asked
from stoa.operations.checkout.asked.queries import set_rules
from stoa.operations.checkout.asked.rules import CHOOSABLE
from stoa.operations.models import CheckoutFields


def _asked(label: Any, help_text: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=help_text, choices=CheckoutFields.Asked.choices)


class CheckoutFieldsForm(forms.Form):
    phone = _asked(_("Telephone"), _("For questions about the delivery. Numbers are checked and kept internationally."))
    line2 = _asked(_("Second line of the address"), _("Flat, floor, company. Optional, it is folded away."))
    note = _asked(_("Note"), _("A few words with the order. Optional, it is folded away."))
    unsent_address = _asked(
        _("Street and town for files and services"),
        _(
            "Nothing is sent, so the order needs none; an invoice to a business does. Some countries tax by postal code."
        ),
    )


class CheckoutFieldsPage(FormPage):
    right = "catalogue.change_market"
    form_class = CheckoutFieldsForm
    page_title = _("Checkout")
    header_icon = "form"
    success_url_name = "backoffice:checkout_fields"
    template_name = "backoffice/shop/checkout.html"

    def get_initial(self) -> dict[str, Any]:
        rules = set_rules(default_market())
        return {name: getattr(rules, name) for name in CHOOSABLE}

    def perform(self, values: dict[str, Any]) -> CheckoutFields:
        return asked.set_checkout_fields(default_market(), actor=self.actor, **values)
