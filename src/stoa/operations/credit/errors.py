from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class CardRefusedError(DomainError):
    """One answer for a code that is unknown, empty, over, void or of another currency."""

    code = "gift_card_refused"
    default_message = _("This gift card cannot be used here. Please check its code.")


class TooManyTriesError(DomainError):
    code = "too_many_gift_cards"
    default_message = _("Too many codes were tried. Please try again in an hour.")


class TooManyCardsError(DomainError):
    code = "gift_cards_full"
    default_message = _("An order takes five gift cards at most.")


class CreditChangedError(DomainError):
    """A card pays less than the page said."""

    code = "gift_card_changed"
    default_message = _("A gift card pays less than before. Please look at what is left to pay.")


class CardAmountError(DomainError):
    code = "gift_card_amount"
    default_message = _("Please enter an amount above zero, and at most 10,000,000 of the smallest coin.")


class CardBalanceError(DomainError):
    code = "gift_card_balance"
    default_message = _("There is less than that on the card.")


class CardVoidError(DomainError):
    code = "gift_card_void"
    default_message = _("This card is void.")


class CardReasonError(DomainError):
    code = "gift_card_reason"
    default_message = _("Please say why.")


class CardRecipientError(DomainError):
    code = "gift_card_recipient"
    default_message = _("To send a card on a day, please say to which address.")
