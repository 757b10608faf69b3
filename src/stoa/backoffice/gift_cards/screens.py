"""Gift cards: the list, one card with its ledger, and the steps that issue, correct and void."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput

from stoa.backoffice.columns import WIDE, MomentColumn, MoneyColumn, PillColumn, TwoLineColumn, shown
from stoa.backoffice.fields import AmountField
from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import Market
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.operations.credit import actions, queries, rules
from stoa.operations.credit.errors import CardAmountError
from stoa.operations.models import GiftCard

SEE, ISSUE = "operations.view_giftcard", "operations.issue_giftcard"
LIST, SCREEN = "backoffice:gift_cards", "backoffice:gift_card"
STATES = {
    "open": _("open"), "planned": _("to be sent"), "empty": _("used up"), "ended": _("ended"), "void": _("void"),
}  # fmt: skip
TONES = {"open": "good", "planned": "wait"}


class GiftCardList(Listing):
    model = GiftCard
    right = SEE
    url_name = "gift_cards"
    page_title = _("Gift cards")
    header_icon = "tag"
    search_placeholder = _("Code, its last four letters, or e-mail")
    empty_message = _("No gift cards yet.")
    add_url_name = "backoffice:gift_card_new"
    add_label = _("Issue a gift card")
    add_right = ISSUE

    def get_base_queryset(self) -> QuerySet:
        return queries.cards()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return queries.find(text)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "card", label=_("Gift card"), accessor=str, get_url=lambda row: reverse(SCREEN, args=[row.pk]),
                below=lambda row: row.recipient or row.reason,
            ),
            PillColumn("state", label=_("State"), accessor=lambda row: STATES[queries.state_of(row)],
                       tone_of=lambda row: TONES.get(queries.state_of(row), "")),
            MoneyColumn("balance", label=_("On it"), accessor=lambda row: Money(row.balance_minor, row.currency)),
            MomentColumn("issued_at", label=_("Issued"), accessor="issued_at", classname=WIDE),
            Column("expires_on", label=_("Good until"), accessor="expires_on", classname=WIDE),
        ]  # fmt: skip


class IssueForm(forms.Form):
    amount = AmountField(label=_("Amount"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("For the ledger. The recipient does not see it.")
    )
    recipient = forms.EmailField(
        label=_("E-mail of the recipient"), required=False, max_length=254,
        help_text=_("Blank: the code is shown to you once, and nobody gets a mail."),
    )  # fmt: skip
    message = forms.CharField(
        label=_("Message"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    send_on = forms.DateField(label=_("Sent on"), required=False, widget=AdminDateInput, help_text=_("Blank: at once."))
    ends = forms.BooleanField(label=_("It ends"), required=False)

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101 - for types
        amount.currency = market.currency
        amount.label = _("Amount in %(currency)s") % {"currency": market.currency}
        term = rules.TERMS.get(market.default_country)
        if term is None:
            del self.fields["ends"]
        else:
            self.fields["ends"].help_text = _(
                "As early as the law of your country allows (%(source)s); else never."
            ) % {"source": term.source}


class NewGiftCard(FormPage):
    right = ISSUE
    form_class = IssueForm
    page_title = _("Issue a gift card")
    header_icon = "tag"
    parents = ((_("Gift cards"), LIST),)
    submit_label = _("Issue it")
    success_message = _("Issued.")

    @cached_property
    def market(self) -> Market:
        return default_market()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "market": self.market}

    def perform(self, values: dict[str, Any]) -> actions.Issued:
        return actions.issue(
            self.market, values["amount"], actor=self.actor, reason=values["reason"], recipient=values["recipient"],
            message=values["message"], send_on=values["send_on"], ends=values.get("ends", False),
        )  # fmt: skip

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        done = super().form_valid(form)
        if done.status_code != 302 or not self.result.code:
            return done
        # Told on this one page: it stands in no address, no message and no session.
        return shown_once(self.request, self.result)

    def get_success_url(self) -> str:
        return reverse(SCREEN, args=[self.result.card.pk])


def shown_once(request: Any, issued: actions.Issued) -> HttpResponse:
    context = {
        "code": rules.shown(issued.code),
        "url": reverse(SCREEN, args=[issued.card.pk]),
        "header_title": _("Gift card"),
    }
    response = render(request, "backoffice/gift_cards/code.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class CorrectForm(ReasonForm):
    amount = AmountField(label=_("Amount"))
    direction = forms.ChoiceField(
        label=_("What to do"), choices=[("add", _("put on the card")), ("take", _("take off the card"))]
    )
    field_order = ("direction", "amount", "reason")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101 - for types
        amount.currency = currency


def _card(card_id: int) -> GiftCard:
    """Raises Http404."""
    try:
        return queries.card_by_id(card_id if card_id < 2**63 else 0)
    except NotFoundError as error:
        raise Http404 from error


class GiftCardScreen(Page):
    right = SEE
    template_name = "backoffice/gift_cards/card.html"
    header_icon = "tag"
    parents = ((_("Gift cards"), LIST),)

    @cached_property
    def card(self) -> GiftCard:
        return _card(self.kwargs["card_id"])

    def get_page_title(self) -> str:
        return _t("Gift card …%(last4)s") % {"last4": self.card.last4}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        card, state = self.card, queries.state_of(self.card)
        may_change = self.may(ISSUE) and card.voided_at is None
        return {
            **super().get_context_data(**kwargs),
            "card": card,
            "state": STATES[state],
            "tone": TONES.get(state, ""),
            "balance": shown(Money(card.balance_minor, card.currency)),
            "entries": [
                {"kind": entry.get_kind_display(), "at": entry.at, "actor": entry.actor, "reason": entry.reason,
                 "amount": shown(Money(entry.amount_minor, card.currency)),
                 "number": entry.order.number if entry.order else "", "order_id": entry.order_id}
                for entry in queries.entries_of(card.pk)
            ],
            "sees_orders": self.may("operations.view_order"),
            "correct_form": CorrectForm(currency=card.currency, auto_id="correct-%s") if may_change else None,
            "reason_form": ReasonForm(auto_id="reason-%s") if may_change else None,
        }  # fmt: skip


@step(ISSUE, SCREEN)
def correct(request: Any, card_id: int) -> str:
    values = cleaned(CorrectForm(request.POST, currency=_card(card_id).currency))
    if values["amount"] is None:
        raise CardAmountError
    amount = values["amount"] if values["direction"] == "add" else -values["amount"]
    actions.correct(card_id, amount, values["reason"], actor=actor_of(request))
    return _t("Corrected, by an entry of its own.")


@step(ISSUE, SCREEN)
def void(request: Any, card_id: int) -> str:
    actions.void(card_id, cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return _t("The card is void.")


class ReplaceCode(FormPage):
    """A lost code: a new one is told here once, and the old one opens nothing any more."""

    right = ISSUE
    form_class = ReasonForm
    page_title = _("New code")
    header_icon = "tag"
    parents = ((_("Gift cards"), LIST),)
    submit_label = _("Make a new code")
    success_message = _("The old code opens nothing any more.")

    def get_form(self, form_class: Any = None) -> Any:
        _card(self.kwargs["card_id"])
        return super().get_form(form_class)

    def perform(self, values: dict[str, Any]) -> actions.Issued:
        return actions.replace_code(self.kwargs["card_id"], values["reason"], actor=self.actor)

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        done = super().form_valid(form)
        return shown_once(self.request, self.result) if done.status_code == 302 else done

    def get_success_url(self) -> str:
        return reverse(SCREEN, args=[self.kwargs["card_id"]])
