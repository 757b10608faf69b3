from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import AmountField
from stoa.kernel import ids
from stoa.kernel.money import Money


class RefundForm(forms.Form):
    """``key`` comes with the form, so that a second click is the same refund."""

    amount = AmountField(label=_("Amount"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60, min_length=16)

    def __init__(self, *args: object, currency: str, refundable: int = 0, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101
        amount.currency = currency
        amount.label = f"{_('Amount')} ({currency})"
        if not self.is_bound:
            self.initial = {"amount": Money(refundable, currency).decimal, "key": f"form:{ids.new_token(128)}"}


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    refund = forms.BooleanField(label=_("Give the money back"), required=False, initial=True)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("Only staff see notes.")}),
    )


class HoldForm(forms.Form):
    reason = forms.CharField(label=_("Why it must wait"), max_length=200)


class TagsForm(forms.Form):
    tags = forms.CharField(
        label=_("Tags"), max_length=1000, required=False, help_text=_("Commas between them. Only staff see tags.")
    )
