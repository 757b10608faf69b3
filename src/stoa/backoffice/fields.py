"""Form fields of a shop: amounts and quantities as people type them, as the house counts them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.kernel.money import Money, exponent

_AMOUNT = re.compile(r"\d{1,12}(?:[.,]\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,7}", re.ASCII)


class AmountField(forms.CharField):
    """Major units with a point or a comma ("12.50", "12,50"); cleans to minor units (int), or None where blank.

    The currency may be set later: ``form.fields["price"].currency = "JPY"``.
    """

    default_error_messages = {
        "invalid": _("Write an amount such as %(example)s."),
        "fine": _("This is finer than %(currency)s allows."),
    }

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 10}))
        super().__init__(**kwargs)
        self.currency = currency

    def prepare_value(self, value: Any) -> Any:
        return str(Money(value, self.currency).decimal) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace(" ", "")
        if not text:
            return None
        if not _AMOUNT.fullmatch(text):
            example = str(Money(1250, self.currency).decimal)
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid", params={"example": example})
        try:
            return Money.of(text.replace(",", "."), self.currency).minor
        except ValueError as error:
            params = {"currency": self.currency, "places": exponent(self.currency)}
            raise forms.ValidationError(self.error_messages["fine"], code="fine", params=params) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True


class WholeField(forms.CharField):
    """A whole number in ASCII digits, with a sign where ``signed``; cleans to int, or None where blank."""

    default_error_messages = {
        "invalid": _("Write a whole number."),
        "negative": _("Write a number that is not negative."),
    }

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        attrs = {"inputmode": "text" if signed else "numeric", "autocomplete": "off", "size": 8}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)
        self.signed = signed

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace("−", "-").replace(" ", "")
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        number = int(text)
        if number < 0 and not self.signed:
            raise forms.ValidationError(self.error_messages["negative"], code="negative")
        return number

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True
