from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class DocumentError(DomainError):
    """Base of what keeps a document from being made. None of it keeps an order from anything."""


class NotInvoicedError(DocumentError):
    code = "not_invoiced"
    default_message = _("This order gets no invoice: it waits for payment, was cancelled, or was brought by an import.")


class AlreadyInvoicedError(DocumentError):
    code = "already_invoiced"
    default_message = _("This order has an invoice. Only after it was credited in full can there be another.")


class NoInvoiceError(DocumentError):
    code = "no_invoice"
    default_message = _("There is no invoice that could be credited.")


class CreditTooLargeError(DocumentError):
    code = "credit_too_large"
    default_message = _("Credit notes cannot exceed what is left of their invoice.")


class SellerIncompleteError(DocumentError):
    """``facts["missing"]``: what is missing, in words."""

    code = "seller_incomplete"
    default_message = _("The seller's data are incomplete.")

    def __init__(self, missing: str) -> None:
        super().__init__(str(_("Missing for an invoice: %(missing)s (Settings > Shop, Settings > Documents).")) % {
            "missing": missing
        }, missing=missing)  # fmt: skip


class SumsDifferError(DocumentError):
    code = "sums_differ"
    default_message = _("The lines and taxes of this order do not add up to its total.")


class TemplateBrokenError(DocumentError):
    code = "template_broken"
    default_message = _("The template of the documents is broken.")

    def __init__(self, why: str) -> None:
        super().__init__(str(_("The template of the documents is broken: %(why)s")) % {"why": why[:300]}, why=why)


class DocumentLostError(DocumentError):
    """The stored file is gone or damaged, and what is made from the snapshot is not the same any more."""

    code = "document_lost"
    default_message = _(
        "The file of this document is lost and cannot be made again as it was. Restore it from a backup."
    )


class PatternError(DocumentError):
    code = "bad_pattern"
    default_message = _("A number needs {number} in it, and {year} where numbers begin again each year.")


class PatternTakenError(DocumentError):
    code = "pattern_taken"
    default_message = _("Invoices and credit notes of all markets need numbers that differ.")


class NumberTakenError(DocumentError):
    """Another series, or the same pattern before it was changed, has given this number out."""

    code = "number_taken"
    default_message = _("There is a document with this number already. Change the number of the series in Settings.")

    def __init__(self, number: str) -> None:
        super().__init__(
            str(_("There is a document %(number)s already. Change how numbers look in Settings > Documents."))
            % {"number": number}, number=number,
        )  # fmt: skip


class SeriesBegunError(DocumentError):
    code = "series_begun"
    default_message = _("This series has begun: a number that is passed over would be a gap.")


class NumberTooLowError(DocumentError):
    code = "number_too_low"
    default_message = _("The next number can only be raised.")


class NothingChosenError(DocumentError):
    code = "nothing_chosen"
    default_message = _("None of these orders has such a document.")
