"""Percent fields and the endings that a computed price may have, as the forms of prices offer them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_PERCENT = re.compile(r"-?\d{1,3}(?:[.,]\d{1,2})?", re.ASCII)
_FACTOR = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)

ENDING_CHOICES = [
    ("", _("as it comes")), ("99", _("ending in .99")), ("95", _("ending in .95")), ("90", _("ending in .90")),
    ("50", _("ending in .50")), ("00", _("whole amounts")),
]  # fmt: skip


class EndingField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Prices end"), choices=ENDING_CHOICES, required=False, **kwargs)


class PercentField(forms.CharField):
    """ "12,5" or "-10"; cleans to a Decimal, or None where blank."""

    pattern = _PERCENT
    default_error_messages = {"invalid": _("Write a number such as 12.5.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace(" ", "").replace("−", "-").rstrip("%")
        if not text:
            return None
        if not self.pattern.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(text.replace(",", "."))


class FactorField(PercentField):
    """An exchange rate: "0.9456"."""

    pattern = _FACTOR
