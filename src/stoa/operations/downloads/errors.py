from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class Gone(StrEnum):
    """Why a link that was right opens nothing any more."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    USED_UP = "used_up"
    MISSING = "missing"


class DownloadGoneError(DomainError):
    """``why`` is one of ``Gone``; ``order_path`` leads to the order's page, whoever has the link may know it."""

    code = "download_gone"
    default_message = _("This link does not open anything any more.")

    def __init__(self, why: Gone, *, number: str = "", name: str = "") -> None:
        self.why, self.number, self.name = why, number, name
        super().__init__(why=str(why))


class OrderNotPaidError(DomainError):
    code = "order_not_paid"
    default_message = _("Files are handed over once the order is paid.")


class ExtensionOutOfRangeError(DomainError):
    code = "extension_out_of_range"
    default_message = _("Please enter up to 3650 days and up to 1000 downloads.")


class DownloadOpenError(DomainError):
    code = "download_open"
    default_message = _("This link opens its file still.")
